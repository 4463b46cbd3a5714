import { canonicalJson } from '../../kernel/canonical-json';
import { type Json } from '../../kernel/json';
import { type RolledItem } from '../proofs/roll-forward.policy';
import { type Snapshot, type SnapshotReconciliation } from './closing-snapshot.policy';

/** What all lines of one side and currency come to in two closing versions. */
export interface DeltaTotal {
  readonly side: string;
  readonly currency: string;
  readonly before: bigint;
  readonly after: bigint;
  /** after - before: lines that came, left or changed */
  readonly lines: bigint;
  /** what is newly in live groups, less what left them */
  readonly allocated: bigint;
  /** items that opened, closed or changed: `lines` - `allocated` */
  readonly open: bigint;
}

/** An open item that one version has and the other not, or with another amount. */
export interface DeltaItem {
  readonly id: string;
  readonly side: string;
  readonly currency: string;
  readonly before: bigint;
  readonly after: bigint;
}

/** A line that came or changed between two closing versions. */
export interface DeltaCause {
  readonly line: string;
  readonly side: string;
  readonly currency: string;
  readonly before: bigint;
  readonly after: bigint;
}

export interface ReconciliationDelta {
  readonly id: string;
  readonly hashBefore: string;
  readonly hashAfter: string;
  readonly totals: readonly DeltaTotal[];
  /** lines that came, left or changed */
  readonly lines: readonly DeltaCause[];
  readonly items: readonly DeltaItem[];
  /** true when the lines and items add up to the differences of the totals, exactly */
  readonly addsUp: boolean;
}

const NONE: Pick<SnapshotReconciliation, 'hash' | 'open' | 'totals'> = {
  hash: '',
  open: [],
  totals: [],
};

/** What changed from one closing version of a period to the next, reconciliation by reconciliation. */
export function closingDelta(
  before: Snapshot,
  after: Snapshot,
  causesOf: CausesOf,
): readonly ReconciliationDelta[] {
  return after.reconciliations.map((now) => {
    const then = before.reconciliations.find(({ id }) => id === now.id) ?? NONE;
    const items = itemsOf(then.open, now.open);
    const totals = totalsOf(then, now);
    const lines = causesOf(now.id);
    return {
      ...{ id: now.id, hashBefore: then.hash, hashAfter: now.hash, totals, lines, items },
      addsUp: totals.every(
        (total) => total.open === moved(items, total) && total.lines === moved(lines, total),
      ),
    };
  });
}

/** Lines of a reconciliation that came or changed since its last closing version. */
export type CausesOf = (id: string) => readonly DeltaCause[];

const moved = (
  rows: readonly Omit<DeltaCause, 'line'>[],
  { side, currency }: Pick<DeltaTotal, 'side' | 'currency'>,
): bigint =>
  rows
    .filter((row) => row.side === side && row.currency === currency)
    .reduce((sum, { before, after }) => sum + after - before, 0n);

function itemsOf(before: readonly RolledItem[], after: readonly RolledItem[]): DeltaItem[] {
  const items = new Map<string, DeltaItem>();
  const at = ({ id, side, currency }: RolledItem): DeltaItem => {
    const key = `${id} ${side} ${currency}`;
    const found = items.get(key) ?? { id, side, currency, before: 0n, after: 0n };
    items.set(key, found);
    return found;
  };
  const add = (item: RolledItem, end: 'before' | 'after') => {
    const found = at(item);
    const key = `${item.id} ${item.side} ${item.currency}`;
    items.set(key, { ...found, [end]: found[end] + item.openMinor });
  };
  for (const item of before) add(item, 'before');
  for (const item of after) add(item, 'after');
  return [...items]
    .sort(([x], [y]) => (x < y ? -1 : 1))
    .map(([, item]) => item)
    .filter((item) => item.before !== item.after);
}

function totalsOf(
  then: Pick<SnapshotReconciliation, 'totals'>,
  now: Pick<SnapshotReconciliation, 'totals'>,
): DeltaTotal[] {
  const places = new Set(
    [...then.totals, ...now.totals].map(({ side, currency }) => `${side} ${currency}`),
  );
  return [...places].sort().map((place) => {
    const [side = '', currency = ''] = place.split(' ');
    const of = ({ totals }: Pick<SnapshotReconciliation, 'totals'>) =>
      totals.find((total) => total.side === side && total.currency === currency);
    const [a, b] = [of(then), of(now)];
    const lines = (b?.linesMinor ?? 0n) - (a?.linesMinor ?? 0n);
    const allocated = (b?.allocatedMinor ?? 0n) - (a?.allocatedMinor ?? 0n);
    return {
      ...{ side, currency, before: a?.linesMinor ?? 0n, after: b?.linesMinor ?? 0n },
      ...{ lines, allocated, open: lines - allocated },
    };
  });
}

/** The delta as a file: one RFC 8785 object a line; minor units as decimal digits. */
export const deltaText = (before: Snapshot, after: Snapshot, causesOf: CausesOf): string =>
  [
    {
      kind: 'closing-delta',
      v: 1,
      entity: after.entity,
      period: after.period,
      from: before.version,
      to: after.version,
    },
    ...closingDelta(before, after, causesOf),
  ]
    .map((row) => `${canonicalJson(JSON.parse(JSON.stringify(row, digits)) as Json)}\n`)
    .join('');

const digits = (_name: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value;
