import { Components } from './components';
import { type MatchPass } from './definition.policy';
import { type MatchLine } from './line';

/** Lines of both sides that a pass connects, each list in order of line id. */
export interface Component {
  readonly a: readonly MatchLine[];
  readonly b: readonly MatchLine[];
}

interface Bucket {
  readonly a: number[];
  readonly b: number[];
}

/**
 * Components of the candidate graph: lines are joined where account, currency and one key agree and, if `amount` asks for
 * it, the amount too. A component of one line a side is an edge whose ends both have degree 1.
 *
 * @param lines in order of id; the order of the result follows it
 */
export function componentsOf(
  lines: readonly MatchLine[],
  pass: Pick<MatchPass, 'account' | 'key'>,
  amount: 'equal' | 'any',
): readonly Component[] {
  const buckets = new Map<string, Bucket>();
  lines.forEach((line, i) => {
    for (const key of bucketKeys(line, pass, amount)) {
      let bucket = buckets.get(key);
      if (bucket === undefined) buckets.set(key, (bucket = { a: [], b: [] }));
      bucket[line.side === 'A' ? 'a' : 'b'].push(i);
    }
  });
  return joined(
    lines,
    [...buckets.values()].filter(({ a, b }) => a.length > 0 && b.length > 0),
  );
}

function* bucketKeys(
  line: MatchLine,
  { account, key }: Pick<MatchPass, 'account' | 'key'>,
  amount: 'equal' | 'any',
): Generator<string> {
  if (account === 'same' ? line.account === '' : line.side === 'A' && line.account !== '') return;
  const place = account === 'same' ? line.account : '';
  const sum = amount === 'equal' ? line.amountMinor.toString() : '';
  for (const value of line.keys[key]) yield `${line.currency} ${place} ${sum} ${value}`;
}

function joined(lines: readonly MatchLine[], buckets: readonly Bucket[]): readonly Component[] {
  const sets = new Components(lines.length);
  const touched = new Set<number>();
  for (const { a, b } of buckets) {
    const [first = 0] = a;
    for (const i of [...a, ...b]) {
      sets.join(first, i);
      touched.add(i);
    }
  }
  const components = new Map<number, { a: MatchLine[]; b: MatchLine[] }>();
  for (const i of [...touched].sort((x, y) => x - y)) {
    const line = lines[i] as MatchLine;
    const root = sets.find(i);
    let component = components.get(root);
    if (component === undefined) components.set(root, (component = { a: [], b: [] }));
    component[line.side === 'A' ? 'a' : 'b'].push(line);
  }
  return [...components.values()];
}
