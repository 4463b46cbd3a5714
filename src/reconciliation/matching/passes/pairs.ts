import { Components } from '../components';
import { type MatchPass } from '../definition.policy';
import { type Halves } from '../halves';
import { type Workings } from '../workings';
import { Edges } from './edges';
import { blocksFor, halfOf } from './pass-lines';

/** Pairs that an ambiguity names. */
const PAIRS_NAMED_MAX = 100;

/** One line against one line: what the predicates join and nothing else does. */
export function runPairs(workings: Workings, pass: MatchPass): void {
  const half = halfOf(workings, pass);
  const edges = new Edges(workings.columns, pass);
  settlePairs(workings, edges, componentsOf(edges, blocksFor(workings, pass, half), half));
}

export interface PairComponents {
  readonly sets: Halves;
  /** whether the component with this lowest line holds a block with too many edges */
  readonly isTooBig: (lowest: number) => boolean;
}

/** Components of the candidate graph. One of a line a side is an edge whose ends both have degree 1. */
export function componentsOf(edges: Edges, blocks: Halves, half: Uint8Array): PairComponents {
  const components = new Components(half.length);
  const tooBig: number[] = [];
  for (let block = 0; block < blocks.count; block += 1) {
    if (blocks.sizeA(block) === 1 && blocks.sizeB(block) === 1) {
      const [x, y] = [blocks.firstA(block), blocks.firstB(block)];
      if (edges.isComplete || edges.has(x, y)) components.join(x, y);
      continue;
    }
    const [a, b] = [blocks.a(block), blocks.b(block)];
    if (!edges.isComplete && edges.joinInto(components, a, b)) continue;
    components.joinAll(a[0] as number, a);
    components.joinAll(a[0] as number, b);
    if (!edges.isComplete) tooBig.push(a[0] as number);
  }
  const roots = new Set(tooBig.map((line) => components.find(line)));
  return { sets: components.listed(half), isTooBig: (lowest) => roots.has(lowest) };
}

export function settlePairs(
  workings: Workings,
  edges: Edges,
  { sets, isTooBig }: PairComponents,
): void {
  const { pass } = edges;
  for (let set = 0; set < sets.count; set += 1) {
    const [x, y] = [sets.firstA(set), sets.firstB(set)];
    if (sets.sizeA(set) === 1 && sets.sizeB(set) === 1) {
      const pair = x < y ? [x, y] : [y, x];
      if (!workings.isRejected(pair)) workings.explain(pass, pair, false);
      continue;
    }
    const [a, b] = [sets.a(set), sets.b(set)];
    const isBig = isTooBig(Math.min(x, y));
    const areTwins = workings.fields.areTwins(a) && workings.fields.areTwins(b);
    if (!isBig && areTwins && a.length === b.length && explainTwins(workings, pass, a, b)) continue;
    const twins = areTwins && a.length !== b.length ? 'surplus-twin' : 'competing';
    const pairs = a.length * b.length > PAIRS_NAMED_MAX ? undefined : edges.pairsOf(a, b);
    workings.ambiguity(pass, {
      reason: isBig ? 'bucket-too-big' : twins,
      a,
      b,
      ...(pairs === undefined ? {} : { pairs }),
    });
  }
}

/** Twins differ in nothing that a pass reads; pairing them by date keeps the shorter lag together. */
function explainTwins(
  workings: Workings,
  pass: MatchPass,
  a: Uint32Array,
  b: Uint32Array,
): boolean {
  const { day } = workings.columns;
  const byDate = (lines: Uint32Array) =>
    [...lines].sort((x, y) => (day[x] as number) - (day[y] as number) || x - y);
  const others = byDate(b);
  const pairs = byDate(a).map((line, i) => [line, others[i] as number].sort((x, y) => x - y));
  if (pairs.some((pair) => workings.isRejected(pair))) return false;
  for (const pair of pairs) workings.explain(pass, pair, true);
  return true;
}
