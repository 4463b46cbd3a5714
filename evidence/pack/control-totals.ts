import { TieoutError } from '../../src/kernel/errors';
import { type Money, formatMinor, parseMoney } from '../../src/kernel/money';
import { type Instant } from '../../src/kernel/runtime';
import { type ControlTotal, type LineageFacts } from './pack-input';

/** Currency of objects that state no amount. */
export const NO_CURRENCY = '-';

interface ObjectFigures {
  readonly type: string;
  entries: number;
  last: Money | undefined;
  lastRevision: number;
  from: Instant;
  to: Instant;
}

/**
 * Path A: totals of the rows that the projection shows. An object counts with the last amount it states.
 *
 * @returns ordered by type, then currency
 */
export function projectedTotals(lineage: LineageFacts): ControlTotal[] {
  const types = new Map(lineage.nodes.map((node) => [node.stream, node.object.type]));
  const objects = new Map<string, ObjectFigures>();
  for (const { stream, revision, occurredAt, amount } of lineage.steps) {
    const type = types.get(stream);
    if (type === undefined) continue;
    const seen = objects.get(stream) ?? {
      type,
      entries: 0,
      last: undefined,
      lastRevision: -1,
      from: occurredAt,
      to: occurredAt,
    };
    objects.set(stream, seen);
    seen.entries += 1;
    if (occurredAt < seen.from) seen.from = occurredAt;
    if (occurredAt > seen.to) seen.to = occurredAt;
    if (amount !== undefined && revision > seen.lastRevision) {
      seen.last = parseMoney(amount);
      seen.lastRevision = revision;
    }
  }
  return groupTotals([...objects.values()]);
}

function groupTotals(objects: readonly ObjectFigures[]): ControlTotal[] {
  const groups = new Map<string, ObjectFigures[]>();
  for (const figures of objects) {
    const key = `${figures.type}\n${figures.last?.currency ?? NO_CURRENCY}`;
    groups.set(key, [...(groups.get(key) ?? []), figures]);
  }
  return [...groups.keys()].sort().map((key) => totalOf(key, groups.get(key) ?? []));
}

function totalOf(key: string, objects: readonly ObjectFigures[]): ControlTotal {
  const [type = '', currency = NO_CURRENCY] = key.split('\n');
  const amounts = objects.map((object) => object.last?.minor ?? 0n);
  const sumOf = (values: readonly bigint[]): bigint =>
    values.reduce((sum, value) => sum + value, 0n);
  const positive = sumOf(amounts.filter((minor) => minor > 0n));
  const negative = sumOf(amounts.filter((minor) => minor < 0n));
  const shown = (minor: bigint): string =>
    currency === NO_CURRENCY ? '0' : formatMinor(minor, currency);
  const instants = objects.flatMap(({ from, to }) => [from, to]).sort();
  return {
    type,
    currency,
    objects: objects.length,
    entries: objects.reduce((sum, object) => sum + object.entries, 0),
    sum: shown(positive + negative),
    absolute: shown(positive - negative),
    positive: shown(positive),
    negative: shown(negative),
    first: instants[0] ?? '',
    last: instants.at(-1) ?? '',
  };
}

/**
 * Compares the two paths to the last digit.
 *
 * @throws TieoutError `internal`: the figures disagree, so the pack fails and names the first difference
 */
export function assertSameTotals(a: readonly ControlTotal[], b: readonly ControlTotal[]): void {
  const difference = firstDifference(a, b);
  if (difference === undefined) return;
  throw new TieoutError(
    'internal',
    `The control totals disagree at ${difference.at}: the projection says ${difference.a}, a replay of the sealed entries ${difference.b}. No pack is made of figures that disagree.`,
    {
      reason: 'totals-disagree',
      at: difference.at,
      projection: difference.a,
      replay: difference.b,
    },
  );
}

interface Difference {
  readonly at: string;
  readonly a: string;
  readonly b: string;
}

function firstDifference(
  a: readonly ControlTotal[],
  b: readonly ControlTotal[],
): Difference | undefined {
  const keyOf = (total: ControlTotal): string => `${total.type} ${total.currency}`;
  const others = new Map(b.map((total) => [keyOf(total), total]));
  for (const total of a) {
    const other = others.get(keyOf(total));
    if (other === undefined) return { at: keyOf(total), a: `${total.objects} objects`, b: 'none' };
    others.delete(keyOf(total));
    for (const name of Object.keys(total) as (keyof ControlTotal)[]) {
      if (total[name] !== other[name]) {
        return { at: `${keyOf(total)}, ${name}`, a: String(total[name]), b: String(other[name]) };
      }
    }
  }
  const [left] = others.values();
  return left === undefined
    ? undefined
    : { at: keyOf(left), a: 'none', b: `${left.objects} objects` };
}

/**
 * Both paths must name the same objects before their sums mean anything.
 *
 * @throws TieoutError `internal` with the first stream that only one of them found
 */
export function assertSameStreams(projected: readonly string[], replayed: readonly string[]): void {
  const only = (a: readonly string[], b: readonly string[]): string | undefined =>
    [...a].sort().find((stream) => !b.includes(stream));
  const extra = only(projected, replayed);
  const lacking = only(replayed, projected);
  const stream = extra ?? lacking;
  if (stream === undefined) return;
  throw new TieoutError(
    'internal',
    `${stream} is on the lineage by ${extra === undefined ? 'a replay of the sealed entries' : 'the projection'} only.`,
    { reason: 'totals-disagree', at: stream },
  );
}
