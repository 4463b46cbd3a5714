import { civilDateOfDay, dayNumber } from '../kernel/civil-date';
import { type Instant } from '../kernel/runtime';
import { parseStreamName } from '../kernel/stream-name';
import {
  type HeldValue,
  type HoldScope,
  type RetentionClass,
  type RetentionPolicy,
} from './privacy.events';

export interface ActiveHold {
  readonly hold: string;
  readonly scope: HoldScope;
}

/** Why something is not erased yet. */
export type KeptReason =
  | { readonly reason: 'hold'; readonly hold: string }
  | { readonly reason: 'retention'; readonly class: RetentionClass; readonly until: string };

const PERIOD = /^P(?=\d)(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,5})D)?$/;

/** True for a period of years, months and days in that order, such as `P10Y` or `P1Y6M`. */
export function isPeriod(text: string): boolean {
  return PERIOD.test(text);
}

/**
 * The civil date (UTC) that many years, months and days after an instant; a day that the month does not have becomes its
 * last one.
 *
 * @throws RangeError for text that is no period
 */
export function endOfPeriod(from: Instant, period: string): string {
  const match = PERIOD.exec(period);
  if (match === null) throw new RangeError('not a period of years, months and days');
  const [years = 0, months = 0, days = 0] = match.slice(1).map((part) => Number(part ?? 0));
  const [year = 0, month = 1, day = 1] = from.slice(0, 10).split('-').map(Number);
  const count = (year + years) * 12 + (month - 1) + months;
  const first = `${Math.floor(count / 12)}-${String((count % 12) + 1).padStart(2, '0')}`;
  const next = count + 1;
  const after = `${Math.floor(next / 12)}-${String((next % 12) + 1).padStart(2, '0')}`;
  const length = dayNumber(`${after}-01`) - dayNumber(`${first}-01`);
  return civilDateOfDay(dayNumber(`${first}-01`) + Math.min(day, length) - 1 + days);
}

/** What kind of member a path names. */
export function classOf(path: string): RetentionClass {
  if (path === '/data/reason') return 'reason';
  return /^\/data\/attachments\/\d+\/name$/.test(path) ? 'attachment-name' : 'personal';
}

export interface RetentionRules {
  readonly holds: readonly ActiveHold[];
  readonly policies: readonly RetentionPolicy[];
  readonly now: Instant;
}

/** Why a value is kept, or `undefined` when nothing stands in the way. A hold comes before any date. */
export function keptBecause(value: HeldValue, rules: RetentionRules): KeptReason | undefined {
  const held = rules.holds.find(({ scope }) => covers(scope, value.stream));
  if (held !== undefined) return { reason: 'hold', hold: held.hold };
  const kind = classOf(value.path);
  const policy = rules.policies.find((one) => one.class === kind);
  const from = policy?.trigger === 'occurred' ? value.occurredAt : value.recordedAt;
  return retained(policy, from, rules.now);
}

/**
 * The same for the name behind a pseudonym.
 *
 * @param lastActAt when the last event of the account was recorded
 */
export function accountKeptBecause(
  lastActAt: Instant | undefined,
  { policies, now }: Omit<RetentionRules, 'holds'>,
): KeptReason | undefined {
  const policy = policies.find((one) => one.class === 'account');
  return lastActAt === undefined ? undefined : retained(policy, lastActAt, now);
}

function retained(
  policy: RetentionPolicy | undefined,
  from: Instant,
  now: Instant,
): KeptReason | undefined {
  if (policy === undefined) return undefined;
  const until = endOfPeriod(from, policy.duration);
  return now.slice(0, 10) < until ? { reason: 'retention', class: policy.class, until } : undefined;
}

/** A hold on a subject is decided in the subject's own stream. */
function covers(scope: HoldScope, stream: string): boolean {
  switch (scope.kind) {
    case 'ledger':
      return true;
    case 'object':
      return scope.stream === stream;
    case 'entity':
      return parseStreamName(stream).entity === scope.entity;
    case 'subject':
      return false;
  }
}
