import { type MatchResult } from '../../src/reconciliation/matching/result';
import { type LineClass, type Transaction } from './match-truth';

export interface ClassScore {
  /** groups that there are in truth, and those of them that were confirmed */
  readonly groups: number;
  readonly found: number;
  /** confirmed groups with a line of this class that are not true */
  readonly falseConfirms: number;
  /** planted breaks, and those reported with the right type */
  readonly breaks: number;
  readonly typed: number;
}

export interface Score {
  readonly byClass: ReadonlyMap<LineClass, ClassScore>;
  readonly confirmed: number;
  readonly falseConfirms: number;
  readonly precision: number;
  readonly recall: number;
}

const key = (lines: readonly string[]) => [...lines].sort().join(' ');

/** Compares a result with how its lines were made: by exact groups, so that a group that is nearly right is wrong. */
export function score(
  truth: readonly Transaction[],
  { groups, breaks }: Pick<MatchResult, 'groups' | 'breaks'>,
): Score {
  const own = new Map<string, Transaction>();
  for (const transaction of truth) for (const line of transaction.lines) own.set(line, transaction);
  const scores = new Map<LineClass, { -readonly [K in keyof ClassScore]: ClassScore[K] }>();
  const of = (name: LineClass) => {
    const empty = { groups: 0, found: 0, falseConfirms: 0, breaks: 0, typed: 0 };
    const known = scores.get(name) ?? empty;
    scores.set(name, known);
    return known;
  };
  const trueGroups = new Set<string>();
  for (const transaction of truth) {
    of(transaction.class).groups += transaction.groups.length;
    if (transaction.isInterchangeable !== true)
      for (const group of transaction.groups) trueGroups.add(key(group));
    if (transaction.break !== undefined) of(transaction.class).breaks += 1;
  }
  let falseConfirms = 0;
  for (const { members } of groups) {
    const lines = members.map((member) => member.line);
    const transaction = own.get(lines[0]!)!;
    const isTwin =
      transaction.isInterchangeable === true &&
      members.length === 2 &&
      members[0]!.side !== members[1]!.side &&
      lines.every((line) => own.get(line) === transaction);
    if (isTwin || trueGroups.has(key(lines))) of(transaction.class).found += 1;
    else {
      falseConfirms += 1;
      for (const name of new Set(lines.map((line) => own.get(line)!.class)))
        of(name).falseConfirms += 1;
    }
  }
  const types = new Map(breaks.flatMap(({ lines, type }) => lines.map((line) => [line, type])));
  for (const { class: name, lines, break: type } of truth)
    if (type !== undefined && lines.every((line) => types.get(line) === type)) of(name).typed += 1;
  const found = [...scores.values()].reduce((sum, each) => sum + each.found, 0);
  const all = [...scores.values()].reduce((sum, each) => sum + each.groups, 0);
  return {
    byClass: scores,
    confirmed: groups.length,
    falseConfirms,
    precision: groups.length === 0 ? 1 : found / groups.length,
    recall: all === 0 ? 1 : found / all,
  };
}

/** One line a class: recall of groups, false confirms, breaks of the right type. */
export function scoreTable({ byClass }: Score): string {
  const share = (part: number, whole: number) => (whole === 0 ? '-' : `${part}/${whole}`);
  return [...byClass]
    .sort(([x], [y]) => (x < y ? -1 : 1))
    .map(
      ([name, s]) =>
        `${name.padEnd(14)} found ${share(s.found, s.groups).padEnd(14)} false ${s.falseConfirms}  typed ${share(s.typed, s.breaks)}`,
    )
    .join('\n');
}
