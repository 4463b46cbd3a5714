import { TieoutError } from '../kernel/errors';
import { type Position, type Positions } from './port';

/** A position of the adapters that number the events 1, 2, 3 … */
export interface SequencePosition extends Position {
  readonly sequence: bigint;
}

const SEQUENCE_MAX = 2n ** 63n - 1n;

/** Positions that print as `<prefix>.<sequence>`, such as `s.17`. */
export class SequencePositions implements Positions {
  private readonly form: RegExp;

  constructor(
    private readonly kind: 'memory' | 'sqlite',
    private readonly prefix: string,
  ) {
    this.form = new RegExp(`^${prefix}\\.([1-9][0-9]{0,18})$`);
  }

  at(sequence: bigint): SequencePosition {
    return { kind: this.kind, sequence } as SequencePosition;
  }

  /** @throws TypeError for another store's position: misuse, not a fault of the store */
  sequenceOf(position: Position): bigint {
    const { kind, sequence } = position as SequencePosition;
    if (kind !== this.kind || typeof sequence !== 'bigint') {
      throw new TypeError(`not a position of this store: ${String(kind)}`);
    }
    return sequence;
  }

  compare(a: Position, b: Position): -1 | 0 | 1 {
    const [x, y] = [this.sequenceOf(a), this.sequenceOf(b)];
    if (x === y) return 0;
    return x < y ? -1 : 1;
  }

  print(position: Position): string {
    return `${this.prefix}.${this.sequenceOf(position)}`;
  }

  parse(text: string): SequencePosition {
    const sequence = BigInt(this.form.exec(text)?.[1] ?? 0);
    if (sequence === 0n || sequence > SEQUENCE_MAX) {
      throw new TieoutError('token-invalid', 'This is not a position of this ledger.', {});
    }
    return this.at(sequence);
  }
}
