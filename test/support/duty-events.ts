import { type Cancellation, type DutyEvent } from '../../src/controls/duty-event.policy';
import { evaluate } from '../../src/controls/evaluate.policy';
import { type AccountPeriod, type Identities } from '../../src/controls/identity.policy';
import { EMPTY_REGISTERS } from '../../src/controls/registers.policy';
import { DEFAULT_RULES } from '../../src/controls/rule-set.policy';

const human = (person: string): AccountPeriod => ({ kind: 'human', person });
const ACCOUNTS: Readonly<Record<string, readonly AccountPeriod[]>> = {
  alice: [human('P-ALICE')],
  bob: [human('P-BOB')],
  'alice-erp': [human('P-ALICE')],
  // One login, handed over on the first of March.
  buyer1: [
    { ...human('P-ALICE'), to: '2026-03-01T00:00:00.000Z' },
    { ...human('P-BOB'), from: '2026-03-01T00:00:00.000Z' },
  ],
  'two-people': [human('P-ALICE'), human('P-BOB')],
  'nobody-named': [{ kind: 'human' }],
  job: [{ kind: 'service' }],
  team: [{ kind: 'shared' }],
};

export const IDENTITIES: Identities = {
  periodsOf: (account) => ACCOUNTS[account] ?? [],
  survivorOf: (person) => person,
};

let next = 0;
/** An act on PO-1 of chain L1 on a day of March 2026 at nine. */
export const act = (
  duty: string,
  account: string,
  day: number,
  more: Partial<DutyEvent> = {},
): DutyEvent => {
  next += 1;
  return {
    id: `e${String(next).padStart(6, '0')}`,
    at: `2026-03-${String(day).padStart(2, '0')}T09:00:00.000Z`,
    duties: [duty],
    object: 'PO-1',
    entity: 'E-DE',
    account,
    lineages: ['L1'],
    refs: [],
    isChange: false,
    isMaterial: true,
    ...more,
  };
};

/** Rule, person, status and scope of each finding under the default pair rules. */
export const judged = (events: readonly DutyEvent[], cancellations: readonly Cancellation[] = []) =>
  evaluate(
    {
      events,
      cancellations,
      identities: IDENTITIES,
      registers: EMPTY_REGISTERS,
    },
    DEFAULT_RULES,
  )
    .filter(({ rule }) => DEFAULT_RULES.rule(rule)?.type === 'pair')
    .map(({ rule, person, status, scope }) => [rule, person, status, scope]);
