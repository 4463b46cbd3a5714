import { decodeRecorded } from '../commanding';
import { isTieoutError, storeCorrupt, TieoutError } from '../kernel/errors';
import { hex, leafHash } from '../kernel/hash';
import { type Pause } from '../kernel/runtime';
import {
  type AppendCall,
  type Appended,
  type AppendOutcome,
  type Delivery,
  type Expected,
  type NewEvent,
  type Placed,
  type Position,
  type RecordedEvent,
  type Revision,
} from '../event-store';
import { type KurrentStore } from '../event-store/kurrentdb';
import {
  type CommitNotice,
  type LedgerReader,
  type ReplicaFile,
  type Sql,
  sqlitePositions,
  type SqliteStore,
} from '../event-store/sqlite';
import { type PendingReceipt } from '../sealing';
import { SealWaits } from './seal-waits';
import { type Sealed, type Sequencer } from './sequencer';

export interface NodeLedgerParts {
  readonly store: KurrentStore;
  readonly reader: LedgerReader;
  readonly replica: ReplicaFile;
  readonly path: string;
  readonly sealWaitMs: number;
  readonly pause: Pause;
}

const DRAIN_MS = 3_000;
const POSITION_OF = `
  SELECT event.position FROM event JOIN stream ON stream.no = event.stream_no
   WHERE stream.name = :stream AND event.revision = :revision`;

/**
 * A ledger on a shared server as one node has it. Appends and the reads before a decision go to the leader; everything
 * else reads the node's own log folder, whose positions are places in the sealed log and so the same on every node.
 */
export class NodeLedger implements SqliteStore {
  readonly positions = sqlitePositions;
  readonly path: string;
  private readonly waits: SealWaits;
  private readonly listeners: ((notice: CommitNotice) => void)[] = [];
  private gate: ((streams: readonly string[]) => Promise<void> | undefined) | undefined;
  private sequencer: Sequencer | undefined;
  private ended: Promise<void> | undefined;
  private readonly started = new Set<Promise<unknown>>();

  constructor(private readonly parts: NodeLedgerParts) {
    this.path = parts.path;
    this.waits = new SealWaits(parts.store.positions);
  }

  /** The sequencer that tells of seals; it is stopped with the ledger. */
  follow(sequencer: Sequencer): void {
    this.sequencer = sequencer;
  }

  /** Told by the sequencer after each commit to the log folder. */
  sealed({ notice, position }: Sealed): void {
    this.parts.reader.notify();
    for (const listener of this.listeners) listener(notice);
    this.waits.reached(position);
  }

  get finding(): TieoutError | undefined {
    return this.parts.store.finding;
  }

  get settings() {
    return this.parts.replica.settings;
  }

  append(stream: string, expected: Expected, events: readonly NewEvent[]): Promise<Appended> {
    return this.inWork(this.send(stream, expected, events));
  }

  appendEach(appends: readonly AppendCall[]): Promise<readonly AppendOutcome[]> {
    return this.inWork(this.sendEach(appends));
  }

  private async inWork<T>(work: Promise<T>): Promise<T> {
    this.started.add(work);
    try {
      return await work;
    } finally {
      this.started.delete(work);
    }
  }

  private async send(
    stream: string,
    expected: Expected,
    events: readonly NewEvent[],
  ): Promise<Appended> {
    await this.gate?.([stream]);
    const { revision, position } = await this.parts.store.append(stream, expected, events);
    return { revision, position: await this.sealedPlace({ stream, revision, position }) };
  }

  private async sendEach(appends: readonly AppendCall[]): Promise<readonly AppendOutcome[]> {
    await this.gate?.(appends.map(({ stream }) => stream));
    const outcomes = await this.parts.store.appendEach(appends);
    return Promise.all(
      outcomes.map((outcome, i) => this.sealedOutcome(appends[i]?.stream ?? '', outcome)),
    );
  }

  private async sealedOutcome(stream: string, outcome: AppendOutcome): Promise<AppendOutcome> {
    if (!outcome.ok) return outcome;
    try {
      return { ...outcome, position: await this.sealedPlace({ stream, ...outcome }) };
    } catch (error) {
      if (!isTieoutError(error)) throw error;
      return { ok: false, error };
    }
  }

  /** From the leader, since a decision stands on it; each event with its place in the sealed log. */
  async *readStream(
    stream: string,
    from?: Revision,
    limit?: number,
  ): AsyncGenerator<RecordedEvent> {
    for await (const event of this.parts.store.readStream(stream, from, limit)) {
      yield { ...event, position: await this.sealedPlace(event) };
    }
  }

  readAll(after?: Position, limit?: number): AsyncIterable<RecordedEvent> {
    return this.parts.reader.readAll(after, limit);
  }

  subscribe(after: Position | undefined, signal: AbortSignal): AsyncIterable<Delivery> {
    return this.parts.reader.subscribe(after, signal);
  }

  head(): Promise<Position | undefined> {
    return this.parts.reader.head();
  }

  find(ids: readonly string[]): Promise<ReadonlyMap<string, Placed>> {
    return this.parts.reader.find(ids);
  }

  beforeAppend(gate: (streams: readonly string[]) => Promise<void> | undefined): void {
    this.gate = gate;
  }

  onCommit(listener: (notice: CommitNotice) => void): void {
    this.listeners.push(listener);
  }

  reader(): Sql {
    return this.parts.reader.sql;
  }

  halt(finding: TieoutError): void {
    this.parts.store.halt(finding);
  }

  close(): Promise<void> {
    this.ended ??= this.end();
    return this.ended;
  }

  private async end(): Promise<void> {
    const { store, reader, replica, pause } = this.parts;
    // What is recorded needs the sequencer to be sealed.
    const settled = new AbortController();
    void Promise.allSettled([...this.started]).then(() => settled.abort());
    await pause(DRAIN_MS, settled.signal);
    await store.close();
    await this.sequencer?.stop();
    reader.close();
    replica.close();
  }

  private async sealedPlace(event: {
    readonly stream: string;
    readonly revision: Revision;
    readonly position: Position;
  }): Promise<Position> {
    const { stream, revision, position } = event;
    const known = this.placeOf(stream, revision);
    if (known !== undefined) return known;
    await this.waits.until(position, this.parts.sealWaitMs);
    const sealed = this.placeOf(stream, revision);
    if (sealed !== undefined) return sealed;
    throw await this.notSealed(stream, revision, position);
  }

  /** It is recorded, and nobody can prove it yet. What is told of it is what the server has. */
  private async notSealed(
    stream: string,
    revision: Revision,
    position: Position,
  ): Promise<TieoutError> {
    const { store } = this.parts;
    const stored = await store.eventAt(stream, revision);
    if (stored === undefined) {
      return storeCorrupt(`${stream} revision ${revision} was recorded and is gone.`, { stream });
    }
    const { id, type, recordedAt } = decodeRecorded(stored);
    const pending: PendingReceipt = {
      ...{ stream, revision: Number(revision), id, type, recordedAt },
      leaf: hex(leafHash(stored.entry)),
      position: store.positions.print(position),
    };
    return new TieoutError(
      'not-sealed',
      `${stream} revision ${revision} is recorded and not sealed yet. Send the same request again for its receipt.`,
      { pending: { ...pending } },
    );
  }

  private placeOf(stream: string, revision: Revision): Position | undefined {
    const row = this.reader().get<{ position: bigint }>(POSITION_OF, { stream, revision });
    return row && sqlitePositions.at(row.position);
  }
}
