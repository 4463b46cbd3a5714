import { type BucketSum, type MatchPass } from '../definition.policy';
import { type Workings } from '../workings';
import { type Claim, settleClaims } from './claims';
import { ascending, blocksFor, halfOf, isInWindow, sumOf } from './pass-lines';
import { OUT } from '../blocks';

/** Side of the single line: A in `1:N`, B in `N:1`. */
export const oneSide = ({ shape }: MatchPass): number => (shape === '1:N' ? 0 : 1);

/** The single lines on half 0, those that add up on half 1. */
export function oneAndMany(workings: Workings, pass: MatchPass): Uint8Array {
  const half = halfOf(workings, pass);
  return oneSide(pass) === 0 ? half : half.map((at) => (at === OUT ? OUT : 1 - at));
}

/** All lines of a bucket against one line: the bucket explains one line only, and the line has one bucket only. */
export function runBucketSums(workings: Workings, pass: MatchPass, { sameDay }: BucketSum): void {
  const blocks = blocksFor(workings, pass, oneAndMany(workings, pass));
  const claims: Claim[] = [];
  for (let block = 0; block < blocks.count; block += 1) {
    const byAmount = linesByAmount(workings, blocks.a(block));
    const many = ascending(blocks.b(block));
    for (const bucket of sameDay ? byDay(workings, many) : [many]) {
      if (bucket.length < 2) continue;
      for (const one of byAmount.get(sumOf(workings.columns, bucket)) ?? [])
        if (isNearAll(workings, pass, one, bucket))
          claims.push({
            lines: ascending([one, ...bucket]),
            touched: [],
            facts: { pool: bucket.length },
          });
    }
  }
  settleClaims(workings, pass, claims);
}

function linesByAmount({ columns }: Workings, lines: Uint32Array): Map<bigint, number[]> {
  const byAmount = new Map<bigint, number[]>();
  for (const line of new Set(lines)) {
    const minor = columns.amount[line] as bigint;
    const list = byAmount.get(minor);
    if (list === undefined) byAmount.set(minor, [line]);
    else list.push(line);
  }
  return byAmount;
}

function byDay({ columns }: Workings, lines: readonly number[]): number[][] {
  const days = new Map<number, number[]>();
  for (const line of lines) {
    const day = columns.day[line] as number;
    const list = days.get(day);
    if (list === undefined) days.set(day, [line]);
    else list.push(line);
  }
  return [...days.values()];
}

function isNearAll(
  { columns: { day } }: Workings,
  pass: MatchPass,
  one: number,
  many: readonly number[],
): boolean {
  const dayOne = day[one] as number;
  const isOneA = oneSide(pass) === 0;
  return many.every((line) => {
    const other = day[line] as number;
    return isOneA ? isInWindow(pass, dayOne, other) : isInWindow(pass, other, dayOne);
  });
}
