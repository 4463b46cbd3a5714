import { type CivilDate } from '../../kernel/civil-date';
import { formatMinor, minorDigits } from '../../kernel/money';
import { type Definition } from './definition.policy';
import { type SideName } from './sides.policy';
import { explainOrderLine, headOfKind, headOfSubject } from './explain-kinds.policy';
import { count, factsOf, grouped, whyUnique } from './explain-facts.policy';

/** A line as a sentence names it. */
export interface ExplainedLine {
  readonly side: SideName;
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
  /** what a sum rests on */
  readonly facts?: {
    readonly pool?: number;
    readonly chancePpm?: number;
    readonly figures?: Readonly<Record<string, string>>;
  };
}

export interface ExplainedBreak {
  readonly type: string;
  readonly currency?: string;
  /** decimal text of what is open on side B */
  readonly openB?: string;
  readonly subject?: Readonly<Record<string, string>>;
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
  if (group.facts?.figures !== undefined) return `${explainOrderLine(group)} ${version}`;
  const named = group.lines.slice(0, NAMED_MAX).map((line) => describe(line, definition));
  const more = group.lines.length - named.length;
  const lines = sentence(more > 0 ? [...named, `and ${more} more`] : named);
  const index = definition.passes.findIndex(({ id }) => id === group.pass);
  const pass = definition.passes[index];
  if (pass === undefined) {
    const difference = /^-?[0.]+$/.test(group.difference)
      ? 'The amounts agree.'
      : `Difference ${group.currency} ${grouped(group.difference)}.`;
    return `Matched by a person. ${lines} ${difference} ${version}`;
  }
  const facts = factsOf(group, pass, definition);
  return `Matched by pass ${index + 1}, ${pass.name}. ${lines} ${facts.join('; ')}. ${whyUnique(group, pass, definition)} ${version}`;
}

/** What is open, and what keeps it from being matched, with both values. */
export function explainBreak(item: ExplainedBreak, definition: Definition): string {
  const named = item.lines.slice(0, NAMED_MAX).map((line) => describe(line, definition));
  const more = item.countA + item.countB - named.length;
  const lines =
    named.length === 0 ? '' : ` ${sentence(more > 0 ? [...named, `and ${more} more`] : named)}`;
  const head =
    headOfSubject(item, definition) ?? headOfKind(item, definition) ?? headOf(item, definition);
  return `${head}${lines}${item.subject === undefined ? nearestOf(item, definition) : ''}`;
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
    case 'DATE_OUT_OF_WINDOW':
      return `Same reference and amount, date outside the window: ${failed.map((f) => failure(f, definition)).join('; ')}.`;
    case 'SPLIT_INCOMPLETE':
      return `${counts} carry one id and do not add up: ${failed.map((f) => failure(f, definition)).join('; ')}.`;
    case 'DUPLICATE': {
      const surplus = Math.abs(countA - countB);
      return `${counts} are identical; ${count(surplus, countA > countB ? A.name : B.name)} too many.`;
    }
    default:
      return `${counts} ${AMBIGUOUS[reason ?? ''] ?? AMBIGUOUS.competing}`;
  }
}

const AMBIGUOUS: Readonly<Record<string, string>> = {
  competing: 'have more than one explanation; the engine does not choose.',
  'key-reused': 'carry one key, and it does not tell which belong together; a person decides.',
  'second-solution': 'have more than one sum that fits; the engine does not choose.',
  'contested-claim': 'are claimed by more than one sum or key; none is confirmed.',
  'bucket-too-big': 'have more candidates than one can check; the whole bucket is left open.',
  'budget-exhausted': 'have too many possible sums to search all of them; none is confirmed.',
};

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
  return `${sides[side]?.name ?? side} ${bookDate} ${moneyOf(amountMinor, currency)}${name}`;
}

/** A line of a goods receipt has a quantity and no amount. */
const moneyOf = (minor: bigint, currency: string) =>
  minorDigits(currency) === undefined
    ? ''
    : `${currency} ${grouped(formatMinor(minor, currency))} `;

const sentence = (parts: readonly string[]) => {
  const text = parts.join('; ');
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
};
