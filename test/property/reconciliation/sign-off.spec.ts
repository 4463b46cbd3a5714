import fc from 'fast-check';
import { isSameParty, type Party } from '../../../src/kernel/party';
import { isTieoutError } from '../../../src/kernel/errors';
import { sha256Hex } from '../../../src/kernel/hash';
import { accountReconciliation } from '../../../src/reconciliation/sign-off/account-reconciliation.policy';
import {
  type ItemClass,
  type ReconciliationRows,
} from '../../../src/reconciliation/sign-off/reconciliation-rows.policy';
import { signOff } from '../../../src/reconciliation/sign-off/sign-off.decider';
import {
  liveSignatures,
  type SignOffState,
  statusOf,
} from '../../../src/reconciliation/sign-off/sign-off-state.policy';

const LEVELS = ['PREPARE', 'REVIEW', 'APPROVE'] as const;
const AT = '2026-12-02T10:00:00.000Z';
const cents = fc.bigInt({ min: -10_000n, max: 10_000n });
const currency = fc.constantFrom('EUR', 'JPY', 'KWD');

const item = fc.record({
  id: fc.uuid().map(sha256Hex),
  type: fc.constantFrom('UNMATCHED_A', 'UNMATCHED_B', 'AMOUNT_DIFFERENCE'),
  class: fc.constantFrom<ItemClass>(
    'TIMING',
    'PERMANENT',
    'ERROR_OURS',
    'ERROR_THEIRS',
    'UNEXPLAINED',
  ),
  currency,
  aMinor: cents,
  bMinor: cents,
});
const total = fc.record({
  side: fc.constantFrom<'A' | 'B'>('A', 'B'),
  account: fc.constantFrom('DE1', 'DE2'),
  currency,
  lines: fc.nat(100),
  minor: cents,
});
const rows = fc
  .record({
    items: fc.uniqueArray(item, { selector: ({ id }) => id, maxLength: 12 }),
    totals: fc.array(total, { maxLength: 6 }),
    differences: fc.array(fc.record({ group: fc.uuid(), currency, minor: cents }), {
      maxLength: 4,
    }),
    decided: fc.uniqueArray(fc.uuid(), { maxLength: 4 }),
  })
  .map((parts): ReconciliationRows => ({
    ...{ definition: { id: 'bank', version: 2 }, entity: 'E_DE', period: '2026-11' },
    ...{ from: '2026-11-01', cutoff: '2026-11-30', accounts: undefined, levels: LEVELS },
    ...{ thresholds: {}, opening: undefined, run: undefined, workers: [], late: [] },
    ...{ broughtForward: [], source: [], failed: [] },
    ...parts,
  }));

const minorOf = (text: string) => BigInt(text.replace('.', ''));

describe('the account reconciliation as a function of its rows', () => {
  it('gives one hash whatever the order of the rows', () => {
    fc.assert(
      fc.property(rows, fc.infiniteStream(fc.nat()), (made, dice) => {
        const shuffled = <T>(list: readonly T[]): T[] =>
          list
            .map((value) => ({ value, at: dice.next().value as number }))
            .sort((x, y) => x.at - y.at)
            .map(({ value }) => value);
        const other = {
          ...made,
          items: shuffled(made.items),
          totals: shuffled(made.totals),
          differences: shuffled(made.differences),
          decided: shuffled(made.decided),
        };
        expect(accountReconciliation(other).hash).toBe(accountReconciliation(made).hash);
      }),
    );
  });

  it('has adjusted books less adjusted source as what is unexplained, and no difference goes unseen', () => {
    fc.assert(
      fc.property(rows, (made) => {
        for (const figures of accountReconciliation(made).figures) {
          const { adjustedBooks, adjustedSource, unexplained, unexplainedGross, tiedOut } = figures;
          expect(minorOf(adjustedBooks) - minorOf(adjustedSource)).toBe(minorOf(unexplained));
          if (minorOf(unexplained) !== 0n) expect(minorOf(unexplainedGross)).toBeGreaterThan(0n);
          expect(tiedOut).toBe(minorOf(unexplainedGross) === 0n);
        }
      }),
    );
  });

  it('moves with one cent of any item or total', () => {
    fc.assert(
      fc.property(rows, fc.nat(), (made, n) => {
        const all = [
          ...made.items.map((_, i) => ['items', i] as const),
          ...made.totals.map((_, i) => ['totals', i] as const),
        ];
        fc.pre(all.length > 0);
        const [list, at] = all[n % all.length]!;
        const moved =
          list === 'items'
            ? {
                ...made,
                items: made.items.map((one, i) =>
                  i === at ? { ...one, aMinor: one.aMinor + 1n } : one,
                ),
              }
            : {
                ...made,
                totals: made.totals.map((one, i) =>
                  i === at ? { ...one, minor: one.minor + 1n } : one,
                ),
              };
        expect(accountReconciliation(moved).hash).not.toBe(accountReconciliation(made).hash);
      }),
    );
  });
});

/** Two accounts for each of four persons; the first two persons are one another's delegates. */
const PARTIES: readonly Party[] = ['P-1', 'P-2', 'P-3', 'P-4'].flatMap((person, i) =>
  ['desk', 'phone'].map((account) => ({
    client: `${person}-${account}`,
    person,
    oneWith: i < 2 ? [i === 0 ? 'P-2' : 'P-1'] : [],
  })),
);

const step = fc.record({
  kind: fc.constantFrom('sign', 'sign', 'sign', 'reject', 'withdraw', 'move'),
  level: fc.constantFrom(...LEVELS),
  by: fc.constantFrom(...PARTIES),
  /** the signer looks at the figures as they are, or at others */
  sees: fc.constantFrom('live', 'live', 'live', 'old'),
});

describe('signatures of random persons, accounts and delegates', () => {
  it('are never two of one person, and active exactly while their hash is the live one', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let state: SignOffState = signOff.initial;
        let figures = 0;
        for (const { kind, level, by, sees } of steps) {
          if (kind === 'move') figures += 1;
          const live = sha256Hex(`figures ${figures}`);
          const hash = sees === 'live' ? live : sha256Hex(`figures ${figures - 1}`);
          const common = { by, at: AT, refused: undefined };
          const file = { sha256: live, bytes: 10 };
          const more = { levels: LEVELS, guards: [], workers: [], statement: 'It ties out.' };
          const command =
            kind === 'sign'
              ? { kind: 'sign' as const, level, hash, file, ...more, ...common }
              : kind === 'reject'
                ? { kind: 'reject' as const, reason: 'no', ...common }
                : { kind: 'withdraw' as const, level, reason: 'no', ...common };
          if (kind !== 'move') {
            try {
              for (const event of signOff.decide(command, state))
                state = signOff.evolve(state, event);
            } catch (error) {
              if (!isTieoutError(error)) throw error;
            }
          }
          const active = liveSignatures(state).filter((one) => one.file.sha256 === live);
          for (const [i, one] of active.entries())
            for (const other of active.slice(i + 1)) {
              const party = PARTIES.find(({ client }) => client === one.by)!;
              expect(isSameParty(party, other)).toBe(false);
            }
          const status = statusOf({
            signOff: state,
            liveHash: live,
            levels: LEVELS,
            isStarted: true,
            isCertified: false,
          });
          expect(status === 'suspended').toBe(active.length < liveSignatures(state).length);
          if (status === 'approved') expect(new Set(active.map((one) => one.level)).size).toBe(3);
        }
      }),
      { numRuns: 300 },
    );
  });
});
