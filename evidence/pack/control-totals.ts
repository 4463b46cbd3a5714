import { TieoutError } from '../../src/kernel/errors';
import { type Decimal, formatDecimal, parseDecimal, roundDecimal } from '../../src/kernel/decimal';
import { type ControlTotal, type Figure, type LineageFacts } from './pack-input';

/** Stands for an object that states no figure. */
export const NO_FIGURE: Figure = { measure: '-', value: '0', currency: '-' };

interface CountedObject {
  readonly value: Decimal;
  readonly entries: number;
  /** instants, ascending */
  readonly occurred: readonly string[];
}

/**
 * Path A: totals of the rows that the projection shows. An object counts once for each figure that it states.
 *
 * @returns ordered by type, measure, currency
 */
export function projectedTotals({ nodes, steps }: LineageFacts): ControlTotal[] {
  const groups = new Map<string, CountedObject[]>();
  for (const { stream, object, figures } of nodes) {
    const occurred = steps
      .filter((step) => step.stream === stream)
      .map((step) => step.occurredAt)
      .sort();
    for (const { measure, value, currency } of figures.length === 0 ? [NO_FIGURE] : figures) {
      const key = [object.type, measure, currency].join('\n');
      const counted = { value: parseDecimal(value), entries: occurred.length, occurred };
      groups.set(key, [...(groups.get(key) ?? []), counted]);
    }
  }
  return [...groups.keys()].sort().map((key) => totalOf(key, groups.get(key) ?? []));
}

function totalOf(key: string, objects: readonly CountedObject[]): ControlTotal {
  const [type = '', measure = '', currency = ''] = key.split('\n');
  const scale = Math.max(...objects.map(({ value }) => value.scale));
  const values = objects.map(({ value }) => roundDecimal(value, scale).unscaled);
  const sumOf = (part: readonly bigint[]): bigint => part.reduce((sum, value) => sum + value, 0n);
  const positive = sumOf(values.filter((value) => value > 0n));
  const negative = sumOf(values.filter((value) => value < 0n));
  const shown = (unscaled: bigint): string => formatDecimal({ unscaled, scale });
  const occurred = objects.flatMap((object) => object.occurred).sort();
  return {
    type,
    measure,
    currency,
    objects: objects.length,
    entries: objects.reduce((sum, { entries }) => sum + entries, 0),
    sum: shown(positive + negative),
    absolute: shown(positive - negative),
    positive: shown(positive),
    negative: shown(negative),
    first: occurred[0] ?? '',
    last: occurred.at(-1) ?? '',
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
  const keyOf = ({ type, measure, currency }: ControlTotal): string =>
    `${type} ${measure} ${currency}`;
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
