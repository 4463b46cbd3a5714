import { dayNumber } from '../../kernel/civil-date';
import { formatMinor } from '../../kernel/money';
import { type Definition } from './definition.policy';
import { type ExplainedGroup } from './explain.policy';
import { type MatchPass, type Tolerance } from './match-pass.policy';

/** What the lines of a group have in common, by the predicates of its pass and with their values. */
export function factsOf(group: ExplainedGroup, pass: MatchPass, definition: Definition): string[] {
  return [
    inCommon(group, pass),
    ...(pass.key === 'none'
      ? []
      : [`references equal after normalising (${group.keys.join(', ')})`]),
    ...(pass.counterparty === 'equal' ? ['same counterparty'] : []),
    ...sumOf(group, pass, definition),
    ...lagOf(group, pass, definition),
  ];
}

function inCommon({ difference, currency }: ExplainedGroup, pass: MatchPass): string {
  const place = pass.account === 'same' ? 'Same account' : 'The book names no account; same';
  const joined = (fields: string) => `${place}${pass.account === 'same' ? ', ' : ' '}${fields}`;
  if (pass.shape === 'contra') return joined('currency and side, opposite amounts');
  if (pass.amount === 'equal') return joined('currency and amount');
  const apart = isZero(difference)
    ? 'no difference in amount'
    : `difference ${currency} ${grouped(difference)}`;
  const currencyOnly = pass.account === 'same' ? 'Same account and currency' : joined('currency');
  if (pass.amount === 'sum') return currencyOnly;
  return `${currencyOnly}; ${apart}, allowed ${allowed(pass.tolerance, currency)}`;
}

function sumOf(
  { lines, currency, difference }: ExplainedGroup,
  pass: MatchPass,
  { sides }: Definition,
): string[] {
  if (pass.shape !== 'N:M' && pass.sums === undefined) return [];
  const of = (side: 'A' | 'B') => lines.filter((line) => line.side === side);
  const total = (side: 'A' | 'B') =>
    `${count(of(side).length, sides[side].name)} of ${currency} ${grouped(
      formatMinor(
        of(side).reduce((sum, { amountMinor }) => sum + amountMinor, 0n),
        currency,
      ),
    )}`;
  const end = isZero(difference) ? '' : ` (difference ${currency} ${grouped(difference)})`;
  return [`${total('A')} against ${total('B')}${end}`];
}

function lagOf(
  { lines }: ExplainedGroup,
  { days, shape }: MatchPass,
  { sides }: Definition,
): string[] {
  const a = lines.filter(({ side }) => side === 'A');
  const b = lines.filter(({ side }) => side === 'B');
  const [first, second] = shape === 'contra' ? [lines[0], lines[1]] : [a[0], b[0]];
  if (first === undefined || second === undefined || lines.length > 2) {
    return days === undefined ? [] : [`all within ${window(days)} days`];
  }
  const between = dayNumber(second.bookDate) - dayNumber(first.bookDate);
  const allowed = days === undefined ? '' : `, allowed ${window(days)}`;
  const gap = `${Math.abs(between)} ${Math.abs(between) === 1 ? 'day' : 'days'}`;
  if (between === 0) return [`same day${allowed}`];
  if (shape === 'contra') return [`${gap} apart${allowed}`];
  return [`${sides.B.name} ${gap} ${between > 0 ? 'after' : 'before'} ${sides.A.name}${allowed}`];
}

/** Why nothing else explains these lines. */
export function whyUnique(
  { interchangeable, facts }: ExplainedGroup,
  { shape, sums }: MatchPass,
  { sides }: Definition,
): string {
  if (interchangeable)
    return 'One of several pairs that are identical on each side: INTERCHANGEABLE, paired in order of date.';
  if (shape === 'N:M') return 'All lines that carry the id, on both sides.';
  if (sums === undefined) return 'Only candidate on either side (1 of 1, 1 of 1).';
  const many = sides[shape === '1:N' ? 'B' : 'A'].name;
  const pool = facts?.pool ?? 0;
  if (sums.kind === 'bucket')
    return `All ${count(pool, many)} of the bucket; no other line has their sum, and no other bucket explains the line.`;
  return (
    `The only sum of 2 to ${sums.sizeMax} among ${count(pool, many)}: a second one was searched and not found. ` +
    `Expected by chance: ${facts?.chancePpm ?? 0} in a million.`
  );
}

function allowed(tolerance: Tolerance | undefined, currency: string): string {
  const absolute = tolerance?.absolute?.[currency];
  const parts = absolute === undefined ? [] : [`${currency} ${grouped(absolute)}`];
  if (tolerance?.basisPoints !== undefined)
    parts.push(`${tolerance.basisPoints} basis points of ${baseText(tolerance.base)}`);
  if (parts.length === 0) return 'none';
  if (parts.length === 1) return parts[0] as string;
  return `the ${tolerance?.both === 'GREATER' ? 'greater' : 'lesser'} of ${parts.join(' and ')}`;
}

const baseText = (base: Tolerance['base']) =>
  base === 'MAX' ? 'the larger' : base === 'MIN' ? 'the smaller' : `side ${base ?? 'A'}`;

const window = ({ from, to }: { from: number; to: number }) => `${from} to ${to}`;
const isZero = (difference: string) => /^-?[0.]+$/.test(difference);

export const count = (n: number, name: string) => `${n} ${name} ${n === 1 ? 'line' : 'lines'}`;

/** `-1250.00` as `-1,250.00`. */
export const grouped = (decimal: string) =>
  decimal.replace(/\B(?=(\d{3})+(?!\d))/g, (_, __, at: number, whole: string) => {
    const point = whole.indexOf('.');
    return point >= 0 && at > point ? '' : ',';
  });
