import { dayNumber } from '../../src/kernel/civil-date';
import { parseAmount } from '../../src/kernel/money';
import { type MatchPass } from '../../src/reconciliation/matching/definition.policy';
import { type MatchLine } from '../../src/reconciliation/matching/line';
import { type MatchResult } from '../../src/reconciliation/matching/result';

/**
 * The rules of the passes once more, as naive as they can be written: every pair is tried, every subset added up, no index,
 * no order. It shares no code with the engine and is for small inputs only.
 */
export interface OracleResult {
  /** `pass: ids`, sorted */
  readonly groups: readonly string[];
  /** `pass reason: ids`, sorted */
  readonly ambiguities: readonly string[];
}

/** The same figures of the engine's result. */
export const comparable = ({ groups, ambiguities }: MatchResult): OracleResult => ({
  groups: groups.map((g) => `${g.pass}: ${names(g.members.map((m) => m.line))}`).sort(),
  ambiguities: ambiguities.map((x) => `${x.pass} ${x.reason}: ${names(x.lines)}`).sort(),
});

const names = (ids: readonly string[]) => [...ids].sort().join(' ');

type Lines = readonly MatchLine[];
interface Found {
  readonly groups: readonly Lines[];
  readonly ambiguities: readonly { readonly reason: string; readonly lines: Lines }[];
}

export function oracle(passes: readonly MatchPass[], lines: Lines): OracleResult {
  let open = lines;
  const groups: string[] = [];
  const ambiguities: string[] = [];
  const twins = twinTest(passes);
  for (const pass of passes) {
    const found = run(
      pass,
      open.filter((line) => mayUse(pass, line)),
      twins,
    );
    const gone = new Set<MatchLine>();
    for (const group of found.groups) {
      groups.push(`${pass.id}: ${names(group.map(({ id }) => id))}`);
      group.forEach((line) => gone.add(line));
    }
    for (const { reason, lines: held } of found.ambiguities) {
      ambiguities.push(`${pass.id} ${reason}: ${names(held.map(({ id }) => id))}`);
      held.forEach((line) => gone.add(line));
    }
    open = open.filter((line) => !gone.has(line));
  }
  return { groups: groups.sort(), ambiguities: ambiguities.sort() };
}

type AreTwins = (lines: Lines) => boolean;

function twinTest(passes: readonly MatchPass[]): AreTwins {
  const daysCount = passes.some((p) => p.days || (p.sums?.kind === 'bucket' && p.sums.sameDay));
  const partiesCount = passes.some((p) => p.counterparty === 'equal');
  const face = (l: MatchLine) =>
    JSON.stringify([
      l.account,
      l.currency,
      String(l.amountMinor),
      l.keys,
      daysCount ? l.bookDate : '',
      partiesCount ? (l.counterparty ?? '') : '',
    ]);
  return (lines) => new Set(lines.map(face)).size <= 1;
}

function mayUse(pass: MatchPass, line: MatchLine): boolean {
  if (pass.account === 'same' ? line.account === '' : line.side === 'A' && line.account !== '')
    return false;
  return pass.counterparty !== 'equal' || (line.counterparty ?? '') !== '';
}

function run(pass: MatchPass, lines: Lines, twins: AreTwins): Found {
  if (pass.shape === '1:1') {
    const edge = (x: MatchLine, y: MatchLine) =>
      x.side === 'A' &&
      y.side === 'B' &&
      inBlock(pass, x, y) &&
      near(pass, x, y) &&
      timely(pass, x, y);
    return settlePairs(lines, edge, twins, (line) => line.side === 'A');
  }
  if (pass.shape === 'contra') {
    const edge = (x: MatchLine, y: MatchLine) =>
      x.side === y.side &&
      x.amountMinor > 0n &&
      x.amountMinor === -y.amountMinor &&
      inBlock(pass, x, y) &&
      (!pass.days || Math.abs(day(x) - day(y)) <= pass.days.to);
    return settlePairs(lines, edge, twins, (line) => line.amountMinor > 0n);
  }
  if (pass.shape === 'N:M') return carried(pass, lines);
  return sums(pass, lines, twins);
}

const day = (line: MatchLine) => dayNumber(line.bookDate);
const keysOf = (pass: MatchPass, line: MatchLine) =>
  pass.key === 'none' ? [''] : (line.keys[pass.key] ?? []);

function inBlock(pass: MatchPass, x: MatchLine, y: MatchLine): boolean {
  return (
    x.currency === y.currency &&
    (pass.account !== 'same' || x.account === y.account) &&
    (pass.counterparty !== 'equal' || x.counterparty === y.counterparty) &&
    keysOf(pass, x).some((key) => keysOf(pass, y).includes(key))
  );
}

function timely(pass: MatchPass, a: MatchLine, b: MatchLine): boolean {
  const gap = day(b) - day(a);
  return !pass.days || (gap >= pass.days.from && gap <= pass.days.to);
}

const near = (pass: MatchPass, a: MatchLine, b: MatchLine) =>
  nearAmounts(pass, a.currency, a.amountMinor, b.amountMinor);

function nearAmounts(pass: MatchPass, currency: string, a: bigint, b: bigint): boolean {
  if (pass.amount === 'equal' || !pass.tolerance) return a === b;
  const abs = (n: bigint) => (n < 0n ? -n : n);
  const gap = abs(a - b);
  const { absolute, basisPoints, base, both } = pass.tolerance;
  const limits: boolean[] = [];
  if (absolute?.[currency] !== undefined)
    limits.push(gap <= parseAmount(absolute[currency], currency));
  if (basisPoints !== undefined) {
    const [x, y] = [abs(a), abs(b)];
    const of =
      base === 'B' ? y : base === 'MAX' ? (x > y ? x : y) : base === 'MIN' ? (x < y ? x : y) : x;
    limits.push(gap * 10_000n <= BigInt(basisPoints) * of);
  }
  if (limits.length === 0) return gap === 0n;
  return both === 'GREATER' ? limits.some(Boolean) : limits.every(Boolean);
}

function settlePairs(
  lines: Lines,
  edge: (x: MatchLine, y: MatchLine) => boolean,
  twins: AreTwins,
  isFirst: (line: MatchLine) => boolean,
): Found {
  const groups: Lines[] = [];
  const ambiguities: { reason: string; lines: Lines }[] = [];
  for (const set of connected(lines, (x, y) => edge(x, y) || edge(y, x))) {
    const a = set.filter(isFirst);
    const b = set.filter((line) => !isFirst(line));
    const identical = twins(a) && twins(b);
    if (a.length === b.length && (a.length === 1 || identical)) {
      const order = (side: Lines) =>
        [...side].sort((x, y) => day(x) - day(y) || (x.id < y.id ? -1 : 1));
      const others = order(b);
      order(a).forEach((line, i) => groups.push([line, others[i]!]));
    } else {
      const reason = identical && a.length !== b.length ? 'surplus-twin' : 'competing';
      ambiguities.push({ reason, lines: set });
    }
  }
  return { groups, ambiguities };
}

/** Sets of two or more that edges connect. */
function connected(lines: Lines, linked: (x: MatchLine, y: MatchLine) => boolean): Lines[] {
  const sets: MatchLine[][] = [];
  const seen = new Set<MatchLine>();
  for (const start of lines) {
    if (seen.has(start)) continue;
    const set = [start];
    seen.add(start);
    for (const at of set)
      for (const other of lines)
        if (!seen.has(other) && linked(at, other)) {
          seen.add(other);
          set.push(other);
        }
    if (set.length > 1) sets.push(set);
  }
  return sets;
}

function carried(pass: MatchPass, lines: Lines): Found {
  const groups: Lines[] = [];
  const ambiguities: { reason: string; lines: Lines }[] = [];
  // A key says something only if both sides carry it.
  const across = (x: MatchLine, y: MatchLine) => x.side !== y.side && inBlock(pass, x, y);
  for (const set of connected(lines, across)) {
    const a = set.filter(({ side }) => side === 'A');
    const b = set.filter(({ side }) => side === 'B');
    const keys = new Set(
      a
        .flatMap((line) => keysOf(pass, line))
        .filter((key) => b.some((l) => keysOf(pass, l).includes(key))),
    );
    const split = [...keys].some((key) => set.some((line) => !keysOf(pass, line).includes(key)));
    const spread = Math.max(...set.map(day)) - Math.min(...set.map(day));
    const [sumA, sumB] = [total(a), total(b)];
    if (split) ambiguities.push({ reason: 'contested-claim', lines: set });
    else if (spread > (pass.spreadDaysMax ?? Infinity))
      ambiguities.push({ reason: 'key-reused', lines: set });
    else if (nearAmounts(pass, set[0]!.currency, sumA, sumB)) groups.push(set);
  }
  return { groups, ambiguities };
}

const total = (lines: Lines) => lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);

interface Claim {
  readonly lines: Lines;
  readonly touched: Lines;
  readonly reason?: string;
}

function sums(pass: MatchPass, lines: Lines, twins: AreTwins): Found {
  const oneSide = pass.shape === '1:N' ? 'A' : 'B';
  const claims = new Map<string, Claim>();
  for (const one of lines.filter(({ side }) => side === oneSide)) {
    for (const key of keysOf(pass, one)) {
      const block = lines.filter(
        (line) =>
          line.side !== oneSide && inBlock(pass, one, line) && keysOf(pass, line).includes(key),
      );
      for (const claim of pass.sums!.kind === 'bucket'
        ? buckets(pass, one, block)
        : subsets(pass, one, block, twins))
        claims.set(names(claim.lines.map(({ id }) => id)), claim);
    }
  }
  const groups: Lines[] = [];
  const ambiguities: { reason: string; lines: Lines }[] = [];
  const rest = new Set(claims.values());
  for (const claim of rest) {
    rest.delete(claim);
    const contested = [claim];
    for (const each of contested)
      for (const other of rest)
        if (
          [...each.lines, ...each.touched].some(
            (l) => other.lines.includes(l) || other.touched.includes(l),
          )
        ) {
          rest.delete(other);
          contested.push(other);
        }
    if (contested.length === 1 && !claim.reason) groups.push(claim.lines);
    else
      ambiguities.push({
        reason: contested.length > 1 ? 'contested-claim' : claim.reason!,
        lines: [...new Set(contested.flatMap((each) => each.lines))],
      });
  }
  return { groups, ambiguities };
}

const timelyFor = (pass: MatchPass, one: MatchLine) => (line: MatchLine) =>
  one.side === 'A' ? timely(pass, one, line) : timely(pass, line, one);

function buckets(pass: MatchPass, one: MatchLine, block: Lines): Claim[] {
  const sameDay = pass.sums!.kind === 'bucket' && pass.sums!.sameDay;
  const days = sameDay ? [...new Set(block.map(({ bookDate }) => bookDate))] : [''];
  return days
    .map((date) => block.filter((line) => !sameDay || line.bookDate === date))
    .filter((b) => b.length > 1 && total(b) === one.amountMinor && b.every(timelyFor(pass, one)))
    .map((b) => ({ lines: [one, ...b], touched: [] }));
}

function subsets(pass: MatchPass, one: MatchLine, block: Lines, twins: AreTwins): Claim[] {
  const bounds = pass.sums!;
  if (bounds.kind !== 'subset') return [];
  const pool = block.filter(timelyFor(pass, one)).sort((x, y) => (x.id < y.id ? -1 : 1));
  if (pool.length < 2 || pool.length > bounds.poolMax) return [];
  const solutions: Lines[] = [];
  for (let bits = 0; bits < 2 ** pool.length; bits += 1) {
    const some = pool.filter((_, i) => (bits >> i) & 1);
    if (some.length < 2 || some.length > bounds.sizeMax || total(some) !== one.amountMinor)
      continue;
    // Swapping identical twins makes no other solution; the one with the lowest ids stands for all.
    const lowest = some.every((line) =>
      pool.every((twin) => twin.id > line.id || some.includes(twin) || !twins([twin, line])),
    );
    if (lowest) solutions.push(some);
  }
  if (solutions.length === 0) return [];
  const touched = pool.filter((line) => solutions.flat().some((used) => twins([line, used])));
  if (solutions.length === 1) return [{ lines: [one, ...solutions[0]!], touched }];
  return [{ lines: [one, ...new Set(solutions.flat())], touched, reason: 'second-solution' }];
}
