import {
  isTieoutError,
  revisionConflict,
  storeCorrupt,
  type TieoutError,
} from '../../kernel/errors';
import { leafHash } from '../../kernel/hash';
import { bytesOf, firstRevision } from '../append-rules';
import { type AppendCall, type Appended, type AppendOutcome, type NewEvent } from '../port';
import { type EntryIdIndex } from './entry-id-index';
import { type KurrentCalls } from './kurrent-calls';
import { type KurrentPosition } from './kurrent-positions';
import { type KurrentReader } from './kurrent-reader';
import { appendFailure } from './outcomes';
import { type StreamPrefix } from './stream-prefix';

export interface AppenderDependencies {
  readonly calls: KurrentCalls;
  readonly reader: KurrentReader;
  readonly prefix: StreamPrefix;
  readonly ids: EntryIdIndex;
  readonly halt: (finding: TieoutError) => void;
}

/** Exact appends. The server decides each; what it cannot see (taken ids, the predecessor's leaf) is looked up first. */
export class Appender {
  constructor(private readonly deps: AppenderDependencies) {}

  async append(append: AppendCall): Promise<Appended> {
    await this.checkPredecessor(append);
    await this.checkIds(append);
    const { stream, expected, events } = append;
    const last = firstRevision(expected) + BigInt(events.length) - 1n;
    const { revision, position } = await this.send(append);
    // A stream that was deleted or truncated goes on behind its old end, and the server calls that a success.
    if (revision !== last) throw this.misplaced(stream, last, revision);
    const at = position ?? (await this.positionOf(stream, revision));
    this.noteIds(stream, revision, at, events);
    return { revision, position: at };
  }

  /** Those of one stream one after the other, streams side by side. */
  async appendEach(appends: readonly AppendCall[]): Promise<readonly AppendOutcome[]> {
    const outcomes: AppendOutcome[] = [];
    const last = new Map<string, Promise<void>>();
    for (const [i, append] of appends.entries()) {
      const before = last.get(append.stream) ?? Promise.resolve();
      const settle = async (): Promise<void> => void (outcomes[i] = await this.settled(append));
      last.set(append.stream, before.then(settle));
    }
    await Promise.all(last.values());
    return outcomes;
  }

  private async settled(append: AppendCall): Promise<AppendOutcome> {
    try {
      return { ok: true, ...(await this.append(append)) };
    } catch (error) {
      if (!isTieoutError(error)) throw error;
      return { ok: false, error };
    }
  }

  private async send({ stream, expected, events }: AppendCall) {
    try {
      return await this.deps.calls.append(this.deps.prefix.nameOf(stream), expected, events);
    } catch (error) {
      const bytes = bytesOf({ stream, expected, events });
      const failure = appendFailure(error, { stream, expected, bytes });
      if (isTieoutError(failure, 'store-corrupt')) this.deps.halt(failure);
      throw failure;
    }
  }

  /** An exact revision says where, not behind what: an entry made after other bytes would break the chain. */
  private async checkPredecessor({ stream, expected, prev }: AppendCall): Promise<void> {
    if (prev === undefined || expected === 'no-stream') return;
    const { reader } = this.deps;
    const stored = await reader.eventAt(stream, expected);
    if (stored === undefined || Buffer.compare(leafHash(stored.entry), prev) === 0) return;
    throw revisionConflict(stream, expected, await reader.lastRevision(stream));
  }

  /** An id that stands elsewhere is a conflict; at its own place the server tells a repeat from another content. */
  private async checkIds({ stream, expected, events }: AppendCall): Promise<void> {
    const { ids, reader } = this.deps;
    const found = ids.find(events.map(({ id }) => id));
    const start = firstRevision(expected);
    const isElsewhere = events.some(({ id }, i) => {
      const placed = found.get(id);
      if (placed === undefined) return false;
      return placed.stream !== stream || placed.revision !== start + BigInt(i);
    });
    if (isElsewhere) {
      throw revisionConflict(stream, expected, await reader.lastRevision(stream));
    }
  }

  private async positionOf(stream: string, revision: bigint): Promise<KurrentPosition> {
    const event = await this.deps.reader.eventAt(stream, revision);
    if (event === undefined) throw this.misplaced(stream, revision, undefined);
    return event.position as KurrentPosition;
  }

  private noteIds(
    stream: string,
    last: bigint,
    position: KurrentPosition,
    events: readonly NewEvent[],
  ): void {
    const first = last - BigInt(events.length) + 1n;
    for (const [i, { id }] of events.entries()) {
      this.deps.ids.note(id, { stream, revision: first + BigInt(i), position });
    }
  }

  private misplaced(stream: string, expected: bigint, found: bigint | undefined): TieoutError {
    const finding = storeCorrupt(
      `${stream} did not go on where it ended: the stream was deleted or truncated on the server.`,
      { stream, expected: String(expected), found: found === undefined ? null : String(found) },
    );
    this.deps.halt(finding);
    return finding;
  }
}
