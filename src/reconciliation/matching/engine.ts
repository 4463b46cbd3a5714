import { type Component, componentsOf } from './candidates';
import { type Definition, type MatchPass } from './definition.policy';
import { type Decisions, membersKey, NO_DECISIONS } from './decisions.policy';
import { ambiguityId, groupId } from './ids';
import { type MatchLine } from './line';
import { byText } from './reference.policy';
import { type Ambiguity, type MatchGroup, type MatchResult, type Member } from './result';
import { totalsOf } from './totals';
import { breaksOf } from './typing';

/** Raised when equal input would give another result. */
export const ENGINE_VERSION = 1;

interface Progress {
  readonly groups: MatchGroup[];
  readonly ambiguities: Ambiguity[];
  /** lines that no group and no ambiguity has taken, in order of id */
  available: readonly MatchLine[];
  readonly rejected: ReadonlySet<string>;
}

/**
 * Matches two sides as sets: the result depends on the lines, the definition and the decisions, never on their order.
 *
 * A pass confirms a pair only if each end has no other candidate. Everything else keeps its lines open, as an ambiguity
 * with its reason or as a break with the predicate that failed. Every line ends in exactly one group or one break.
 *
 * @throws RangeError when two lines have one id
 */
export function match(
  definition: Definition,
  lines: readonly MatchLine[],
  decisions: Decisions = NO_DECISIONS,
): MatchResult {
  const ordered = [...lines].sort((x, y) => byText(x.id, y.id));
  for (let i = 1; i < ordered.length; i += 1) {
    if (ordered[i]?.id === ordered[i - 1]?.id)
      throw new RangeError(`line ${String(ordered[i]?.id)} is there twice`);
  }
  const rejected = new Set(decisions.rejected.map(membersKey));
  const progress: Progress = { groups: [], ambiguities: [], available: ordered, rejected };
  pinDecided(progress, decisions.confirmed);
  for (const pass of definition.passes) runPass(progress, pass);

  const byId = <T extends { readonly id: string }>(items: T[]) =>
    items.sort((x, y) => byText(x.id, y.id));
  const groups = byId(progress.groups);
  const ambiguities = byId(progress.ambiguities);
  const breaks = byId(breaksOf(definition, progress.available, ambiguities, ordered));
  return { groups, ambiguities, breaks, totals: byId(totalsOf(ordered, groups)) };
}

/** A set that a person matched is live while all of its lines are there. */
function pinDecided(progress: Progress, confirmed: readonly (readonly string[])[]): void {
  const byId = new Map(progress.available.map((line) => [line.id, line]));
  const taken = new Set<string>();
  for (const ids of [...confirmed].sort((x, y) => byText(membersKey(x), membersKey(y)))) {
    const lines = ids.map((id) => byId.get(id));
    if (lines.some((line) => line === undefined || taken.has(line.id))) continue;
    const present = (lines as MatchLine[]).sort((x, y) => byText(x.id, y.id));
    progress.groups.push(groupOf('person', present, false));
    present.forEach(({ id }) => taken.add(id));
  }
  progress.available = progress.available.filter(({ id }) => !taken.has(id));
}

function runPass(progress: Progress, pass: MatchPass): void {
  const taken = new Set<string>();
  for (const component of componentsOf(progress.available, pass, pass.amount)) {
    const pairs = pairsOf(component, progress.rejected);
    if (pairs === 'rejected') continue;
    if (pairs === undefined) progress.ambiguities.push(ambiguityOf(pass.id, component));
    else for (const pair of pairs) progress.groups.push(groupOf(pass.id, pair, pairs.length > 1));
    for (const { id } of [...component.a, ...component.b]) taken.add(id);
  }
  if (taken.size > 0) progress.available = progress.available.filter(({ id }) => !taken.has(id));
}

/** The one explanation of a component, if it has one. */
function pairsOf(
  { a, b }: Component,
  rejected: ReadonlySet<string>,
): readonly (readonly MatchLine[])[] | 'rejected' | undefined {
  if (a.length !== b.length || !areTwins(a) || !areTwins(b)) return undefined;
  // Twins differ in nothing that a pass reads; pairing them by date keeps the shorter lag together.
  const [as, bs] = [inOrderOfDate(a), inOrderOfDate(b)];
  const pairs = as.map((line, i) => [line, bs[i] as MatchLine].sort((x, y) => byText(x.id, y.id)));
  const refused = pairs.some((pair) => rejected.has(membersKey(pair.map(({ id }) => id))));
  if (!refused) return pairs;
  return pairs.length === 1 ? 'rejected' : undefined;
}

const inOrderOfDate = (lines: readonly MatchLine[]) =>
  [...lines].sort((x, y) => byText(x.bookDate, y.bookDate) || byText(x.id, y.id));

/** Identical in every field that any pass reads. */
function areTwins(lines: readonly MatchLine[]): boolean {
  const [first, ...others] = lines.map(fingerprint);
  return others.every((other) => other === first);
}

const fingerprint = ({ account, currency, amountMinor, keys }: MatchLine) =>
  [account, currency, amountMinor, keys.endToEnd.join(), keys.document.join()].join(' ');

function ambiguityOf(pass: string, { a, b }: Component): Ambiguity {
  const lines = [...a, ...b].map(({ id }) => id).sort(byText);
  return {
    kind: 'ambiguity',
    id: ambiguityId(pass, lines),
    pass,
    reason: a.length !== b.length && areTwins(a) && areTwins(b) ? 'surplus-twin' : 'competing',
    currency: a[0]?.currency ?? '',
    lines,
    countA: a.length,
    countB: b.length,
  };
}

/** @param lines in order of id */
function groupOf(pass: string, lines: readonly MatchLine[], interchangeable: boolean): MatchGroup {
  const members = lines.map(({ id, side, amountMinor }): Member => ({
    line: id,
    side,
    allocatedMinor: amountMinor,
  }));
  const sum = (side: 'A' | 'B') =>
    members.reduce((total, m) => (m.side === side ? total + m.allocatedMinor : total), 0n);
  return {
    kind: 'group',
    id: groupId(pass, members),
    pass,
    currency: lines[0]?.currency ?? '',
    members,
    differenceMinor: sum('A') - sum('B'),
    clearingDate:
      lines
        .map(({ bookDate }) => bookDate)
        .sort(byText)
        .at(-1) ?? '',
    keys: sharedKeys(lines),
    interchangeable,
  };
}

/** Keys that some line of each side carries. */
function sharedKeys(lines: readonly MatchLine[]): readonly string[] {
  const of = (side: 'A' | 'B') =>
    new Set(
      lines
        .filter((l) => l.side === side)
        .flatMap(({ keys }) => [...keys.endToEnd, ...keys.document]),
    );
  const b = of('B');
  return [...of('A')].filter((key) => b.has(key)).sort(byText);
}
