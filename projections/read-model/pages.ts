/** One place in a totally ordered list: the values of its order, as text. */
export type PageKey = readonly string[];

/** One page of a view. */
export interface Page<T> {
  readonly items: readonly T[];
  /** key of the last item when more follow */
  readonly next: PageKey | undefined;
  /** printed position up to which the list is complete */
  readonly position: string | undefined;
}

/**
 * Cuts a page out of `limit + 1` rows that a view has read.
 *
 * @param keyOf the values of the list's order for one row
 */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  parts: {
    readonly keyOf: (row: Row) => PageKey;
    readonly item: (row: Row) => Item;
    readonly position: string | undefined;
  },
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return {
    items: shown.map(parts.item),
    next: hasMore ? parts.keyOf(last) : undefined,
    position: parts.position,
  };
}
