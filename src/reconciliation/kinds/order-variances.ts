import { compareDecimal, type Decimal, formatDecimal, parseDecimal } from '../../kernel/decimal';
import { minorDigits } from '../../kernel/money';
import { type Definition } from '../matching/definition.policy';
import { type FieldTolerance } from '../matching/match-pass.policy';
import { type Break, type FailedPredicate } from '../matching/result';
import { type BookInput } from '../runs/input-lines';
import { moneyText, subjectBreak, type SubjectBreak } from './comparison';
import { netOf, type OrderFigures, type OrderLine, quantityOf } from './order-figures';

type Variance = Pick<SubjectBreak, 'type' | 'check' | 'failed'> &
  Partial<Pick<SubjectBreak, 'aMinor' | 'bMinor'>>;

/** Everything that is wrong with an order line, each on its own. */
export function variancesOf(
  { id, tolerances = {} }: Definition,
  line: OrderLine,
  figures: OrderFigures,
): Break[] {
  const found: Variance[] = [
    ...missing(line, figures),
    ...(line.a.length === 0
      ? []
      : [
          ...quantities(figures, line, tolerances.quantity),
          ...prices(figures, line, tolerances.price),
          ...taxes(figures, line, tolerances.tax),
        ]),
    ...duplicates(line),
  ];
  const first = [...line.a, ...line.b, ...line.c][0];
  const days = [...line.a, ...line.b, ...line.c].map(({ bookDate }) => bookDate).sort();
  const subject = { entity: first?.entity ?? '_', orderLine: line.key };
  return found.map((variance) =>
    subjectBreak({
      definition: id,
      subject,
      currency: figures.currency,
      bookDate: days[0] ?? '',
      a: line.a,
      b: [...line.b, ...line.c],
      ...variance,
    }),
  );
}

const failure = (predicate: FailedPredicate['predicate'], a: string, b: string) => [
  { predicate, a, b },
];

/** A receipt or invoice without order, an invoice without receipt. */
function* missing({ a, b, c }: OrderLine, figures: OrderFigures): Generator<Variance> {
  if (a.length === 0) {
    const what = b.length > 0 ? 'receipt' : 'invoice';
    const aMinor = 0n;
    const bMinor = b.length > 0 ? figures.receivedMinor : figures.billedNetMinor;
    const failed = failure('document', 'no order line', what);
    yield { type: 'MISSING_DOCUMENT', check: 'order', failed, aMinor, bMinor };
  } else if (b.length === 0 && c.length > 0) {
    const bMinor = figures.billedNetMinor;
    const failed = failure('document', 'no receipt', 'invoice');
    yield { type: 'MISSING_DOCUMENT', check: 'receipt', failed, aMinor: 0n, bMinor };
  }
}

/** ordered >= received >= billed. */
function* quantities(
  { ordered, received, billed, orderedMinor, receivedMinor, billedMinor }: OrderFigures,
  { b }: OrderLine,
  tolerance: FieldTolerance | undefined,
): Generator<Variance> {
  const failed = (x: Decimal, y: Decimal) =>
    failure('quantity', formatDecimal(x), formatDecimal(y));
  if (isAbove(received, ordered, tolerance)) {
    const minors = { aMinor: orderedMinor, bMinor: receivedMinor };
    yield {
      type: 'QUANTITY_VARIANCE',
      check: 'received',
      failed: failed(ordered, received),
      ...minors,
    };
  }
  // Without any receipt a document is missing, and no quantity differs.
  if (b.length > 0 && isAbove(billed, received, tolerance)) {
    const minors = { aMinor: receivedMinor, bMinor: billedMinor };
    yield {
      type: 'QUANTITY_VARIANCE',
      check: 'billed',
      failed: failed(received, billed),
      ...minors,
    };
  }
  if (isAbove(billed, ordered, tolerance)) {
    const minors = { aMinor: orderedMinor, bMinor: billedMinor };
    yield { type: 'OVER_ALLOCATED', check: 'ordered', failed: failed(ordered, billed), ...minors };
  }
}

/** What was billed in all against the same quantity at the order's price. */
function* prices(
  { currency, billedMinor, billedNetMinor }: OrderFigures,
  { a, c }: OrderLine,
  tolerance: FieldTolerance | undefined,
): Generator<Variance> {
  const other = c.find((line) => line.currency !== '' && line.currency !== currency);
  if (other !== undefined) {
    const failed = failure('currency', currency, other.currency);
    yield { type: 'CURRENCY_MISMATCH', check: 'currency', failed };
    return;
  }
  if (c.length === 0 || a.every(({ fields }) => fields?.unitPrice === undefined)) return;
  if (isWithin(billedMinor, billedNetMinor, tolerance, currency)) return;
  const text = (minor: bigint) => moneyText(minor, currency);
  yield {
    type: 'PRICE_VARIANCE',
    check: 'price',
    failed: failure('price', text(billedMinor), text(billedNetMinor)),
    aMinor: billedMinor,
    bMinor: billedNetMinor,
  };
}

function* taxes(
  { currency, expectedTaxMinor, billedTaxMinor }: OrderFigures,
  { c }: OrderLine,
  tolerance: FieldTolerance | undefined,
): Generator<Variance> {
  if (expectedTaxMinor === undefined || c.length === 0) return;
  if (isWithin(expectedTaxMinor, billedTaxMinor, tolerance, currency)) return;
  const text = (minor: bigint) => moneyText(minor, currency);
  yield {
    type: 'TAX_VARIANCE',
    check: 'tax',
    failed: failure('tax', text(expectedTaxMinor), text(billedTaxMinor)),
    aMinor: expectedTaxMinor,
    bMinor: billedTaxMinor,
  };
}

/** One invoice in two spellings: another number by its letters and zeros only, and the same quantity and amount. */
function* duplicates({ c }: OrderLine): Generator<Variance> {
  const seen = new Map<string, BookInput>();
  for (const line of c) {
    const { counterparty = '', object, objectId, currency } = line;
    const digits = objectId.replace(/\D/g, '').replace(/^0+/, '');
    const net = netOf(line, currency).toString();
    const quantity = formatDecimal(quantityOf(line));
    const key = JSON.stringify([counterparty, object, digits, net, quantity]);
    const before = seen.get(key);
    seen.set(key, before ?? line);
    if (before === undefined || before.objectId === objectId || digits === '') continue;
    const failed = failure('document', before.objectId, objectId);
    const bMinor = netOf(line, currency);
    yield { type: 'DUPLICATE', check: `duplicate ${objectId}`, failed, aMinor: 0n, bMinor };
  }
}

/** Whether `x` is above `y` by more than the greater of both limits. */
function isAbove(x: Decimal, y: Decimal, { basisPoints = 0, absolute = '0' }: FieldTolerance = {}) {
  if (compareDecimal(x, y) <= 0) return false;
  const limit = parseDecimal(absolute);
  const scale = Math.max(x.scale, y.scale, limit.scale);
  const at = ({ unscaled, scale: own }: Decimal) => unscaled * 10n ** BigInt(scale - own);
  const over = at(x) - at(y);
  const base = at(y) < 0n ? -at(y) : at(y);
  return over > at(limit) && over * 10_000n > BigInt(basisPoints) * base;
}

function isWithin(
  expected: bigint,
  actual: bigint,
  { basisPoints = 0, absolute = '0' }: FieldTolerance = {},
  currency: string,
): boolean {
  const scale = minorDigits(currency) ?? 0;
  const decimal = (unscaled: bigint): Decimal => ({ unscaled, scale });
  const limits = { basisPoints, absolute };
  return (
    !isAbove(decimal(actual), decimal(expected), limits) &&
    !isBelow(decimal(actual), decimal(expected), limits)
  );
}

/** Shares are always of the expected figure, whichever of the two is larger. */
function isBelow(x: Decimal, y: Decimal, limits: FieldTolerance): boolean {
  const mirrored = ({ unscaled, scale }: Decimal): Decimal => ({ unscaled: -unscaled, scale });
  return isAbove(mirrored(x), mirrored(y), limits);
}
