import * as fc from 'fast-check';
import { definitionInForce } from '../../../src/reconciliation/matching/definition.policy';
import { proofOfCash } from '../../../src/reconciliation/proofs/proof-of-cash.policy';
import {
  brokenChain,
  type RollForward,
  rollForward,
} from '../../../src/reconciliation/proofs/roll-forward.policy';
import {
  cashFigures,
  positionAt,
} from '../../../projections/reconciliation-board/roll-forward.view';
import { Board } from '../../support/board';
import { camtXml, type EntrySpec } from '../../support/camt-file';

const ACCOUNT = 'DE02120300000000202051';
const MONTHS = ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12'];
const LAST_DAYS = ['31', '28', '31', '30', '31', '30', '31', '31', '30', '31', '30', '31'];
const cutoffOf = (month: number) => `2026-${MONTHS[month]!}-${LAST_DAYS[month]!}`;
const euros = (minor: bigint) => {
  const text = (minor < 0n ? -minor : minor).toString().padStart(3, '0');
  return `${minor < 0n ? '-' : ''}${text.slice(0, -2)}.${text.slice(-2)}`;
};

/** One payment: when it is booked, when the bank has it, and whether its fact comes late. */
interface Payment {
  readonly cents: number;
  readonly month: number;
  /** months until the statement has it; 3: never; 4: only the bank has it */
  readonly lag: number;
  readonly isLate: boolean;
  readonly off: number;
}

const payment: fc.Arbitrary<Payment> = fc.record({
  cents: fc.integer({ min: 1, max: 99_999 }),
  month: fc.nat(11),
  lag: fc.constantFrom(0, 0, 0, 1, 2, 3, 4),
  isLate: fc.boolean(),
  off: fc.constantFrom(0, 0, 0, 1),
});

/** A year of a treasury: facts as they come, a statement and a run a month. */
async function year(payments: readonly Payment[]): Promise<Board> {
  const board = new Board();
  let balance = 500_000n;
  for (let month = 0; month < 12; month += 1) {
    payments.forEach((one, n) => {
      const known = one.isLate ? Math.min(11, one.month + 1) : one.month;
      if (one.lag !== 4 && known === month)
        board.payment({
          id: `P-${n}`,
          minor: BigInt(one.cents),
          endToEndId: `E2E-${n}`,
          day: `2026-${MONTHS[one.month]!}-10`,
        });
    });
    const entries: EntrySpec[] = payments.flatMap((one, n) => {
      const lag = one.lag === 4 ? 0 : one.lag;
      if (one.lag === 3 || one.month + lag !== month) return [];
      const amount = euros(BigInt(one.cents + one.off));
      return [
        { amount, direction: 'DBIT', date: `2026-${MONTHS[month]!}-12`, endToEndId: `E2E-${n}` },
      ];
    });
    const opening = balance;
    for (const { amount = '' } of entries) balance -= BigInt(amount.replace('.', ''));
    const date = cutoffOf(month);
    await board.statement(
      camtXml({
        statements: [
          {
            id: `S-${month}`,
            iban: ACCOUNT,
            opening: euros(opening),
            closing: euros(balance),
            openingDate: `2026-${MONTHS[month]!}-01`,
            closingDate: date,
            entries,
          },
        ],
      }),
    );
    board.run(`run-${month}`, date);
  }
  return board;
}

describe('the proofs of twelve periods on the board, with late facts', () => {
  const runs = { numRuns: 15 };

  it('roll forward item by item, from each period to the next', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(payment, { maxLength: 25 }), async (payments) => {
        const board = await year(payments);
        const months: RollForward[] = [];
        for (let month = 0; month < 12; month += 1) {
          const before = month === 0 ? '2025-12-31' : cutoffOf(month - 1);
          const reader = board.reader();
          months.push(
            rollForward(
              positionAt(reader, 'bank', before),
              positionAt(reader, 'bank', cutoffOf(month)),
            ),
          );
        }
        board.close();
        for (const [n, month] of months.entries()) {
          expect(month.faults).toEqual([]);
          if (n > 0) expect(brokenChain(months[n - 1]!, month)).toEqual([]);
        }
        const open = (side: string) =>
          months.at(-1)!.rows.find((row) => row.side === side)?.closingMinor ?? 0n;
        const isMatched = (one: Payment) =>
          one.lag < 3 && one.month + one.lag < 12 && one.off === 0;
        const left = payments.filter((one) => !isMatched(one));
        const sum = (list: readonly Payment[], of: (one: Payment) => number) =>
          list.reduce((total, one) => total - BigInt(of(one)), 0n);
        expect(open('A')).toBe(
          sum(
            left.filter((one) => one.lag !== 4),
            (one) => one.cents,
          ),
        );
        const seen = left.filter(
          (one) => one.lag === 4 || (one.lag < 3 && one.month + one.lag < 12),
        );
        expect(open('B')).toBe(sum(seen, (one) => one.cents + one.off));
      }),
      runs,
    );
  });

  it('prove cash in four columns against the balances of the statements', async () => {
    const definition = definitionInForce('bank', '2026-12-31')!;
    await fc.assert(
      fc.asyncProperty(fc.array(payment, { maxLength: 25 }), async (payments) => {
        const board = await year(payments);
        const reader = board.reader();
        for (let month = 0; month < 12; month += 1) {
          const [from, to] = [month === 0 ? '2025-12-31' : cutoffOf(month - 1), cutoffOf(month)];
          const period = { definition, currency: 'EUR', from, to };
          const { input, notStated } = cashFigures(reader, period);
          expect(notStated).toEqual([]);
          // The books know nothing of what was in the account before the ledger began.
          const carried = (minor: bigint) => minor + 500_000n;
          const books = {
            ...input.books,
            openingMinor: carried(input.books.openingMinor),
            closingMinor: carried(input.books.closingMinor),
          };
          expect(proofOfCash({ ...input, books }).faults).toEqual([]);
        }
        board.close();
      }),
      runs,
    );
  });
});
