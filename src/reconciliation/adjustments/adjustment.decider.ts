import { addDays, type CivilDate } from '../../kernel/civil-date';
import { type Decider } from '../../kernel/decider';
import { fieldError, notFound, TieoutError } from '../../kernel/errors';
import { type JsonObject } from '../../kernel/json';
import { formatMinor, type Money, moneyJson, parseMoney } from '../../kernel/money';
import { isSameParty, type Party, toldBy } from '../../kernel/party';
import { type Instant } from '../../kernel/runtime';
import { type BreakRules } from '../breaks/break-rules.policy';
import { isUnsettled } from '../breaks/break-work.policy';
import { keptLimit } from './adjustment-limits.policy';
import {
  type AdjustmentEvent,
  type AdjustmentPosted,
  type AdjustmentProposed,
  type AdjustmentType,
} from './adjustment.events';

/** The break as it is when somebody decides about an adjustment of it. */
export interface AdjustedBreak {
  readonly id: string;
  readonly status: string;
  readonly entity: string;
  /** signed: side A - side B */
  readonly open: Money;
}

interface Asked {
  readonly id: string;
  readonly by: Party;
  readonly at: Instant;
}

interface Judged extends Asked {
  readonly item: AdjustedBreak;
  readonly rules: BreakRules & { readonly version: number };
}

export interface ProposedEntry {
  readonly type: AdjustmentType;
  readonly debitAccount: string;
  readonly creditAccount: string;
  readonly amount: Money;
  readonly reason: string;
}

export type AdjustmentCommand =
  | (Judged & { readonly kind: 'propose'; readonly entry: ProposedEntry })
  | (Judged & { readonly kind: 'approve' })
  | (Asked & { readonly kind: 'reject'; readonly reason: string })
  | (Asked & {
      readonly kind: 'post';
      readonly reference: string;
      readonly postedOn: CivilDate;
      readonly object: AdjustmentPosted['object'];
    });

export type AdjustmentStatus = 'proposed' | 'approved' | 'rejected' | 'posted' | 'expired';

export interface KnownAdjustment {
  readonly proposed: AdjustmentProposed;
  readonly status: AdjustmentStatus;
  readonly posted?: AdjustmentPosted;
}

/** All proposals of a definition and period: one stream, so that a limit over all of them is exact. */
export interface AdjustmentState {
  readonly known: ReadonlyMap<string, KnownAdjustment>;
}

export const ADJUSTMENTS_MAX = 2_000;
const LIVE: ReadonlySet<AdjustmentStatus> = new Set(['proposed', 'approved', 'posted']);

/** Proposed by one person within the limits, approved by another, posted by the ERP and never from here. */
export const adjustments: Decider<AdjustmentCommand, AdjustmentEvent, AdjustmentState> = {
  initial: { known: new Map() },
  decide(command, state) {
    if (command.kind === 'propose') return propose(command, state);
    const adjustment = state.known.get(command.id);
    if (adjustment === undefined) throw notFound(`The adjustment ${command.id}`);
    if (command.kind === 'approve') return approve(command, adjustment, state);
    return command.kind === 'reject' ? reject(command, adjustment) : post(command, adjustment);
  },
  evolve({ known }, event) {
    const next = new Map(known);
    const { id } = event.data;
    if (event.type === 'adjustment.proposed')
      next.set(id, { proposed: event.data, status: 'proposed' });
    else {
      const before = known.get(id);
      const status = event.type.slice('adjustment.'.length) as AdjustmentStatus;
      const posted = event.type === 'adjustment.posted' ? { posted: event.data } : {};
      if (before !== undefined) next.set(id, { ...before, status, ...posted });
    }
    return { known: next };
  },
};

const act = ({ id, at, by }: Asked) => ({ id, at, ...toldBy(by) });

type Propose = Extract<AdjustmentCommand, { kind: 'propose' }>;
type Approve = Extract<AdjustmentCommand, { kind: 'approve' }>;

function propose(command: Propose, state: AdjustmentState): AdjustmentEvent[] {
  const { item, rules, entry, at } = command;
  const { known } = state;
  if (known.size >= ADJUSTMENTS_MAX)
    throw new TieoutError(
      'too-large',
      `The definition has ${ADJUSTMENTS_MAX} adjustments in this period, the most that it may have.`,
      { limit: ADJUSTMENTS_MAX, unit: 'adjustments' },
    );
  const overdue = overdueAt(at, state);
  const live = liveOf(state).filter(({ proposed }) => !overdue.includes(proposed));
  checkUnsettled(item);
  checkAmount(entry, item, live);
  const limit = keptLimit(limited(entry, live), rules.limits);
  const data = {
    ...act(command),
    break: item.id,
    ...{ type: entry.type, debitAccount: entry.debitAccount, creditAccount: entry.creditAccount },
    amount: { ...moneyJson(entry.amount) },
    open: { ...moneyJson(item.open) },
    reason: entry.reason,
    ...(limit === undefined
      ? {}
      : { limit: { item: limit.item, run: limit.run, version: rules.version } }),
    expiresOn: addDays(at.slice(0, 10), rules.proposalDays),
  };
  const expired = overdue.map(({ id }) => ({ ...act(command), id }));
  return [
    ...expired.map((one): AdjustmentEvent => ({ type: 'adjustment.expired', data: one })),
    { type: 'adjustment.proposed', data },
  ];
}

/** Another person, on the figures that were proposed, within the limits as they are now. */
function approve(
  { item, rules, at, ...command }: Approve,
  { proposed, status }: KnownAdjustment,
  state: AdjustmentState,
): AdjustmentEvent[] {
  if (status !== 'proposed') throw wrongStatus(status, ['proposed']);
  if (isOver(proposed, at)) throw wrongStatus('expired', ['proposed']);
  if (isSameParty(command.by, proposed))
    throw new TieoutError(
      'same-person',
      'You, or somebody you act for, proposed this adjustment: let somebody else approve it.',
      { rule: 'adjustment-approval' },
    );
  checkUnsettled(item);
  if (item.open.minor !== parseMoney(proposed.open).minor)
    throw new TieoutError(
      'state-conflict',
      `The break moved from ${proposed.open.amount} to ${formatMinor(item.open.minor, item.open.currency)} since this was proposed. Reject it, and propose anew.`,
      { state: 'moved', legal: ['reject'] },
    );
  const others = liveOf(state).filter((one) => one.proposed.id !== proposed.id);
  keptLimit(
    limited({ type: proposed.type, amount: parseMoney(proposed.amount) }, others),
    rules.limits,
  );
  return [{ type: 'adjustment.approved', data: act({ ...command, at }) }];
}

function reject(
  command: Extract<AdjustmentCommand, { kind: 'reject' }>,
  { status }: KnownAdjustment,
): AdjustmentEvent[] {
  if (status !== 'proposed') throw wrongStatus(status, ['proposed']);
  return [{ type: 'adjustment.rejected', data: { ...act(command), reason: command.reason } }];
}

function post(
  command: Extract<AdjustmentCommand, { kind: 'post' }>,
  { status, posted }: KnownAdjustment,
): AdjustmentEvent[] {
  const { reference, postedOn, object } = command;
  if (status === 'posted' && posted?.reference === reference) return [];
  if (status !== 'approved') throw wrongStatus(status, ['approved']);
  const data = { ...act(command), reference, postedOn, object: { ...object } } as const;
  return [{ type: 'adjustment.posted', data: data as AdjustmentPosted & JsonObject }];
}

const liveOf = ({ known }: AdjustmentState): KnownAdjustment[] =>
  [...known.values()].filter(({ status }) => LIVE.has(status));

const isOver = ({ expiresOn }: AdjustmentProposed, at: Instant): boolean =>
  expiresOn < at.slice(0, 10);

const overdueAt = (at: Instant, { known }: AdjustmentState): AdjustmentProposed[] =>
  [...known.values()].flatMap(({ status, proposed }) =>
    status === 'proposed' && isOver(proposed, at) ? [proposed] : [],
  );

function limited(
  { type, amount }: Pick<ProposedEntry, 'type' | 'amount'>,
  live: readonly KnownAdjustment[],
) {
  const { currency, minor } = amount;
  const usedMinor = live
    .filter(({ proposed }) => proposed.type === type && proposed.amount.currency === currency)
    .reduce((sum, { proposed }) => sum + parseMoney(proposed.amount).minor, 0n);
  return { type, currency, minor, usedMinor };
}

/** All live proposals of a break together explain at most what is open of it. */
function checkAmount(
  { amount }: ProposedEntry,
  { id, open }: AdjustedBreak,
  live: readonly KnownAdjustment[],
): void {
  if (amount.currency !== open.currency)
    throw fieldError(
      'contract-violation',
      '/amount/currency',
      `is ${open.currency}, the currency of the break.`,
    );
  if (amount.minor <= 0n)
    throw fieldError(
      'contract-violation',
      '/amount/amount',
      'is above zero: the accounts say which way.',
    );
  const beside = live
    .filter(({ proposed }) => proposed.break === id)
    .reduce((sum, { proposed }) => sum + parseMoney(proposed.amount).minor, 0n);
  const size = open.minor < 0n ? -open.minor : open.minor;
  if (beside + amount.minor > size)
    throw fieldError(
      'contract-violation',
      '/amount/amount',
      `is more than the ${formatMinor(size - beside, open.currency)} that no proposal explains yet.`,
    );
}

function checkUnsettled({ status }: AdjustedBreak): void {
  if (isUnsettled(status)) return;
  throw new TieoutError('state-conflict', `The break is ${status}: there is nothing to adjust.`, {
    state: status,
    legal: ['open'],
  });
}

const wrongStatus = (status: string, legal: readonly string[]) =>
  new TieoutError(
    'state-conflict',
    `The adjustment is ${status}; this needs ${legal.join(' or ')}.`,
    {
      state: status,
      legal: [...legal],
    },
  );
