/**
 * Runs `work` for every item, at most `limit` at once, and gives the results in the order of the items. The first error
 * ends it once everything that was begun has ended.
 */
export async function inParallel<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i] as T);
  };
  const lanes = Array.from({ length: Math.min(limit, items.length) }, lane);
  const ended = await Promise.allSettled(lanes);
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
  return results;
}
