import { type AccountPeriod } from '../../src/controls/identity.policy';
import { type Entitlement } from '../../src/controls/registers.policy';
import { merged } from '../../src/controls/rules/finding-of.policy';
import { isJudgedNow, type RuleContext } from '../../src/controls/rules/rule-context.policy';
import { standingConflicts } from '../../src/controls/rules/static-pair.policy';
import { present } from '../../src/kernel/present';
import { type Instant } from '../../src/kernel/runtime';
import { entitlementsOf, type HeldEntitlement } from '../control-registers';
import { accountsOf } from './account-rows';
import { overTime } from './turns';
import { CLEAN_UNIT, contextOf, type JudgedUnit, type Judging } from './unit';

/** Only a merge makes a record stand for another one. */
const LIST_MERGED = `
  SELECT DISTINCT id FROM control_entry WHERE type = 'person' AND entry ->> 'mergedInto' IS NOT NULL ORDER BY id`;

/** Rights that one person holds at the same time, under every record and account. */
export function judgeRights(person: string, judging: Judging): JudgedUnit {
  const { db, identities } = judging;
  if (identities.survivorOf(person) !== person) return CLEAN_UNIT;
  const records = db
    .all<{ id: string }>(LIST_MERGED)
    .map(({ id }) => id)
    .filter((id) => identities.survivorOf(id) === person);
  const held = entitlementsOf(db, {
    persons: [...new Set([person, ...records])],
    accounts: accountsOf([person], db),
  });
  if (held.length < 2) return CLEAN_UNIT;
  const entitlements = held.flatMap((one) => heldBy(person, one, judging));
  const judge = (context: RuleContext) =>
    merged(standingConflicts({ ...context, registers: { ...context.registers, entitlements } }));
  const context = contextOf(judging);
  // Rights are no acts: the rules that began last judge them.
  if (!isJudgedNow([], context)) return CLEAN_UNIT;
  const judged = overTime(context, judge, instantsOf(person, context));
  return { ...judged, acts: new Map() };
}

/** A right of an account is its person's while it is that person's account. */
function heldBy(person: string, right: HeldEntitlement, { identities }: Judging): Entitlement[] {
  const { account, ...rest } = right;
  if (account === undefined) return [{ ...rest, person }];
  return identities.periodsOf(account).flatMap((period): Entitlement[] => {
    const isTheirs = period.person !== undefined && identities.survivorOf(period.person) === person;
    return isTheirs ? [{ ...rest, ...overlap(right, period), person }] : [];
  });
}

function overlap(
  a: Pick<Entitlement, 'from' | 'to'>,
  b: AccountPeriod,
): Pick<Entitlement, 'from' | 'to'> {
  const from = [a.from, b.from]
    .filter((at) => at !== undefined)
    .sort()
    .at(-1);
  const to = [a.to, b.to].filter((at) => at !== undefined).sort()[0];
  return present({ from, to });
}

/** An exception counts at the instant of the question: it begins, ends, and has its control due. */
function instantsOf(person: string, { registers, identities }: RuleContext): Instant[] {
  return registers.exceptions
    .filter((exception) => identities.survivorOf(exception.person) === person)
    .flatMap(({ from, to, approvedAt, controlDueAt }) => [from, to, approvedAt, controlDueAt])
    .filter((at) => at !== undefined);
}
