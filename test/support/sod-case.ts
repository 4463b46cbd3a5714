import { evaluate } from '../../src/controls/evaluate.policy';
import { type Finding } from '../../src/controls/finding.policy';
import { readCases } from '../../src/controls/case-file/read-cases';
import { DEFAULT_RULES } from '../../src/controls/rule-set.policy';

/** Members of a case's `given`, as its file would state them. */
export type Given = Readonly<Record<string, unknown>>;

const PEOPLE = ['ALICE', 'BOB', 'CAROL', 'DAVE', 'ERIN'];
const DEFAULTS = {
  entities: [
    { id: 'E-DE', tz: 'Europe/Berlin' },
    { id: 'E-US', tz: 'America/New_York' },
  ],
  people: PEOPLE.map((name) => ({ id: `P-${name}` })),
  accounts: [
    ...PEOPLE.map((name) => ({ id: name.toLowerCase(), kind: 'human', person: `P-${name}` })),
    { id: 'job', kind: 'service' },
    { id: 'team', kind: 'shared' },
  ],
};

let seq = 0;
/** An act on PO-1 of chain L1 on a day of March 2026 at nine. */
export const step = (duty: string, account: string, day: number, more: Given = {}): Given => ({
  seq: (seq += 1),
  at: `2026-03-${String(day).padStart(2, '0')}T09:00:00Z`,
  account,
  duty,
  object: 'PO-1',
  lineage: 'L1',
  ...more,
});

export const eur = (amount: string) => ({ amount: { amount, currency: 'EUR' } });

export function findingsOf(given: Given): Finding[] {
  const file = { defaults: DEFAULTS, cases: [{ id: 'case', given }] };
  const [one] = readCases(Buffer.from(JSON.stringify(file)), DEFAULT_RULES);
  return evaluate(one!.facts, DEFAULT_RULES);
}

/** Rule, person, status and reasons of each finding, on one line. */
export const judgedCase = (given: Given): string[] =>
  findingsOf(given).map(({ rule, person, status, reasons }) =>
    [rule, person ?? '-', status, ...reasons].join(' '),
  );
