import * as fc from 'fast-check';
import {
  type CashGroup,
  type CashItem,
  type ProofOfCashInput,
  proofOfCash,
} from '../../../src/reconciliation/proofs/proof-of-cash.policy';
import {
  brokenChain,
  NOTHING_OPEN,
  type RolledPosition,
  type RollForward,
  rollForward,
} from '../../../src/reconciliation/proofs/roll-forward.policy';

type Side = 'A' | 'B';

interface Line {
  readonly id: string;
  readonly side: Side;
  readonly currency: string;
  amount: bigint;
  group?: string;
}

type Move =
  | { readonly kind: 'line'; readonly side: Side; readonly eur: boolean; readonly amount: number }
  | { readonly kind: 'change'; readonly at: number; readonly amount: number }
  | { readonly kind: 'withdraw'; readonly at: number }
  | { readonly kind: 'match'; readonly at: readonly number[] }
  | { readonly kind: 'unmatch'; readonly at: number };

const amount = fc.integer({ min: -9_999, max: 9_999 }).filter((n) => n !== 0);
const at = fc.nat(200);
const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('line' as const),
      side: fc.constantFrom<Side>('A', 'B'),
      eur: fc.boolean(),
      amount,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('change' as const), at, amount }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('withdraw' as const), at }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('match' as const),
      at: fc.array(at, { minLength: 2, maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('unmatch' as const), at }) },
);
/** Twelve periods; a line, change or undone match of any of them may be about an earlier one. */
const year = fc.array(fc.array(move, { maxLength: 12 }), { minLength: 12, maxLength: 12 });

/** Books and bank as a bookkeeper would keep them by hand: every line, and which lines were put together. */
class Books {
  readonly lines: Line[] = [];
  private named = 0;

  apply(moves: readonly Move[]): void {
    for (const one of moves) this.applyOne(one);
  }

  private applyOne(one: Move): void {
    const pick = (list: readonly Line[], n: number) => list[n % Math.max(1, list.length)];
    const open = this.lines.filter((line) => line.group === undefined);
    if (one.kind === 'line') {
      const currency = one.eur ? 'EUR' : 'USD';
      this.lines.push({
        id: `l${this.lines.length}`,
        side: one.side,
        currency,
        amount: BigInt(one.amount),
      });
    } else if (one.kind === 'change') {
      const line = pick(open, one.at);
      if (line !== undefined) line.amount = BigInt(one.amount);
    } else if (one.kind === 'withdraw') {
      const line = pick(open, one.at);
      if (line !== undefined) line.amount = 0n;
    } else if (one.kind === 'match') {
      const chosen = one.at
        .flatMap((n) => pick(open, n) ?? [])
        .filter((line) => line.currency === 'EUR');
      this.named += 1;
      if (chosen.length > 1) for (const line of chosen) line.group = `g${this.named}`;
    } else {
      const group = pick(
        this.lines.filter((line) => line.group !== undefined),
        one.at,
      )?.group;
      for (const line of this.lines)
        if (line.group !== undefined && line.group === group) delete line.group;
    }
  }

  position(): RolledPosition {
    const present = this.lines.filter((line) => line.amount !== 0n);
    const keys = [...new Set(present.map(({ side, currency }) => `${side} ${currency}`))];
    return {
      items: present
        .filter((line) => line.group === undefined)
        .map(({ id, side, currency, amount: openMinor }) => ({ id, side, currency, openMinor })),
      totals: keys.map((key) => {
        const [side = '', currency = ''] = key.split(' ');
        const own = present.filter((line) => line.side === side && line.currency === currency);
        return {
          side,
          currency,
          linesMinor: sum(own),
          allocatedMinor: sum(own.filter((line) => line.group !== undefined)),
        };
      }),
    };
  }

  copy(): readonly Line[] {
    return this.lines.map((line) => ({ ...line }));
  }
}

const sum = (lines: readonly { readonly amount: bigint }[]) =>
  lines.reduce((total, line) => total + line.amount, 0n);
const received = (lines: readonly Line[]) => sum(lines.filter((line) => line.amount > 0n));
const paid = (lines: readonly Line[]) => -sum(lines.filter((line) => line.amount < 0n));

function* positions(moves: readonly (readonly Move[])[]): Generator<RolledPosition> {
  const books = new Books();
  for (const month of moves) {
    books.apply(month);
    yield books.position();
  }
}

function rolled(moves: readonly (readonly Move[])[]): RollForward[] {
  let before = NOTHING_OPEN;
  return [...positions(moves)].map((now) => {
    const rolledOne = rollForward(before, now);
    before = now;
    return rolledOne;
  });
}

describe('roll-forward over twelve periods with late lines, changes and undone matches', () => {
  it('holds to the minor unit, and each opening is the closing before it', () => {
    fc.assert(
      fc.property(year, (moves) => {
        const months = rolled(moves);
        for (const [n, month] of months.entries()) {
          expect(month.faults).toEqual([]);
          if (n > 0) expect(brokenChain(months[n - 1]!, month)).toEqual([]);
          for (const row of month.rows) {
            const { carried, left, added, changed } = row;
            expect(row.openingMinor - left.minor + added.minor + changed.minor).toBe(
              row.closingMinor,
            );
            expect(new Set([...carried.ids, ...left.ids, ...added.ids, ...changed.ids]).size).toBe(
              carried.count + left.count + added.count + changed.count,
            );
          }
        }
      }),
    );
  });

  it('adds up over the year: all that entered, less all that cleared, is what is open', () => {
    fc.assert(
      fc.property(year, (moves) => {
        const rows = rolled(moves).map((month) =>
          month.rows.find((row) => row.side === 'A' && row.currency === 'EUR'),
        );
        const entered = rows.reduce((total, row) => total + (row?.enteredMinor ?? 0n), 0n);
        const cleared = rows.reduce((total, row) => total + (row?.clearedMinor ?? 0n), 0n);
        expect(rows.at(-1)?.closingMinor ?? 0n).toBe(entered - cleared);
      }),
    );
  });

  it('names side, currency and amount when one cent or one item is missing', () => {
    fc.assert(
      fc.property(year, fc.nat(), fc.boolean(), (moves, n, isGone) => {
        const all = [...positions(moves)];
        const [before = NOTHING_OPEN, now = NOTHING_OPEN] = all.slice(-2);
        fc.pre(now.items.length > 0);
        const hit = now.items[n % now.items.length]!;
        const items = now.items.flatMap((item) => {
          if (item !== hit) return [item];
          return isGone ? [] : [{ ...item, openMinor: item.openMinor + 1n }];
        });
        const { holds, faults } = rollForward(before, { ...now, items });
        expect(holds).toBe(false);
        expect(faults).toContainEqual(
          expect.objectContaining({
            side: hit.side,
            currency: hit.currency,
            check: 'closing-items',
          }),
        );
        const next = rollForward({ ...now, items }, now);
        expect(brokenChain(rollForward(before, now), next)).toEqual([
          `${hit.side}/${hit.currency}`,
        ]);
      }),
    );
  });
});

/** The proof's figures from lines at two ends of a period, as a bookkeeper would count them. */
function cashOf(before: readonly Line[], after: readonly Line[]): ProofOfCashInput {
  const eur = (lines: readonly Line[], side: Side) =>
    lines.filter((line) => line.side === side && line.currency === 'EUR');
  const columns = (side: Side) => {
    const [old, now] = [eur(before, side), eur(after, side)];
    return {
      openingMinor: sum(old),
      receiptsMinor: received(now) - received(old),
      disbursementsMinor: paid(now) - paid(old),
      closingMinor: sum(now),
    };
  };
  const itemsAt = (lines: readonly Line[], end: CashItem['at']): CashItem[] =>
    lines
      .filter((line) => line.group === undefined && line.currency === 'EUR' && line.amount !== 0n)
      .map(({ id, side, amount: amountMinor }) => ({ id, side, at: end, amountMinor }));
  const grouped = (lines: readonly Line[], group: string, side: Side) =>
    eur(lines, side).filter((line) => line.group === group);
  const flow = (group: string, side: Side) => ({
    receiptsMinor: received(grouped(after, group, side)) - received(grouped(before, group, side)),
    disbursementsMinor: paid(grouped(after, group, side)) - paid(grouped(before, group, side)),
  });
  const names = [...new Set([...before, ...after].flatMap(({ group }) => group ?? []))];
  const groups: CashGroup[] = names.map((id) => ({ id, a: flow(id, 'A'), b: flow(id, 'B') }));
  const net = (side: Side) => sum(eur(before, side).filter((line) => line.group !== undefined));
  return {
    currency: 'EUR',
    bank: columns('B'),
    books: columns('A'),
    items: [...itemsAt(before, 'opening'), ...itemsAt(after, 'closing')],
    groups,
    earlierDifferenceMinor: net('B') - net('A'),
  };
}

describe('proof of cash over twelve periods', () => {
  const months = (moves: readonly (readonly Move[])[]): ProofOfCashInput[] => {
    const books = new Books();
    return moves.map((month) => {
      const before = books.copy();
      books.apply(month);
      return cashOf(before, books.copy());
    });
  };

  it('agrees in all four columns, and every row adds up across', () => {
    fc.assert(
      fc.property(year, (moves) => {
        for (const input of months(moves)) expect(proofOfCash(input).faults).toEqual([]);
      }),
    );
  });

  it('fails on one cent in any column, or one item that is left out', () => {
    const column = fc.constantFrom(
      'openingMinor' as const,
      'receiptsMinor' as const,
      'disbursementsMinor' as const,
      'closingMinor' as const,
    );
    fc.assert(
      fc.property(year, column, fc.nat(), (moves, name, n) => {
        const input = months(moves).at(-1)!;
        const moved = { ...input, bank: { ...input.bank, [name]: input.bank[name] + 1n } };
        expect(proofOfCash(moved).faults).toContainEqual({ row: 'difference', detail: 'differs' });
        expect(proofOfCash(moved).faults).toContainEqual({
          row: 'per-bank',
          detail: 'does-not-cross-add',
        });
        fc.pre(input.items.length > 0);
        const items = input.items.filter((_, i) => i !== n % input.items.length);
        expect(proofOfCash({ ...input, items }).holds).toBe(false);
      }),
    );
  });
});
