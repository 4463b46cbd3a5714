import { type Position } from '../port';
import { SequencePositions } from '../sequence-positions';

/** Positions of the SQLite adapter: 1, 2, 3 … in commit order, printed as `s.17`. */
export const sqlitePositions = new SequencePositions('sqlite', 's');

/** Log index of the event at a position: 0-based place in the Merkle tree. */
export const indexOfPosition = (position: Position): number =>
  toNumber(sqlitePositions.sequenceOf(position)) - 1;

/** @throws RangeError beyond 2^53 - 1, where a number would silently be another one */
export function toNumber(integer: bigint): number {
  const number = Number(integer);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${integer} is not a safe integer`);
  return number;
}
