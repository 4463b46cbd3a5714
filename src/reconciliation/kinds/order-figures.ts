import {
  addDecimal,
  type Decimal,
  formatDecimal,
  multiplyDecimal,
  parseDecimal,
  roundDecimal,
} from '../../kernel/decimal';
import { minorDigits } from '../../kernel/money';
import { type BookInput } from '../runs/input-lines';
import { moneyText, NO_CURRENCY } from './comparison';

/** Everything about one line of an order. */
export interface OrderLine {
  readonly key: string;
  readonly a: readonly BookInput[];
  readonly b: readonly BookInput[];
  readonly c: readonly BookInput[];
}

/** Cumulated figures of an order line; values at the order's price, rounded half-even once. */
export interface OrderFigures {
  readonly currency: string;
  readonly price: Decimal;
  readonly ordered: Decimal;
  readonly received: Decimal;
  readonly billed: Decimal;
  readonly orderedMinor: bigint;
  readonly receivedMinor: bigint;
  readonly billedMinor: bigint;
  /** what the invoices ask for the quantity, and what the order's price makes of it */
  readonly billedNetMinor: bigint;
  readonly billedTaxMinor: bigint;
  /** for what was billed; `undefined` when the order states no tax */
  readonly expectedTaxMinor: bigint | undefined;
  /** one line at the order's price */
  readonly valueOf: (line: BookInput) => bigint;
  /** as an explanation names them */
  readonly texts: Readonly<Record<string, string>>;
}

export const ZERO: Decimal = { unscaled: 0n, scale: 0 };

/** Credit notes take back what an invoice billed. */
const signOf = ({ object }: BookInput): Decimal =>
  object === 'credit-note' ? { unscaled: -1n, scale: 0 } : { unscaled: 1n, scale: 0 };

const field = ({ fields = {} }: BookInput, name: string): Decimal =>
  fields[name] === undefined ? ZERO : parseDecimal(fields[name]);

export const quantityOf = (line: BookInput): Decimal =>
  multiplyDecimal(signOf(line), field(line, 'quantity'));

const sum = (lines: readonly BookInput[]): Decimal =>
  lines.reduce((total, line) => addDecimal(total, quantityOf(line)), ZERO);

const minorOf = (value: Decimal, currency: string): bigint =>
  roundDecimal(value, minorDigits(currency) ?? 0).unscaled;

export function figuresOf(line: OrderLine): OrderFigures {
  const { a, b, c } = line;
  const currency = [...a, ...c, ...b].find((one) => one.currency !== '')?.currency ?? NO_CURRENCY;
  const price = priceOf(line);
  const [ordered, received, billed] = [sum(a), sum(b), sum(c)];
  const valueOf = (one: BookInput) => minorOf(multiplyDecimal(quantityOf(one), price), currency);
  const value = (lines: readonly BookInput[]) =>
    lines.reduce((total, one) => total + valueOf(one), 0n);
  const billedNetMinor = c.reduce((total, one) => total + netOf(one, currency), 0n);
  return {
    currency,
    price,
    ordered,
    received,
    billed,
    orderedMinor: value(a),
    receivedMinor: value(b),
    billedMinor: value(c),
    billedNetMinor,
    billedTaxMinor: c.reduce(
      (total, one) => total + minorOf(multiplyDecimal(signOf(one), field(one, 'tax')), currency),
      0n,
    ),
    expectedTaxMinor: expectedTax(a, ordered, billed, currency),
    valueOf,
    texts: {
      ordered: formatDecimal(ordered),
      received: formatDecimal(received),
      billed: formatDecimal(billed),
      price: formatDecimal(price),
      receivedNotBilled: moneyText(value(b) - value(c), currency),
    },
  };
}

/** The order's price; without an order that of the first invoice line, so that the lines have a value at all. */
function priceOf({ a, c }: OrderLine): Decimal {
  const [first] = [...a, ...c].filter(({ fields }) => fields?.unitPrice !== undefined);
  return first === undefined ? ZERO : field(first, 'unitPrice');
}

/** What a line of an invoice asks for: its amount, else quantity times its own price. */
export function netOf(line: BookInput, currency: string): bigint {
  const { amount, unitPrice } = line.fields ?? {};
  if (amount !== undefined)
    return minorOf(multiplyDecimal(signOf(line), parseDecimal(amount)), currency);
  return unitPrice === undefined
    ? 0n
    : minorOf(multiplyDecimal(quantityOf(line), parseDecimal(unitPrice)), currency);
}

/** The order's tax in proportion to what was billed, rounded half-even. */
function expectedTax(
  orders: readonly BookInput[],
  ordered: Decimal,
  billed: Decimal,
  currency: string,
): bigint | undefined {
  if (ordered.unscaled === 0n || orders.every(({ fields }) => fields?.tax === undefined))
    return undefined;
  const tax = orders.reduce((total, one) => addDecimal(total, field(one, 'tax')), ZERO);
  const minor = BigInt(minorDigits(currency) ?? 0);
  // tax * billed / ordered, all as whole numbers of one scale
  const scale = Math.max(ordered.scale, billed.scale);
  const whole = ({ unscaled, scale: own }: Decimal) => unscaled * 10n ** BigInt(scale - own);
  const numerator = tax.unscaled * whole(billed) * 10n ** minor;
  return halfEven(numerator, whole(ordered) * 10n ** BigInt(tax.scale));
}

function halfEven(numerator: bigint, denominator: bigint): bigint {
  const sign = numerator < 0n !== denominator < 0n ? -1n : 1n;
  const [n, d] = [
    numerator < 0n ? -numerator : numerator,
    denominator < 0n ? -denominator : denominator,
  ];
  const [quotient, rest] = [n / d, n % d];
  const isUp = 2n * rest > d || (2n * rest === d && quotient % 2n === 1n);
  return sign * (isUp ? quotient + 1n : quotient);
}
