import { type Definition } from '../matching/definition.policy';
import { groupId } from '../matching/ids';
import { type SideName } from '../matching/line';
import { byText } from '../matching/reference.policy';
import { type Break, type MatchGroup } from '../matching/result';
import { type BookInput, isBookInput, type LineInput } from '../runs/input-lines';
import { byId, type Compared, type CountedLine, identityOf, sideTotals } from './comparison';
import { figuresOf, type OrderFigures, type OrderLine } from './order-figures';
import { orderKeys } from './order-keys';
import { variancesOf } from './order-variances';

/** The pass that lines of an order, its receipts and its invoices are joined by. */
export const ORDER_LINE = 'order-line';

interface Sides {
  readonly a: readonly LineInput[];
  readonly b: readonly LineInput[];
  readonly c?: readonly LineInput[];
}

/**
 * Orders, receipts and invoices by order line, cumulated: what was ordered, received and billed in all, never one receipt for
 * one invoice. A line of an order that nothing refers to is open and no break: it is not due yet.
 */
export function compareOrders(definition: Definition, { a, b, c = [] }: Sides): Compared {
  const lines = orderKeys({ a: books(a), b: books(b), c: books(c) });
  const groups: MatchGroup[] = [];
  const breaks: Break[] = [];
  const counted: CountedLine[] = [];
  const grIr = new Map<string, GrIr>();
  for (const line of lines) {
    const figures = figuresOf(line);
    const found = variancesOf(definition, line, figures);
    const isReferredTo = line.b.length + line.c.length > 0;
    const isAllocated = found.length === 0 && isReferredTo;
    if (isAllocated) groups.push(groupOf(line, figures));
    breaks.push(...found);
    counted.push(...countedOf(line, figures, isAllocated));
    addGrIr(grIr, figures, isAllocated);
  }
  return {
    groups: byId(groups),
    ambiguities: [],
    suggestions: [],
    breaks: byId(breaks),
    totals: sideTotals(counted),
    identities: [...grIr]
      .sort(([x], [y]) => byText(x, y))
      .map(([unit, sums]) => grIrOf(unit, sums)),
  };
}

const books = (lines: readonly LineInput[]): readonly BookInput[] => lines.filter(isBookInput);

function groupOf(line: OrderLine, figures: OrderFigures): MatchGroup {
  const members = countedOf(line, figures, true)
    .map(({ input, side, minor }) => ({ line: input.id, side, allocatedMinor: minor }))
    .sort((x, y) => byText(x.line, y.line));
  const days = [...line.a, ...line.b, ...line.c].map(({ bookDate }) => bookDate).sort();
  return {
    kind: 'group',
    id: groupId(ORDER_LINE, members),
    pass: ORDER_LINE,
    currency: figures.currency,
    members,
    differenceMinor: figures.orderedMinor - figures.receivedMinor,
    clearingDate: days.at(-1) ?? '',
    keys: [line.key],
    interchangeable: false,
    facts: { figures: figures.texts },
  };
}

/** Every line at the order's price, so that the three sides are in one measure. */
function countedOf(
  line: OrderLine,
  { valueOf, currency }: OrderFigures,
  isAllocated: boolean,
): CountedLine[] {
  const of = (inputs: readonly BookInput[], side: SideName) =>
    inputs.map((input): CountedLine => ({
      input: { ...input, currency: input.currency === '' ? currency : input.currency },
      side,
      minor: valueOf(input),
      isAllocated,
    }));
  return [...of(line.a, 'A'), ...of(line.b, 'B'), ...of(line.c, 'C')];
}

interface GrIr {
  readonly received: bigint;
  readonly billed: bigint;
  readonly agreed: bigint;
  readonly differing: bigint;
}

function addGrIr(
  sums: Map<string, GrIr>,
  { currency, receivedMinor, billedMinor }: OrderFigures,
  isAllocated: boolean,
): void {
  const before = sums.get(currency) ?? { received: 0n, billed: 0n, agreed: 0n, differing: 0n };
  const open = receivedMinor - billedMinor;
  sums.set(currency, {
    received: before.received + receivedMinor,
    billed: before.billed + billedMinor,
    agreed: before.agreed + (isAllocated ? open : 0n),
    differing: before.differing + (isAllocated ? 0n : open),
  });
}

/** Received not billed at order price: what agrees and is not billed yet, and what lies in breaks. */
const grIrOf = (unit: string, { received, billed, agreed, differing }: GrIr) =>
  identityOf({
    check: 'gr-ir',
    unit,
    terms: [
      ['received', received],
      ['billed', billed],
      ['received not billed', agreed],
      ['in breaks', differing],
    ],
  });
