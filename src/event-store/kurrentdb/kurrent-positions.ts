import { TieoutError } from '../../kernel/errors';
import { type Position, type Positions } from '../port';

/** Place in `$all`. Old transactions share a commit position, so both halves count. */
export interface KurrentPosition extends Position {
  readonly kind: 'kurrentdb';
  readonly commit: bigint;
  readonly prepare: bigint;
}

/** The protocol's 2^64 - 1 means none, and nothing above 2^63 - 1 is a place. */
const PLACE_MAX = 2n ** 63n - 1n;
const FORM = /^k\.(0|[1-9][0-9]{0,18})\.(0|[1-9][0-9]{0,18})$/;

const sign = (a: bigint, b: bigint): -1 | 0 | 1 => (a === b ? 0 : a < b ? -1 : 1);

/** Positions that print as `k.<commit>.<prepare>`. */
class KurrentPositions implements Positions {
  /** @throws TypeError for a number that is no place */
  at(commit: bigint, prepare: bigint): KurrentPosition {
    if (commit < 0n || prepare < 0n || commit > PLACE_MAX || prepare > PLACE_MAX) {
      throw new TypeError(`not a place in $all: ${commit}/${prepare}`);
    }
    return { kind: 'kurrentdb', commit, prepare };
  }

  /** @throws TypeError for another store's position: misuse, not a fault of the store */
  own(position: Position): KurrentPosition {
    const { kind, commit, prepare } = position as KurrentPosition;
    if (kind !== 'kurrentdb' || typeof commit !== 'bigint' || typeof prepare !== 'bigint') {
      throw new TypeError(`not a position of this store: ${String(kind)}`);
    }
    return position as KurrentPosition;
  }

  compare(a: Position, b: Position): -1 | 0 | 1 {
    const [x, y] = [this.own(a), this.own(b)];
    return sign(x.commit, y.commit) || sign(x.prepare, y.prepare);
  }

  print(position: Position): string {
    const { commit, prepare } = this.own(position);
    return `k.${commit}.${prepare}`;
  }

  parse(text: string): KurrentPosition {
    const [, commit, prepare] = FORM.exec(text) ?? [];
    const [c, p] = [BigInt(commit ?? -1), BigInt(prepare ?? -1)];
    if (commit === undefined || c > PLACE_MAX || p > PLACE_MAX) {
      throw new TieoutError('token-invalid', 'This is not a position of this ledger.', {});
    }
    return this.at(c, p);
  }
}

export const kurrentPositions = new KurrentPositions();
