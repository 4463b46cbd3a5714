import { type CivilDate, dayNumber } from '../../kernel/civil-date';
import { formatMinor } from '../../kernel/money';
import { type Definition } from './definition.policy';

/** A line as a sentence names it. */
export interface ExplainedLine {
  readonly side: 'A' | 'B';
  readonly bookDate: CivilDate;
  readonly amountMinor: bigint;
  readonly currency: string;
  /** the reference as its source wrote it */
  readonly label: string;
}

export interface ExplainedGroup {
  readonly pass: string;
  readonly interchangeable: boolean;
  readonly keys: readonly string[];
  /** decimal text, allocated A - allocated B */
  readonly difference: string;
  readonly currency: string;
  readonly lines: readonly ExplainedLine[];
}

export interface ExplainedBreak {
  readonly type: string;
  readonly reason?: string;
  readonly failed: readonly {
    readonly predicate: string;
    readonly a: string;
    readonly b: string;
  }[];
  /** the first of its lines, and how many there are on each side */
  readonly lines: readonly ExplainedLine[];
  readonly countA: number;
  readonly countB: number;
  readonly nearest?: {
    readonly line: ExplainedLine;
    readonly failed: readonly {
      readonly predicate: string;
      readonly a: string;
      readonly b: string;
    }[];
  };
}

/** Lines that a sentence names one by one. */
const NAMED_MAX = 4;

/** Why these lines explain one another, so that a controller can check it without the code. */
export function explainGroup(group: ExplainedGroup, definition: Definition): string {
  const version = `Definition ${definition.id}, version ${definition.version}.`;
  const lines = sentence(group.lines.map((line) => describe(line, definition)));
  const index = definition.passes.findIndex(({ id }) => id === group.pass);
  const pass = definition.passes[index];
  if (pass === undefined) {
    const difference = /^-?[0.]+$/.test(group.difference)
      ? 'The amounts agree.'
      : `Difference ${group.currency} ${grouped(group.difference)}.`;
    return `Matched by a person. ${lines} ${difference} ${version}`;
  }
  const account =
    pass.account === 'same'
      ? 'Same account, currency and amount'
      : 'The book names no account; same currency and amount';
  const keys = `references equal after normalising (${group.keys.join(', ')})`;
  const unique = group.interchangeable
    ? 'One of several pairs that are identical on each side: INTERCHANGEABLE, paired in order of date.'
    : 'Only candidate on either side (1 of 1, 1 of 1).';
  const facts = [account, keys, ...lagOf(group.lines, definition)].join('; ');
  return `Matched by pass ${index + 1}, ${pass.name}. ${lines} ${facts}. ${unique} ${version}`;
}

/** What is open, and what keeps it from being matched, with both values. */
export function explainBreak(item: ExplainedBreak, definition: Definition): string {
  const named = item.lines.slice(0, NAMED_MAX).map((line) => describe(line, definition));
  const more = item.countA + item.countB - named.length;
  const lines = sentence(more > 0 ? [...named, `and ${more} more`] : named);
  return `${headOf(item, definition)} ${lines}${nearestOf(item, definition)}`;
}

function headOf(
  { type, reason, failed, countA, countB }: ExplainedBreak,
  definition: Definition,
): string {
  const { A, B } = definition.sides;
  const counts = `${count(countA, A.name)} and ${count(countB, B.name)}`;
  switch (type) {
    case 'UNMATCHED_A':
      return `In the ${A.name} and not at the ${B.name}.`;
    case 'UNMATCHED_B':
      return `At the ${B.name} and not in the ${A.name}.`;
    case 'AMOUNT_DIFFERENCE':
      return `Same reference, other amount: ${failed.map((f) => failure(f, definition)).join('; ')}.`;
    case 'DUPLICATE': {
      const surplus = Math.abs(countA - countB);
      return `${counts} are identical; ${count(surplus, countA > countB ? A.name : B.name)} too many.`;
    }
    default:
      return reason === 'key-reused'
        ? `One reference on ${counts} with other amounts; a person decides which belong together.`
        : `${counts} have more than one explanation; the engine does not choose.`;
  }
}

function nearestOf({ type, nearest }: ExplainedBreak, definition: Definition): string {
  if (type !== 'UNMATCHED_A' && type !== 'UNMATCHED_B') return '';
  if (nearest === undefined)
    return ' No open line of the other side agrees in reference or in amount.';
  const failed = nearest.failed.map((f) => failure(f, definition)).join('; ');
  return ` Nearest: ${describe(nearest.line, definition)}. What fails: ${failed}.`;
}

const failure = (
  { predicate, a, b }: { readonly predicate: string; readonly a: string; readonly b: string },
  { sides }: Definition,
) =>
  `${predicate} (${sides.A.name} ${shown(predicate, a)}, ${sides.B.name} ${shown(predicate, b)})`;

const shown = (predicate: string, value: string) =>
  predicate === 'amount' ? grouped(value) : value === '' ? 'none' : value;

function describe(
  { side, bookDate, amountMinor, currency, label }: ExplainedLine,
  { sides }: Definition,
): string {
  const name = label === '' ? 'without reference' : `"${label}"`;
  return `${sides[side].name} ${bookDate} ${currency} ${grouped(formatMinor(amountMinor, currency))} ${name}`;
}

function lagOf(lines: readonly ExplainedLine[], { sides }: Definition): readonly string[] {
  const a = lines.find(({ side }) => side === 'A');
  const b = lines.find(({ side }) => side === 'B');
  if (a === undefined || b === undefined) return [];
  const days = dayNumber(b.bookDate) - dayNumber(a.bookDate);
  if (days === 0) return ['same day'];
  const gap = `${Math.abs(days)} ${Math.abs(days) === 1 ? 'day' : 'days'}`;
  return [`${sides.B.name} ${gap} ${days > 0 ? 'after' : 'before'} ${sides.A.name}`];
}

const sentence = (parts: readonly string[]) => {
  const text = parts.join('; ');
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
};

const count = (n: number, name: string) => `${n} ${name} ${n === 1 ? 'line' : 'lines'}`;

/** `-1250.00` as `-1,250.00`. */
const grouped = (decimal: string) =>
  decimal.replace(/\B(?=(\d{3})+(?!\d))/g, (_, __, at: number, whole: string) => {
    const point = whole.indexOf('.');
    return point >= 0 && at > point ? '' : ',';
  });
