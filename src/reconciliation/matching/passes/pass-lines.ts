import { type BlockSpec, blocksOf, OUT } from '../blocks';
import { type Columns } from '../columns';
import { type MatchPass } from '../definition.policy';
import { type Halves } from '../halves';
import { equalAmounts, type IsNear, nearnessOf } from '../tolerance.policy';
import { AVAILABLE, GROUPED, type Workings } from '../workings';

/** Edges that a pass lists in one block; a block with more has no explanation that a person could check. */
export const BLOCK_EDGES_MAX = 1_000;

/** The side of each line that a pass may use; `OUT` for the others. A suggestion may also name lines that are held. */
export function halfOf({ columns, state }: Workings, pass: MatchPass): Uint8Array {
  const { count, side, account, counterparty } = columns;
  const last = pass.outcome === 'suggest' ? 2 : AVAILABLE;
  const half = new Uint8Array(count).fill(OUT);
  for (let i = 0; i < count; i += 1) {
    const at = state[i] as number;
    if (at === GROUPED || at > last) continue;
    if (pass.account === 'same' ? account[i] === 0 : side[i] === 0 && account[i] !== 0) continue;
    if (pass.counterparty === 'equal' && counterparty[i] === 0) continue;
    half[i] = side[i] as number;
  }
  return half;
}

export function specOf(
  { place, currency, counterparty, keys, amount }: Columns,
  pass: MatchPass,
  half: Uint8Array,
): BlockSpec {
  const where = pass.account === 'same' ? place : currency;
  return {
    half,
    fields: pass.counterparty === 'equal' ? [where, counterparty] : [where],
    ...(pass.key === 'none' ? {} : { key: keys[pass.key] }),
    ...(pass.amount === 'equal' ? { amounts: amount } : {}),
  };
}

export const blocksFor = (workings: Workings, pass: MatchPass, half: Uint8Array): Halves =>
  blocksOf(workings.columns, specOf(workings.columns, pass, half));

/** Whether the days between lines are inside the window of a pass. */
export function isInWindow({ days }: MatchPass, dayA: number, dayB: number): boolean {
  if (days === undefined) return true;
  const between = dayB - dayA;
  return between >= days.from && between <= days.to;
}

/** Nearness by currency number, each made once. */
export function nearness({ currencies }: Columns, pass: MatchPass): (currency: number) => IsNear {
  if (pass.amount === 'equal') return () => equalAmounts;
  const known = currencies.map((currency) => nearnessOf(pass.tolerance, currency));
  return (currency) => known[currency] ?? equalAmounts;
}

export function sumOf({ amount }: Columns, lines: Iterable<number>): bigint {
  let sum = 0n;
  for (const line of lines) sum += amount[line] as bigint;
  return sum;
}

export const ascending = (lines: Iterable<number>): number[] =>
  [...new Set(lines)].sort((x, y) => x - y);
