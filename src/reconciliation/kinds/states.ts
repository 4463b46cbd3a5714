import { type CivilDate } from '../../kernel/civil-date';
import { type Definition } from '../matching/definition.policy';
import { byText } from '../matching/reference.policy';
import { type Break } from '../matching/result';
import { byId, type Compared, identityOf } from './comparison';
import { KeyRanges, type RangePair } from './key-ranges';
import { duplicateBreak, missingBreak, stateBreak } from './state-breaks';
import { isRecent, type StateInput, type StateRules, type StateSides } from './state-input';

/** Classes of keys: every key is in one. */
export type StateClass =
  'in sync' | 'lagging' | 'missing in target' | 'orphan in target' | 'differing' | 'duplicate';

const CLASSES: readonly StateClass[] = [
  'in sync',
  'lagging',
  'missing in target',
  'orphan in target',
  'differing',
  'duplicate',
];

/**
 * A full outer join of two systems' objects by key. Ranges of keys whose digests agree are in sync as a whole; only the
 * others are opened.
 */
export function compareStates(
  definition: Definition,
  { a, b, orders }: StateSides,
  cutoff: CivilDate,
): Compared {
  const rules = rulesOf(definition, orders, cutoff);
  const counts = new Map<StateClass, number>(CLASSES.map((name) => [name, 0]));
  const count = (name: StateClass, by = 1) => counts.set(name, (counts.get(name) ?? 0) + by);
  const breaks: Break[] = [];
  const [left, right] = [unique(a), unique(b)];
  for (const doubled of [...left.doubled, ...right.doubled]) {
    breaks.push(duplicateBreak(rules, doubled));
  }
  const doubledKeys = new Set([...left.doubled, ...right.doubled].map(([first]) => first?.key));
  const ranges = new KeyRanges(left.inputs, right.inputs, rules.compare);
  let [opened, onBoth] = [0, 0];
  for (const range of ranges.pairs()) {
    if (range.digestA === range.digestB) {
      count('in sync', range.a.length);
      onBoth += range.a.length;
      continue;
    }
    opened += 1;
    for (const [x, y] of joined(range)) {
      if (x !== undefined && y !== undefined) onBoth += 1;
      const key = (x ?? y)?.key;
      if (doubledKeys.has(key)) continue;
      const [name, found] = judged(rules, x, y);
      count(name);
      if (found !== undefined) breaks.push(found);
    }
  }
  const inEqual = [...doubledKeys].filter((key) => ranges.isInEqualRange(key ?? '')).length;
  count('in sync', -inEqual);
  count('duplicate', doubledKeys.size);
  return {
    groups: [],
    ambiguities: [],
    suggestions: [],
    breaks: byId(breaks),
    totals: [],
    identities: identitiesOf(counts, {
      keys: left.inputs.length + right.inputs.length - onBoth,
      ranges: ranges.count,
      opened,
    }),
  };
}

function rulesOf(
  { id, sides }: Definition,
  orders: StateSides['orders'],
  cutoff: CivilDate,
): StateRules {
  const source = 'system' in sides.A ? sides.A : undefined;
  const target = 'system' in sides.B ? sides.B : undefined;
  return {
    definition: id,
    cutoff,
    lagDays: target?.lagDays ?? 0,
    compare: source?.compare ?? [],
    orders,
  };
}

interface Unique {
  /** in order of key, each key once */
  readonly inputs: readonly StateInput[];
  readonly doubled: readonly (readonly StateInput[])[];
}

function unique(inputs: readonly StateInput[]): Unique {
  if (isOrdered(inputs)) return { inputs, doubled: [] };
  const sorted = [...inputs].sort((x, y) => byText(x.key, y.key) || byText(x.objectId, y.objectId));
  const kept: StateInput[] = [];
  const doubled = new Map<string, StateInput[]>();
  for (const input of sorted) {
    const last = kept.at(-1);
    if (last?.key !== input.key) kept.push(input);
    else doubled.set(input.key, [...(doubled.get(input.key) ?? [last]), input]);
  }
  return { inputs: kept, doubled: [...doubled.values()] };
}

/** Most populations come in order and without doubles; a sort of them would cost more than the comparison. */
function isOrdered(inputs: readonly StateInput[]): boolean {
  for (let i = 1; i < inputs.length; i += 1)
    if ((inputs[i - 1] as StateInput).key >= (inputs[i] as StateInput).key) return false;
  return true;
}

/** Both sides are in order of key. */
function* joined({
  a,
  b,
}: Pick<RangePair, 'a' | 'b'>): Generator<
  readonly [StateInput | undefined, StateInput | undefined]
> {
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [x, y] = [a[i], b[j]];
    const order = x === undefined ? 1 : y === undefined ? -1 : byText(x.key, y.key);
    yield [order <= 0 ? x : undefined, order >= 0 ? y : undefined];
    if (order <= 0) i += 1;
    if (order >= 0) j += 1;
  }
}

function judged(
  rules: StateRules,
  x: StateInput | undefined,
  y: StateInput | undefined,
): readonly [StateClass, Break | undefined] {
  if (x === undefined || y === undefined) {
    const one = (x ?? y) as StateInput;
    if (y === undefined && isRecent(rules, one)) return ['lagging', undefined];
    return [y === undefined ? 'missing in target' : 'orphan in target', missingBreak(rules, x, y)];
  }
  const found = stateBreak(rules, x, y);
  if (found === 'in sync' || found === 'lagging') return [found, undefined];
  return ['differing', found];
}

interface Counted {
  /** distinct keys of both sides */
  readonly keys: number;
  readonly ranges: number;
  readonly opened: number;
}

const identitiesOf = (counts: ReadonlyMap<StateClass, number>, { keys, ranges, opened }: Counted) =>
  byId([
    identityOf({
      check: 'keys',
      unit: 'keys',
      terms: [
        ['keys', BigInt(keys)],
        ...[...counts].map(([name, n]) => [name, BigInt(n)] as const),
      ],
    }),
    identityOf({
      check: 'ranges',
      unit: 'ranges',
      terms: [
        ['ranges', BigInt(ranges)],
        ['with equal digests', BigInt(ranges - opened)],
        ['opened', BigInt(opened)],
      ],
    }),
  ]);
