import { Components } from '../components';
import { type MatchPass } from '../definition.policy';
import { type Workings } from '../workings';
import { ascending, blocksFor, halfOf, nearness, sumOf } from './pass-lines';

/** All lines that carry one id, on both sides: they belong together if their sums agree. */
export function runCarried(workings: Workings, pass: MatchPass): void {
  const { columns } = workings;
  const half = halfOf(workings, pass);
  const blocks = blocksFor(workings, pass, half);
  const components = new Components(columns.count);
  for (let block = 0; block < blocks.count; block += 1) {
    const [a, b] = [blocks.a(block), blocks.b(block)];
    components.joinAll(a[0] as number, a);
    components.joinAll(a[0] as number, b);
  }
  const partial = new Set<number>();
  const sets = components.listed(half);
  const sizes = new Map<number, number>();
  for (let set = 0; set < sets.count; set += 1) {
    const root = Math.min(sets.firstA(set), sets.firstB(set));
    sizes.set(root, sets.sizeA(set) + sets.sizeB(set));
  }
  for (let block = 0; block < blocks.count; block += 1) {
    const root = components.find(blocks.firstA(block));
    if (blocks.sizeA(block) + blocks.sizeB(block) !== sizes.get(root)) partial.add(root);
  }
  const nearOf = nearness(columns, pass);
  for (let set = 0; set < sets.count; set += 1) {
    const [a, b] = [sets.a(set), sets.b(set)];
    const lines = ascending([...a, ...b]);
    const [root = 0] = lines;
    if (partial.has(root)) workings.ambiguity(pass, { reason: 'contested-claim', a, b });
    else if (spreadOf(workings, lines) > (pass.spreadDaysMax ?? Infinity))
      workings.ambiguity(pass, { reason: 'key-reused', a, b });
    else {
      const isNear = nearOf(columns.currency[root] as number);
      if (!isNear(sumOf(columns, a), sumOf(columns, b)) || workings.isRejected(lines)) continue;
      workings.explain(pass, lines, false);
    }
  }
}

function spreadOf({ columns: { day } }: Workings, lines: readonly number[]): number {
  let [first, last] = [Infinity, -Infinity];
  for (const line of lines) {
    first = Math.min(first, day[line] as number);
    last = Math.max(last, day[line] as number);
  }
  return last - first;
}
