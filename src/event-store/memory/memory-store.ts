import {
  isTieoutError,
  revisionConflict,
  storeUnavailable,
  streamMissing,
  type TieoutError,
} from '../../kernel/errors';
import { leafHash } from '../../kernel/hash';
import {
  assertLimit,
  assertRevision,
  assertStreamName,
  checkAppend,
  firstRevision,
  refusalOf,
} from '../append-rules';
import { CommitSignal } from '../commit-signal';
import { actualRevision, placementOf } from '../placement';
import {
  type AppendCall,
  type Appended,
  type AppendOutcome,
  type Delivery,
  type Expected,
  type LedgerStore,
  type NewEvent,
  type Placed,
  type Position,
  type RecordedEvent,
  type Revision,
  STORE_LIMITS,
  type StoreLimits,
} from '../port';
import { SequencePositions } from '../sequence-positions';
import { follow } from '../subscription';

const PAGE_EVENTS = 256;

/** The reference adapter: everything in arrays, nothing durable. For tests and for reading the rules. */
export function openMemoryStore(limits: Partial<StoreLimits> = {}): LedgerStore {
  return new MemoryStore({ ...STORE_LIMITS, ...limits });
}

class MemoryStore implements LedgerStore {
  readonly positions = new SequencePositions('memory', 'm');
  finding: TieoutError | undefined;
  private readonly log: RecordedEvent[] = [];
  private readonly streams = new Map<string, RecordedEvent[]>();
  private readonly ids = new Map<string, RecordedEvent>();
  private readonly commits = new CommitSignal();
  private closed = false;

  constructor(private readonly limits: StoreLimits) {}

  async append(stream: string, expected: Expected, events: readonly NewEvent[]): Promise<Appended> {
    checkAppend(stream, expected, events, this.limits);
    return this.appendOne({ stream, expected, events });
  }

  async appendEach(appends: readonly AppendCall[]): Promise<readonly AppendOutcome[]> {
    const refused = appends.map((append) => refusalOf(append, this.limits));
    return appends.map((append, i): AppendOutcome => {
      try {
        if (refused[i] !== undefined) throw refused[i];
        return { ok: true, ...this.appendOne(append) };
      } catch (error) {
        if (!isTieoutError(error)) throw error;
        return { ok: false, error };
      }
    });
  }

  private appendOne({ stream, expected, events, prev }: AppendCall): Appended {
    this.assertOpen();
    if (this.finding !== undefined) {
      throw storeUnavailable('read-only', 'The ledger is halted by a finding.', this.finding);
    }
    const history = this.streams.get(stream) ?? [];
    const last = BigInt(history.length) - 1n;
    const placement = placementOf(expected, events.length, {
      last,
      isStored: (revision, i) => history[Number(revision)]?.storeId === events[i]?.storeId,
    });
    const taken = placement === 'append' && events.some((e) => this.ids.has(e.id));
    const end = history.at(-1);
    const isOther =
      placement === 'append' &&
      prev !== undefined &&
      (end === undefined || Buffer.compare(leafHash(end.entry), prev) !== 0);
    if (placement === 'conflict' || taken || isOther) {
      throw revisionConflict(stream, expected, actualRevision(last));
    }
    if (placement === 'append') this.store(stream, history, events);
    return this.appendedAt(stream, firstRevision(expected) + BigInt(events.length) - 1n);
  }

  private store(stream: string, history: RecordedEvent[], events: readonly NewEvent[]): void {
    for (const { id, storeId, type, entry } of events) {
      const event: RecordedEvent = {
        stream,
        revision: BigInt(history.length),
        position: this.positions.at(BigInt(this.log.length) + 1n),
        storeId,
        type,
        entry: Uint8Array.from(entry),
      };
      history.push(event);
      this.log.push(event);
      this.ids.set(id, event);
    }
    this.streams.set(stream, history);
    this.commits.notify();
  }

  private appendedAt(stream: string, revision: Revision): Appended {
    const event = this.streams.get(stream)?.[Number(revision)];
    if (event === undefined) throw new Error(`${stream} has no revision ${revision}`);
    return { revision, position: event.position };
  }

  async *readStream(stream: string, from: Revision = 0n, limit?: number) {
    assertStreamName(stream);
    assertRevision(from);
    assertLimit(limit);
    this.assertOpen();
    const history = this.streams.get(stream);
    if (history === undefined) throw streamMissing(stream);
    const start = Number(from);
    yield* history.slice(start, limit === undefined ? undefined : start + limit).map(copy);
  }

  async *readAll(after?: Position, limit?: number) {
    assertLimit(limit);
    this.assertOpen();
    const start = after === undefined ? 0 : Number(this.positions.sequenceOf(after));
    yield* this.log.slice(start, limit === undefined ? undefined : start + limit).map(copy);
  }

  subscribe(after: Position | undefined, signal: AbortSignal): AsyncIterable<Delivery> {
    if (after !== undefined) this.positions.sequenceOf(after);
    return follow(
      { page: (last) => this.page(last), commits: this.commits, positions: this.positions },
      after,
      signal,
    );
  }

  private page(after: Position | undefined): RecordedEvent[] {
    this.assertOpen();
    const start = after === undefined ? 0 : Number(this.positions.sequenceOf(after));
    return this.log.slice(start, start + PAGE_EVENTS).map(copy);
  }

  async head(): Promise<Position | undefined> {
    this.assertOpen();
    return this.log.at(-1)?.position;
  }

  async find(ids: readonly string[]): Promise<ReadonlyMap<string, Placed>> {
    this.assertOpen();
    const found = new Map<string, Placed>();
    for (const id of ids) {
      const event = this.ids.get(id);
      if (event === undefined) continue;
      const { stream, revision, position } = event;
      found.set(id, { stream, revision, position });
    }
    return found;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.commits.notify();
  }

  halt(finding: TieoutError): void {
    this.finding ??= finding;
  }

  private assertOpen(): void {
    if (this.closed) throw storeUnavailable('closed', 'The store is closed.');
  }
}

/** What a reader does to its bytes must not reach the log. */
const copy = (event: RecordedEvent): RecordedEvent => ({
  ...event,
  entry: Uint8Array.from(event.entry),
});
