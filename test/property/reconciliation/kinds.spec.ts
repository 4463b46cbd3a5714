import fc from 'fast-check';
import states from '../../../src/reconciliation/definitions/source-to-target.definition.json';
import threeWay from '../../../src/reconciliation/definitions/three-way.definition.json';
import balance from '../../../src/reconciliation/definitions/balance.definition.json';
import { compareBalances } from '../../../src/reconciliation/kinds/balances';
import { type Compared } from '../../../src/reconciliation/kinds/comparison';
import { type StateInput } from '../../../src/reconciliation/kinds/state-input';
import { compareStates } from '../../../src/reconciliation/kinds/states';
import { compareOrders } from '../../../src/reconciliation/kinds/three-way';
import { type Definition } from '../../../src/reconciliation/matching/definition.policy';
import { resultText } from '../../../src/reconciliation/matching/result-file';
import { type BookInput } from '../../../src/reconciliation/runs/input-lines';
import { sha256Hex } from '../../../src/kernel/hash';

const CUTOFF = '2026-03-31';
const textOf = (compared: Compared) => [...resultText(compared)].join('');
const failedOf = ({ identities }: Compared) => identities.filter(({ holds }) => !holds);

interface LineSpec {
  readonly n: number;
  readonly order: number;
  readonly quantity: number;
  readonly price: number;
  readonly object: string;
}

const lineOf = ({ n, order, quantity, price, object }: LineSpec): BookInput => ({
  id: sha256Hex(`${object} ${n}`),
  entity: 'E_DE',
  object,
  objectId: object === 'purchase-order' ? `PO-${order}` : `${object}-${n}`,
  line: object === 'purchase-order' ? '10' : '1',
  account: '',
  currency: object === 'goods-receipt' ? '' : 'EUR',
  amountMinor: 0n,
  bookDate: '2026-03-05',
  references: [],
  fields: {
    quantity: String(quantity),
    unitPrice: `${price}.25`,
    ...(object === 'purchase-order' ? {} : { order: `po ${order}`, orderLine: '10' }),
  },
});

const specs = (object: string, max: number) =>
  fc
    .array(
      fc.record({
        order: fc.integer({ min: 1, max: 4 }),
        quantity: fc.integer({ min: 1, max: 20 }),
        price: fc.integer({ min: 1, max: 3 }),
      }),
      { maxLength: max },
    )
    .map((list) => list.map((spec, n) => lineOf({ ...spec, n, object })));

/** One line an order: two orders of one number are two lines of it. */
const orders = fc.uniqueArray(fc.integer({ min: 1, max: 4 })).chain((numbers) =>
  fc.tuple(
    ...numbers.map((order) =>
      fc
        .record({
          quantity: fc.integer({ min: 1, max: 20 }),
          price: fc.integer({ min: 1, max: 3 }),
        })
        .map((spec) => lineOf({ ...spec, order, n: order, object: 'purchase-order' })),
    ),
  ),
);

const shuffled = <T>(items: readonly T[], seed: number): T[] =>
  items
    .map((item, i) => ({ item, at: sha256Hex(`${seed} ${i}`) }))
    .sort((x, y) => (x.at < y.at ? -1 : 1))
    .map(({ item }) => item);

describe('orders, receipts and invoices by order line', () => {
  const compare = (a: readonly BookInput[], b: readonly BookInput[], c: readonly BookInput[]) =>
    compareOrders(threeWay as Definition, { a, b, c });
  const quantity = (lines: readonly BookInput[], order: number) =>
    lines
      .filter(
        ({ objectId, fields }) => objectId === `PO-${order}` || fields?.order === `po ${order}`,
      )
      .reduce((sum, { fields }) => sum + Number(fields?.quantity), 0);

  it('give the same bytes in any order, and their identities hold', () => {
    fc.assert(
      fc.property(
        orders,
        specs('goods-receipt', 8),
        specs('invoice', 8),
        fc.integer(),
        (a, b, c, seed) => {
          const one = compare(a, b, c);
          const other = compare(shuffled(a, seed), shuffled(b, seed + 1), shuffled(c, seed + 2));
          expect(textOf(other)).toBe(textOf(one));
          expect(failedOf(one)).toEqual([]);
        },
      ),
    );
  });

  it('differ in quantity exactly where the sums say so, whichever receipt came first', () => {
    fc.assert(
      fc.property(orders, specs('goods-receipt', 8), specs('invoice', 8), (a, b, c) => {
        const { breaks } = compare(a, b, c);
        const found = breaks
          .filter(({ type }) => type === 'QUANTITY_VARIANCE' || type === 'OVER_ALLOCATED')
          .map(({ type, subject }) => `${type} ${subject?.check} ${subject?.orderLine}`)
          .sort();
        const expected = [1, 2, 3, 4].flatMap((order) => {
          const [ordered, received, billed] = [a, b, c].map((lines) => quantity(lines, order));
          if (!a.some(({ objectId }) => objectId === `PO-${order}`)) return [];
          const key = `E_DE PO${order}/10`;
          return [
            ...(received! > ordered! ? [`QUANTITY_VARIANCE received ${key}`] : []),
            ...(received! > 0 && billed! > received! ? [`QUANTITY_VARIANCE billed ${key}`] : []),
            ...(billed! > ordered! ? [`OVER_ALLOCATED ordered ${key}`] : []),
          ];
        });
        expect(found).toEqual(expected.sort());
      }),
    );
  });

  it('put every line that something refers to into one group, or into breaks', () => {
    fc.assert(
      fc.property(orders, specs('goods-receipt', 8), specs('invoice', 8), (a, b, c) => {
        const { groups, breaks } = compare(a, b, c);
        const inGroups = groups.flatMap(({ members }) => members.map(({ line }) => line));
        const inBreaks = new Set(breaks.flatMap(({ lines }) => lines));
        expect(new Set(inGroups).size).toBe(inGroups.length);
        for (const { id } of [...b, ...c])
          expect([inGroups.includes(id), inBreaks.has(id)].filter(Boolean)).toHaveLength(1);
      }),
    );
  });
});

describe('states of two systems', () => {
  const STATES = ['received', 'approved', 'posted'];
  const side = fc
    .uniqueArray(
      fc.record({
        n: fc.integer({ min: 1, max: 4_000 }),
        state: fc.constantFrom(...STATES),
      }),
      { selector: ({ n }) => n, maxLength: 60 },
    )
    .map((list) =>
      list.map(({ n, state }): StateInput => ({
        key: `invoice E_DE INV${n}`,
        type: 'invoice',
        entity: 'E_DE',
        objectId: `INV-${n}`,
        state,
        at: '2026-01-05',
      })),
    );
  /** Enough that there are several ranges: what both have in common. */
  const common = Array.from({ length: 2_500 }, (_, n): StateInput => ({
    key: `invoice E_DE A${String(n).padStart(6, '0')}`,
    type: 'invoice',
    entity: 'E_DE',
    objectId: `A-${n}`,
    state: 'posted',
    at: '2026-01-05',
  }));
  const order = {
    received: ['approved', 'posted'],
    approved: ['posted'],
    posted: [],
  };
  const compare = (a: readonly StateInput[], b: readonly StateInput[]) =>
    compareStates(states as unknown as Definition, { a, b, orders: { invoice: order } }, CUTOFF);

  it('are what a plain join of the keys says, in any order', () => {
    fc.assert(
      fc.property(side, side, fc.integer(), (own, others, seed) => {
        const [a, b] = [
          [...common, ...own],
          [...common, ...others],
        ];
        const one = compare(a, b);
        const target = new Map(b.map((input) => [input.key, input]));
        const source = new Map(a.map((input) => [input.key, input]));
        const expected = [
          ...a.flatMap(({ key, objectId, state }) => {
            const other = target.get(key);
            if (other === undefined) return [`UNMATCHED_A ${objectId}`];
            if (other.state === state) return [];
            const isBehind = STATES.indexOf(other.state) < STATES.indexOf(state);
            return [`${isBehind ? 'STALE_TARGET' : 'STATE_MISMATCH'} ${objectId}`];
          }),
          ...b.flatMap(({ key, objectId }) => (source.has(key) ? [] : [`UNMATCHED_B ${objectId}`])),
        ];
        const found = one.breaks.map(({ type, subject }) => `${type} ${subject?.id}`);
        expect(found.sort()).toEqual(expected.sort());
        expect(failedOf(one)).toEqual([]);
        expect(textOf(compare(shuffled(a, seed), shuffled(b, seed)))).toBe(textOf(one));
      }),
      { numRuns: 40 },
    );
  });

  it('open only the ranges of keys that differ', () => {
    const changed = common.map((input, n) =>
      n === 2_000 ? { ...input, state: 'approved' } : input,
    );
    const { identities, breaks } = compare(common, changed);
    expect(breaks).toHaveLength(1);
    expect(identities.find(({ check }) => check === 'ranges')?.terms).toEqual([
      { name: 'ranges', value: '3' },
      { name: 'with equal digests', value: '2' },
      { name: 'opened', value: '1' },
    ]);
  });

  it('are reported once for two objects of one system under one key', () => {
    const [first] = common;
    const twin = { ...first!, objectId: 'a 0' };
    const { breaks, identities } = compare([...common, twin], common);
    expect(breaks.map(({ type }) => type)).toEqual(['DUPLICATE']);
    expect(identities.find(({ check }) => check === 'keys')).toMatchObject({ holds: true });
  });
});

describe('balances', () => {
  const lines = fc.array(
    fc.record({
      account: fc.constantFrom('1000', '1200', '1600'),
      currency: fc.constantFrom('EUR', 'JPY'),
      minor: fc.bigInt({ min: -(2n ** 60n), max: 2n ** 60n }),
    }),
    { maxLength: 30 },
  );
  const inputs = (
    side: string,
    list: readonly { account: string; currency: string; minor: bigint }[],
  ) =>
    list.map(({ account, currency, minor }, n) => ({
      id: sha256Hex(`${side} ${n}`),
      entity: 'E_DE',
      account,
      currency,
      amountMinor: minor,
      bookDate: '2026-03-05',
      references: [],
    }));

  it('differ exactly where the sums do, with the sign, and never by a float', () => {
    fc.assert(
      fc.property(lines, lines, (own, others) => {
        const [a, b] = [inputs('A', own), inputs('B', others)];
        const compared = compareBalances(balance as Definition, { a, b }, CUTOFF);
        const sums = new Map<string, bigint>();
        for (const [sign, list] of [
          [1n, own],
          [-1n, others],
        ] as const)
          for (const { account, currency, minor } of list) {
            const key = `${account} ${currency}`;
            sums.set(key, (sums.get(key) ?? 0n) + sign * minor);
          }
        const expected = [...sums].filter(([, net]) => net !== 0n).sort();
        const found = compared.breaks.map(({ subject, currency, aMinor, bMinor }) => [
          `${subject?.account} ${currency}`,
          aMinor - bMinor,
        ]);
        expect(found.sort()).toEqual(expected.map(([key, net]) => [key, net]));
        expect(failedOf(compared)).toEqual([]);
      }),
    );
  });
});
