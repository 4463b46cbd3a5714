import { type Decimal, multiplyDecimal, roundDecimal } from '../../kernel/decimal';
import { minorDigits, parseMoney } from '../../kernel/money';
import { type DocumentFold, type SaidAmount } from './document-fold.policy';
import { keepsDemand, type Stage, stageOf } from './stage.policy';

/** A document with what it takes over from and what is taken over from it. */
export interface SpendingDocument {
  readonly stream: string;
  readonly type: string;
  readonly fold: DocumentFold;
  /** what it relieves: requisitions of an order, orders of an invoice and of its credit notes; ascending by stream name */
  readonly parents: readonly SpendingDocument[];
}

/** Why a figure cannot be given for certain. */
export type Gap =
  | { readonly kind: 'missing_rate'; readonly rate: string }
  | { readonly kind: 'no_amount' }
  | { readonly kind: 'mixed_currencies'; readonly document: string };

/** The rate from one currency to another on a date, of the register; notes what it was asked for. */
export type RateOf = (rate: string) => Decimal | undefined;

/** One line of the arithmetic behind a figure. */
export interface Taken {
  readonly document: string;
  /** minor units of the relieved document's currency; negative where a credit note gives back */
  readonly minor: bigint;
}

export interface Spending {
  readonly stage: Stage;
  readonly currency: string;
  /** minor units that count against the budget now; of a credit note negative */
  readonly minor: bigint;
  /** minor units of the whole document */
  readonly whole: bigint;
  readonly taken: readonly Taken[];
  /** minor units by which later documents took over more than there was */
  readonly over: bigint;
  readonly gaps: readonly Gap[];
}

const NOTHING = { stage: 'none', currency: '', minor: 0n, whole: 0n, taken: [], over: 0n } as const;

/** The stage of a document as its own events say. */
export const stageIn = ({ type, fold }: SpendingDocument): Stage =>
  fold.isElsewhere ? 'none' : stageOf(type, fold.state?.value, fold.booked?.value);

/**
 * What a document counts against its budget: its amount, less what later documents took over from it.
 *
 * @param children documents that relieve it, ascending by stream name, each with all of its own parents
 */
export function spendingOf(
  document: SpendingDocument,
  children: readonly SpendingDocument[],
  rateOf: RateOf,
): Spending {
  const stage = stageIn(document);
  const { amount } = document.fold;
  if (amount === undefined)
    return { ...NOTHING, stage, gaps: stage === 'none' ? [] : [{ kind: 'no_amount' }] };
  const whole = wholeOf(document, amount.value);
  const { currency } = amount.value;
  if (stage === 'none') return { ...NOTHING, currency, whole, gaps: [] };
  if (!isRelieved(document.type))
    return { stage, currency, minor: whole, whole, taken: [], over: 0n, gaps: [] };
  const gaps: Gap[] = [];
  const taken = takenFrom(document, children, { rateOf, gaps });
  const sum = taken.reduce((total, { minor }) => total + minor, 0n);
  const rest = whole - sum;
  return {
    stage,
    currency,
    whole,
    taken,
    gaps,
    ...(rest < 0n ? { minor: 0n, over: -rest } : { minor: rest, over: 0n }),
  };
}

/** What is billed is not given back by its credit note: the credit note counts for itself. */
const isRelieved = (type: string): boolean => type === 'requisition' || type === 'purchase-order';

interface Reading {
  readonly rateOf: RateOf;
  readonly gaps: Gap[];
}

function takenFrom(
  document: SpendingDocument,
  children: readonly SpendingDocument[],
  reading: Reading,
): Taken[] {
  const taken: Taken[] = [];
  for (const child of children) {
    const minor = heldFrom(document, child, reading);
    if (minor !== 0n) taken.push({ document: child.stream, minor });
  }
  return taken;
}

/** What a later document holds of an earlier one, in the currency of the earlier one. */
function heldFrom(parent: SpendingDocument, child: SpendingDocument, reading: Reading): bigint {
  const stage = stageIn(child);
  const isHeld = stage !== 'none' || keepsDemand(child.type, child.fold.state?.value);
  if (!isHeld || child.fold.amount === undefined) return 0n;
  const { gaps } = reading;
  const parents = child.parents.filter(({ fold }) => fold.amount !== undefined);
  const own = parent.fold.amount?.value.currency;
  if (own === undefined) return 0n;
  if (parents.some(({ fold }) => fold.amount?.value.currency !== own)) {
    gaps.push({ kind: 'mixed_currencies', document: child.stream });
    return 0n;
  }
  const whole = wholeOf(child, child.fold.amount.value);
  const converted = convert(whole, child.fold.amount, own, reading.rateOf);
  if (typeof converted === 'object') {
    gaps.push(converted);
    return 0n;
  }
  return shareOf(converted, parent, parents);
}

/** By the amounts of all it comes from; what rounding leaves goes to the first by name. */
function shareOf(
  minor: bigint,
  parent: SpendingDocument,
  parents: readonly SpendingDocument[],
): bigint {
  if (parents.length <= 1) return minor;
  const weights = parents.map((one) => absolute(wholeOf(one, one.fold.amount?.value)));
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  const shares = weights.map((weight) => (total === 0n ? 0n : (minor * weight) / total));
  const rest = minor - shares.reduce((sum, share) => sum + share, 0n);
  const at = parents.findIndex(({ stream }) => stream === parent.stream);
  return (shares[at] ?? 0n) + (at === 0 ? rest : 0n);
}

const absolute = (minor: bigint): bigint => (minor < 0n ? -minor : minor);

/** Sources give credit notes with either sign; both mean that less is spent. */
function wholeOf({ type }: SpendingDocument, amount: SaidAmount | undefined): bigint {
  if (amount === undefined) return 0n;
  const { minor } = parseMoney({ amount: amount.amount, currency: amount.currency });
  return type === 'credit-note' ? -absolute(minor) : minor;
}

/**
 * An amount of a document in another currency: by the source's own rate where it gives one, otherwise by the register's
 * rate of the day on which the amount was set; never by the rate of another day.
 *
 * @param minor all or a part of the document's amount
 */
export function convert(
  minor: bigint,
  { value, at }: NonNullable<DocumentFold['amount']>,
  to: string,
  rateOf: RateOf,
): bigint | Gap {
  const { currency, base } = value;
  if (currency === to) return minor;
  if (base?.currency === to) {
    const whole = parseMoney({ amount: value.amount, currency }).minor;
    const given = parseMoney({ amount: base.amount, currency: to }).minor;
    if (minor === whole) return given;
    if (minor === -whole) return -given;
    return whole === 0n ? 0n : rounded(minor * given, whole);
  }
  const name = `${currency}-${to}-${at.slice(0, 10)}`;
  const rate = rateOf(name);
  if (rate === undefined) return { kind: 'missing_rate', rate: name };
  const digits = minorDigits(to) ?? 0;
  const amount = { unscaled: minor, scale: minorDigits(currency) ?? 0 };
  return roundDecimal(multiplyDecimal(amount, rate), digits).unscaled;
}

/** A quotient of integers, a half to the even neighbour. */
function rounded(numerator: bigint, denominator: bigint): bigint {
  const [n, d] = denominator < 0n ? [-numerator, -denominator] : [numerator, denominator];
  const quotient = n / d;
  const rest = absolute(n % d) * 2n;
  const isAway = rest > d || (rest === d && quotient % 2n !== 0n);
  return isAway ? quotient + (n < 0n ? -1n : 1n) : quotient;
}
