import { formatMinor } from '../../kernel/money';
import { blocksOf } from './blocks';
import { Components } from './components';
import { type Definition, type MatchPass } from './definition.policy';
import { breakId } from './ids';
import { NearestCandidates } from './nearest';
import { halfOf, isInWindow, specOf, sumOf } from './passes/pass-lines';
import { type AmbiguityReason, type Break, type BreakType, type FailedPredicate } from './result';
import { AVAILABLE, HELD, type Workings } from './workings';

interface Typed {
  readonly type: BreakType;
  readonly reason?: AmbiguityReason;
  readonly failed?: readonly FailedPredicate[];
}

/**
 * Every open line as part of one break: ambiguous sets, then lines that agree in a key and not in amount or date, then
 * single lines with their nearest candidate.
 */
export function breaksOf(definition: Definition, workings: Workings): Break[] {
  const { state } = workings;
  const make = (lines: ArrayLike<number>, typed: Typed) =>
    breakOf(definition.id, workings, lines, typed);
  const breaks = workings.ambiguities.map(({ reason }, at) =>
    make(workings.ambiguous[at] as Uint32Array, {
      type: reason === 'surplus-twin' ? 'DUPLICATE' : 'AMBIGUOUS',
      reason,
    }),
  );
  const seen = new Set<string>();
  for (const pass of definition.passes) {
    const kind = `${pass.account} ${pass.key}`;
    if (pass.key === 'none' || pass.shape === 'contra' || pass.outcome === 'suggest') continue;
    if (seen.has(kind)) continue;
    seen.add(kind);
    for (const { a, b } of sharingKey(workings, pass)) {
      const lines = Uint32Array.from([...a, ...b]).sort();
      breaks.push(make(lines, typeOf(workings, pass, a, b)));
      for (const line of lines) state[line] = HELD;
    }
  }
  const open: number[] = [];
  for (let i = 0; i < state.length; i += 1) if (state[i] === AVAILABLE) open.push(i);
  const candidates = new NearestCandidates(workings.columns, open);
  for (const line of open) {
    const type = workings.columns.side[line] === 0 ? 'UNMATCHED_A' : 'UNMATCHED_B';
    const nearest = candidates.nearestTo(line);
    const made = make([line], { type });
    breaks.push(nearest === undefined ? made : { ...made, nearest });
  }
  return breaks;
}

function* sharingKey(
  workings: Workings,
  pass: MatchPass,
): Generator<{ a: Uint32Array; b: Uint32Array }> {
  const { columns } = workings;
  const keyOnly: MatchPass = { ...pass, amount: 'sum', counterparty: 'any' };
  const half = halfOf(workings, keyOnly);
  const blocks = blocksOf(columns, specOf(columns, keyOnly, half));
  const components = new Components(columns.count);
  for (let block = 0; block < blocks.count; block += 1) {
    components.joinAll(blocks.firstA(block), blocks.a(block));
    components.joinAll(blocks.firstA(block), blocks.b(block));
  }
  const sets = components.listed(half);
  for (let set = 0; set < sets.count; set += 1) yield { a: sets.a(set), b: sets.b(set) };
}

/** One key, one line a side: what differs. More lines under one key: their sums, or a person decides. */
function typeOf({ columns }: Workings, pass: MatchPass, a: Uint32Array, b: Uint32Array): Typed {
  const { amount, day, dates, currency, currencies } = columns;
  const [x, y] = [a[0] as number, b[0] as number];
  const money = currencies[currency[x] as number] as string;
  const different = (minorA: bigint, minorB: bigint): FailedPredicate => ({
    predicate: 'amount',
    a: formatMinor(minorA, money),
    b: formatMinor(minorB, money),
  });
  if (a.length > 1 || b.length > 1) {
    const [sumA, sumB] = [sumOf(columns, a), sumOf(columns, b)];
    return pass.shape === 'N:M' && sumA !== sumB
      ? { type: 'SPLIT_INCOMPLETE', failed: [different(sumA, sumB)] }
      : { type: 'AMBIGUOUS', reason: 'key-reused' };
  }
  const [minorA, minorB] = [amount[x] as bigint, amount[y] as bigint];
  if (minorA !== minorB) return { type: 'AMOUNT_DIFFERENCE', failed: [different(minorA, minorB)] };
  const [dayA, dayB] = [day[x] as number, day[y] as number];
  if (isInWindow(pass, dayA, dayB)) {
    // Amount, key and date agree: these are here only because a person rejected the pair.
    return { type: 'AMBIGUOUS', reason: 'competing' };
  }
  const failed: FailedPredicate = {
    predicate: 'date',
    a: dates.get(dayA) ?? '',
    b: dates.get(dayB) ?? '',
  };
  return { type: 'DATE_OUT_OF_WINDOW', failed: [failed] };
}

/** @param lines ascending */
function breakOf(
  definition: string,
  { columns }: Workings,
  lines: ArrayLike<number>,
  { type, reason, failed = [] }: Typed,
): Break {
  const { ids, side, amount, day, dates, currency, currencies } = columns;
  let [aMinor, bMinor, countA, first] = [0n, 0n, 0, Infinity];
  const own: string[] = [];
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] as number;
    own.push(ids[line] as string);
    first = Math.min(first, day[line] as number);
    if (side[line] === 0) {
      aMinor += amount[line] as bigint;
      countA += 1;
    } else bMinor += amount[line] as bigint;
  }
  return {
    kind: 'break',
    id: breakId(definition, own),
    type,
    ...(reason === undefined ? {} : { reason }),
    currency: currencies[currency[lines[0] as number] as number] ?? '',
    lines: own,
    countA,
    countB: lines.length - countA,
    aMinor,
    bMinor,
    bookDate: dates.get(first) ?? '',
    failed,
  };
}
