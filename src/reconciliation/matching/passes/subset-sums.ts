import { type MatchPass, type SubsetSum } from '../definition.policy';
import { chancePpm, searchSubsets, type TwinClass } from '../subset-search';
import { type Workings } from '../workings';
import { oneAndMany, oneSide } from './bucket-sums';
import { type Claim, settleClaims } from './claims';
import { lowerBound } from './edges';
import { ascending, blocksFor } from './pass-lines';

/** Some lines of a pool against one line: exact, small, and only where a second solution was searched and not found. */
export function runSubsetSums(workings: Workings, pass: MatchPass, bounds: SubsetSum): void {
  const { day } = workings.columns;
  const blocks = blocksFor(workings, pass, oneAndMany(workings, pass));
  const claims: Claim[] = [];
  for (let block = 0; block < blocks.count; block += 1) {
    const many = Uint32Array.from(ascending(blocks.b(block)));
    if (many.length < 2) continue;
    many.sort((x, y) => (day[x] as number) - (day[y] as number) || x - y);
    for (const one of ascending(blocks.a(block))) {
      const pool = poolOf(workings, pass, one, many);
      if (pool.length < 2 || pool.length > bounds.poolMax) continue;
      const claim = claimOn(workings, one, pool, bounds);
      if (claim !== undefined) claims.push(claim);
    }
  }
  settleClaims(workings, pass, claims);
}

/** @param many in order of day */
function poolOf(
  { columns: { day } }: Workings,
  pass: MatchPass,
  one: number,
  many: Uint32Array,
): Uint32Array {
  if (pass.days === undefined) return many;
  const { from, to } = pass.days;
  const at = day[one] as number;
  const [first, last] = oneSide(pass) === 0 ? [at + from, at + to] : [at - to, at - from];
  return many.subarray(
    lowerBound(many, (line) => (day[line] as number) >= first),
    lowerBound(many, (line) => (day[line] as number) > last),
  );
}

function claimOn(
  { columns: { amount }, fields }: Workings,
  one: number,
  pool: Uint32Array,
  { sizeMax, chancePpmMax }: SubsetSum,
): Claim | undefined {
  const classes: { readonly amount: bigint; readonly lines: number[] }[] = [];
  for (const line of ascending(pool)) {
    const twins = classes.find(({ lines }) => fields.same(lines[0] as number, line));
    if (twins === undefined) classes.push({ amount: amount[line] as bigint, lines: [line] });
    else twins.lines.push(line);
  }
  const amounts = Array.from(pool, (line) => amount[line] as bigint);
  const twinClasses: TwinClass[] = classes.map((each) => ({
    amount: each.amount,
    count: each.lines.length,
  }));
  const found = searchSubsets(twinClasses, amount[one] as bigint, sizeMax);
  if (found.outcome === 'none') return undefined;
  const chance = chancePpm(amounts, sizeMax);
  const facts = { pool: pool.length, chancePpm: chance };
  if (found.outcome === 'exhausted')
    return { lines: ascending([one, ...pool]), touched: [], facts, reason: 'budget-exhausted' };
  const used = classes.flatMap(({ lines }, at) => lines.slice(0, found.used[at]));
  const touched = classes.flatMap(({ lines }, at) => ((found.used[at] ?? 0) > 0 ? lines : []));
  const lines = ascending([one, ...used]);
  if (found.solutions > 1) return { lines, touched, facts, reason: 'second-solution' };
  return { lines, touched, facts, isWeak: chance > chancePpmMax };
}
