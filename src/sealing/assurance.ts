import { sha256 } from '../kernel/hash';
import { isTieoutError } from '../kernel/errors';
import { instantOf } from '../kernel/instant';
import { type Instant } from '../kernel/runtime';
import { type AnchorFolder } from './anchor-folder';
import { cosignedAt, meetsQuorum } from './cosignature';
import { type LogReader } from './log-reader';
import { type Note, readNote } from './note';
import { type Policy } from './policy-file';

/** Up to which size somebody else vouches for the log, and since when. */
export interface Vouched {
  readonly size: number;
  readonly at: Instant;
}

export interface AssuranceOptions {
  readonly log: Pick<LogReader, 'checkpointAt'>;
  readonly anchors: AnchorFolder;
  /** undefined without witnesses */
  readonly policy: Policy | undefined;
  /** time in a token over the SHA-256 of a file; throws `proof-invalid`; undefined without an authority to trust */
  readonly tokenTime: ((token: Buffer, imprint: Uint8Array) => Instant) | undefined;
}

/** Anchored checkpoints looked at for an answer; behind these a quorum or token is too old to speak of. */
const LOOKED_AT_MAX = 100;

/**
 * What others say of this log, from the files of the anchor folder. Each is checked again: its text is the log's own
 * checkpoint of that size, the lines are good and reach the quorum, the token is about the file.
 */
export class Assurance {
  private witnessedBest: Vouched | undefined;
  private timestampedBest: Vouched | undefined;

  constructor(private readonly options: AssuranceOptions) {}

  /** The largest size whose checkpoint reaches the quorum of the policy; `at` is the latest of its witnesses' times. */
  witnessed(): Vouched | undefined {
    const { policy } = this.options;
    if (policy === undefined || policy.quorum === 'none') return undefined;
    this.witnessedBest = this.best(this.witnessedBest, (size) => this.quorumTime(size, policy));
    return this.witnessedBest;
  }

  /** The largest size with a token that holds; `at` is the time in it. */
  timestamped(): Vouched | undefined {
    this.timestampedBest = this.best(this.timestampedBest, (size) => this.tokenTime(size));
    return this.timestampedBest;
  }

  /** What was found once stands: such a file never changes. */
  private best(
    known: Vouched | undefined,
    timeOf: (size: number) => Instant | undefined,
  ): Vouched | undefined {
    const sizes = this.options.anchors.sizes().slice(-LOOKED_AT_MAX).reverse();
    for (const size of sizes) {
      if (known !== undefined && size <= known.size) break;
      const at = unlessBroken(() => timeOf(size));
      if (at !== undefined) return { size, at };
    }
    return known;
  }

  private quorumTime(size: number, policy: Policy): Instant | undefined {
    const note = this.ownNote(size, this.options.anchors.note(size));
    if (note === undefined || !meetsQuorum(note, policy)) return undefined;
    const times = [...policy.witnesses.values()].flatMap((witness) =>
      note.lines.flatMap((line) => cosignedAt(note.text, line, witness) ?? []),
    );
    return instantOf(Math.max(...times.map(Number)) * 1_000);
  }

  private tokenTime(size: number): Instant | undefined {
    const { anchors, tokenTime } = this.options;
    const [file, token] = [anchors.checkpoint(size), anchors.token(size)];
    if (tokenTime === undefined || file === undefined || token === undefined) return undefined;
    if (this.ownNote(size, file) === undefined) return undefined;
    return tokenTime(token, sha256(Buffer.from(file)));
  }

  /** A checkpoint of another log, or of another history, vouches for nothing here. */
  private ownNote(size: number, kept: string | undefined): Note | undefined {
    if (kept === undefined) return undefined;
    const note = readNote(kept);
    return note.text === readNote(this.options.log.checkpointAt(size).note).text ? note : undefined;
  }
}

function unlessBroken<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!isTieoutError(error, 'proof-invalid', 'not-found')) throw error;
    return undefined;
  }
}
