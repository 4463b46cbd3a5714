import * as fc from 'fast-check';
import { isTieoutError } from '../../../src/kernel/errors';
import { parseAmount } from '../../../src/kernel/money';
import { type Party } from '../../../src/kernel/party';
import {
  type AdjustmentCommand,
  adjustments,
  type AdjustmentState,
} from '../../../src/reconciliation/adjustments/adjustment.decider';
import { type BreakRules } from '../../../src/reconciliation/breaks/break-rules.policy';

/** Three persons with two clients each; the first two act for one another. */
const PARTNER: Readonly<Record<string, string>> = { 'P-0': 'P-1', 'P-1': 'P-0' };
const partyOf = (client: number): Party => {
  const person = `P-${Math.floor(client / 2)}`;
  const partner = PARTNER[person];
  return { client: `c-${client}`, person, oneWith: partner === undefined ? [] : [partner] };
};
const LIMITS = { item: 900, run: 2_000 };
const rules: BreakRules & { version: number } = {
  version: 1,
  routing: [],
  limits: [{ type: 'write-off', currency: 'EUR', item: '9.00', run: '20.00' }],
  proposalDays: 5,
};

const step = fc.record({
  kind: fc.constantFrom('propose' as const, 'approve' as const, 'reject' as const, 'post' as const),
  item: fc.nat(4),
  id: fc.nat(9),
  by: fc.nat(5),
  minor: fc.integer({ min: -5, max: 1_200 }),
  day: fc.nat(20),
});
const steps = fc.array(step, { maxLength: 60 }).map((all) => {
  let day = 0;
  return all.map((one) => ({ ...one, day: (day += one.day % 3) }));
});
type Step = (typeof steps extends fc.Arbitrary<infer T> ? T : never) extends readonly (infer U)[]
  ? U
  : never;

const OPEN_MINOR = -1_000n;

function commandOf(
  { kind, item: n, id: number, by: client, minor, day }: Step,
  at: number,
): AdjustmentCommand {
  const instant = new Date(Date.UTC(2026, 10, 1 + day, 8, 0, at)).toISOString();
  const asked = {
    id: kind === 'propose' ? `adj-${at}` : `adj-${number}`,
    by: partyOf(client),
    at: instant,
  };
  const open = { minor: OPEN_MINOR, currency: 'EUR' };
  const item = { id: `break-${n}`, status: 'open', entity: 'E_DE', open };
  if (kind === 'reject') return { ...asked, kind, reason: 'no' };
  if (kind === 'post') {
    const object = { type: 'journal-entry', entity: 'E_DE', id: 'JE-1' };
    return { ...asked, kind, reference: 'JE-1', postedOn: '2026-11-30', object };
  }
  if (kind === 'approve') return { ...asked, kind, item, rules };
  const amount = { minor: BigInt(minor), currency: 'EUR' };
  const accounts = { debitAccount: '6855', creditAccount: '1200' };
  return {
    ...asked,
    kind,
    item,
    rules,
    entry: { type: 'write-off', ...accounts, amount, reason: 'x' },
  };
}

/** Every state on the way; what is refused changes nothing. */
function* played(all: readonly Step[]): Generator<AdjustmentState> {
  let state = adjustments.initial;
  for (const [at, one] of all.entries()) {
    try {
      for (const event of adjustments.decide(commandOf(one, at), state))
        state = adjustments.evolve(state, event);
    } catch (error) {
      if (!isTieoutError(error)) throw error;
    }
    yield state;
  }
}

const live = ({ known }: AdjustmentState) =>
  [...known.values()].filter(({ status }) => ['proposed', 'approved', 'posted'].includes(status));
const minorOf = ({ proposed }: ReturnType<typeof live>[number]) =>
  Number(parseAmount(proposed.amount.amount, 'EUR'));
const sum = (all: ReturnType<typeof live>) => all.reduce((total, one) => total + minorOf(one), 0);

describe('adjustments under random persons, amounts and days', () => {
  it('never exceed the limit of an item, of the run, or what is open of a break', () => {
    fc.assert(
      fc.property(steps, (all) => {
        for (const state of played(all)) {
          const now = live(state);
          expect(sum(now)).toBeLessThanOrEqual(LIMITS.run);
          for (const one of now) expect(minorOf(one)).toBeGreaterThan(0);
          for (const one of now) expect(minorOf(one)).toBeLessThanOrEqual(LIMITS.item);
          for (const id of new Set(now.map(({ proposed }) => proposed.break)))
            expect(sum(now.filter(({ proposed }) => proposed.break === id))).toBeLessThanOrEqual(
              1_000,
            );
        }
      }),
    );
  });

  it('are approved by nobody who proposed them, under no account, nor by who acts for the proposer', () => {
    let approvals = 0;
    fc.assert(
      fc.property(steps, (all) => {
        let before = adjustments.initial;
        for (const [at, state] of [...played(all)].entries()) {
          const { id, by } = commandOf(all[at]!, at);
          const [was, now] = [before.known.get(id), state.known.get(id)];
          before = state;
          if (was?.status !== 'proposed' || now?.status !== 'approved') continue;
          approvals += 1;
          const proposer = was.proposed.byPerson ?? '';
          expect(by.person).not.toBe(proposer);
          expect(PARTNER[proposer]).not.toBe(by.person);
          expect(was.proposed.expiresOn >= commandOf(all[at]!, at).at.slice(0, 10)).toBe(true);
        }
      }),
    );
    expect(approvals).toBeGreaterThan(0);
  });
});
