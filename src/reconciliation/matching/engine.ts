import { type Columns, columnsOf } from './columns';
import { type Decisions, membersKey, NO_DECISIONS } from './decisions.policy';
import { type Definition, type MatchPass } from './definition.policy';
import { type GroupList } from './group-list';
import { type MatchLine } from './line';
import { orderOfIds } from './line-order';
import { runBucketSums } from './passes/bucket-sums';
import { runCarried } from './passes/carried';
import { runContra } from './passes/contra';
import { runPairs } from './passes/pairs';
import { runSubsetSums } from './passes/subset-sums';
import { byText } from './reference.policy';
import { type MatchResult } from './result';
import { totalsOf } from './totals';
import { breaksOf } from './typing';
import { Workings } from './workings';

/** Raised when equal input would give another result. */
export const ENGINE_VERSION = 2;

/** Told before each step: steps done, of `total`. */
export type OnStep = (step: string, done: number, total: number) => void;

/** A result whose groups are made one by one, in order of id, when they are read. */
export interface Matched extends Omit<MatchResult, 'groups' | 'suggestions'> {
  readonly groups: GroupList;
  readonly suggestions: GroupList;
}

/**
 * Matches two sides as sets: the result depends on the lines, the definition and the decisions, never on their order.
 *
 * A pass confirms only what has one explanation. Everything else keeps its lines open, as an ambiguity with its reason or
 * as a break with the predicate that failed. Every line ends in exactly one group or one break.
 *
 * @throws RangeError when two lines have one id or an amount does not fit 64 bits
 */
export function match(
  definition: Definition,
  lines: readonly MatchLine[],
  decisions: Decisions = NO_DECISIONS,
): MatchResult {
  const matched = matchLines(definition, lines, decisions);
  return { ...matched, groups: [...matched.groups], suggestions: [...matched.suggestions] };
}

/** As `match`, for populations whose groups as objects would not fit in memory. */
export function matchLines(
  definition: Definition,
  lines: readonly MatchLine[],
  decisions: Decisions,
  onStep: OnStep = () => undefined,
): Matched {
  const { passes } = definition;
  const total = passes.length + 2;
  onStep('lines', 0, total);
  const columns = columnsOf(lines);
  const rejected = new Set(decisions.rejected.map(membersKey));
  const workings = new Workings(columns, definition, rejected);
  pinDecided(workings, columns, decisions.confirmed);
  passes.forEach((pass, at) => {
    onStep(pass.id, at + 1, total);
    runPass(workings, pass);
  });
  onStep('breaks', passes.length + 1, total);
  workings.reportWhatIsLeft();
  const breaks = breaksOf(definition, workings);
  const { groups, suggestions, ambiguities } = workings;
  return {
    groups,
    suggestions,
    ambiguities: byId(ambiguities),
    breaks: byId(breaks),
    totals: [...totalsOf(columns, workings)].sort((x, y) => byText(x.id, y.id)),
  };
}

function runPass(workings: Workings, pass: MatchPass): void {
  if (pass.shape === 'contra') runContra(workings, pass);
  else if (pass.shape === 'N:M') runCarried(workings, pass);
  else if (pass.sums?.kind === 'bucket') runBucketSums(workings, pass, pass.sums);
  else if (pass.sums?.kind === 'subset') runSubsetSums(workings, pass, pass.sums);
  else runPairs(workings, pass);
}

/** A set that a person matched is live while all of its lines are there. */
function pinDecided(
  workings: Workings,
  { ids }: Columns,
  confirmed: readonly (readonly string[])[],
): void {
  if (confirmed.length === 0) return;
  const lineOf = new Map(ids.map((id, line) => [id, line]));
  const taken = new Set<number>();
  for (const set of [...confirmed].sort((x, y) => byText(membersKey(x), membersKey(y)))) {
    const lines = set.map((id) => lineOf.get(id));
    if (lines.some((line) => line === undefined || taken.has(line))) continue;
    const present = (lines as number[]).sort((x, y) => x - y);
    workings.pin(present);
    present.forEach((line) => taken.add(line));
  }
}

function byId<T extends { readonly id: string }>(items: readonly T[]): T[] {
  return Array.from(orderOfIds(items.map(({ id }) => id)), (at) => items[at] as T);
}
