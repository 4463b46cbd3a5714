import {
  streamMissing,
  storeCorrupt,
  storeUnavailable,
  type TieoutError,
} from '../../kernel/errors';
import { hex, leafHash } from '../../kernel/hash';
import { readUuid, writeUuid } from '../../kernel/uuid-bytes';
import { assertLimit, assertRevision, assertStreamName } from '../append-rules';
import { CommitSignal } from '../commit-signal';
import {
  type Delivery,
  type EntryIds,
  type EventStore,
  type Placed,
  type Position,
  type RecordedEvent,
  type Revision,
} from '../port';
import { follow } from '../subscription';
import { storeFailure } from './failures';
import { type Sql } from './sql';
import { sqlitePositions } from './sqlite-positions';

/** 64 entries of the largest size are 4 MiB: what a page may hold. Each page is a run of its own, never held over an await. */
const PAGE_EVENTS = 64;

interface EventRow {
  readonly position: bigint;
  readonly stream: string;
  readonly revision: bigint;
  readonly storeId: Uint8Array;
  readonly type: string;
  readonly entry: Buffer;
  readonly leaf: Buffer;
}

const HAS_STREAM = `SELECT no FROM stream WHERE name = :stream`;

const READ_STREAM_PAGE = `
  SELECT position, :stream AS stream, revision, store_id AS storeId, type, entry, leaf
    FROM event
   WHERE stream_no = :no AND revision >= :from
   ORDER BY revision
   LIMIT :limit`;

const READ_ALL_PAGE = `
  SELECT event.position, stream.name AS stream, event.revision, event.store_id AS storeId,
         event.type, event.entry, event.leaf
    FROM event LEFT JOIN stream ON stream.no = event.stream_no
   WHERE event.position > :after
   ORDER BY event.position
   LIMIT :limit`;

const READ_HEAD = `SELECT max(position) AS head FROM event`;

const FIND_ID = `
  SELECT stream.name AS stream, event.revision, event.position
    FROM event JOIN stream ON stream.no = event.stream_no
   WHERE event.id = :id`;

/** The reading half of the store, also for threads that only read. */
export interface LedgerReader
  extends
    Pick<EventStore, 'readStream' | 'readAll' | 'subscribe' | 'head' | 'positions'>,
    EntryIds {
  /** Wakes live subscriptions: another thread or process committed. Without it they look once a second. */
  notify(): void;
  /** The read-only connection. */
  readonly sql: Sql;
  close(): void;
}

/** Reads a ledger in pages; compares each leaf, revision and position with what it must be. */
export class SqliteReader implements LedgerReader {
  readonly positions = sqlitePositions;
  private readonly commits = new CommitSignal();
  private closed = false;

  /** @param found told once for each finding, before it is thrown */
  constructor(
    readonly sql: Sql,
    private readonly found: (finding: TieoutError) => void,
  ) {}

  async *readStream(stream: string, from: Revision = 0n, limit?: number) {
    assertStreamName(stream);
    assertRevision(from);
    assertLimit(limit);
    const no = this.read(() => this.sql.get<{ no: bigint }>(HAS_STREAM, { stream })?.no);
    if (no === undefined) throw streamMissing(stream);
    let next = from;
    for (let left = limit ?? Infinity; left > 0;) {
      const events = this.streamPage(stream, no, next, Math.min(left, PAGE_EVENTS));
      yield* events;
      if (events.length < PAGE_EVENTS) return;
      next += BigInt(events.length);
      left -= events.length;
    }
  }

  async *readAll(after?: Position, limit?: number) {
    assertLimit(limit);
    let last = after;
    for (let left = limit ?? Infinity; left > 0;) {
      const events = this.page(last, Math.min(left, PAGE_EVENTS));
      yield* events;
      if (events.length < PAGE_EVENTS) return;
      last = events.at(-1)?.position;
      left -= events.length;
    }
  }

  subscribe(after: Position | undefined, signal: AbortSignal): AsyncIterable<Delivery> {
    if (after !== undefined) sqlitePositions.sequenceOf(after);
    const { commits, positions } = this;
    return follow(
      { page: (last) => this.page(last, PAGE_EVENTS), commits, positions },
      after,
      signal,
    );
  }

  async head(): Promise<Position | undefined> {
    const head = this.read(() => this.sql.get<{ head: bigint | null }>(READ_HEAD)?.head);
    return typeof head === 'bigint' ? sqlitePositions.at(head) : undefined;
  }

  async find(ids: readonly string[]): Promise<ReadonlyMap<string, Placed>> {
    this.assertOpen();
    const found = new Map<string, Placed>();
    const bytes = Buffer.alloc(16);
    for (const id of ids) {
      writeUuid(id, bytes, 0);
      const row = this.read(() => this.sql.get<PlacedRow>(FIND_ID, { id: bytes }));
      if (row !== undefined) found.set(id, { ...row, position: sqlitePositions.at(row.position) });
    }
    return found;
  }

  notify(): void {
    this.commits.notify();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.commits.notify();
    this.sql.close();
  }

  private streamPage(stream: string, no: bigint, from: bigint, limit: number): RecordedEvent[] {
    const rows = this.read(() =>
      this.sql.all<EventRow>(READ_STREAM_PAGE, { stream, no, from, limit }),
    );
    return rows.map((row, i) => this.checked(row, row.revision, from + BigInt(i), 'revision'));
  }

  private page(after: Position | undefined, limit: number): RecordedEvent[] {
    const last = after === undefined ? 0n : sqlitePositions.sequenceOf(after);
    const rows = this.read(() => this.sql.all<EventRow>(READ_ALL_PAGE, { after: last, limit }));
    return rows.map((row, i) => this.checked(row, row.position, last + 1n + BigInt(i), 'position'));
  }

  /** @throws TieoutError `store-corrupt` when the row is not the next one, or its entry is not what was sealed */
  private checked(row: EventRow, found: bigint, expected: bigint, counted: string): RecordedEvent {
    if (found !== expected || row.stream === null) {
      throw this.corrupt(row, `has a gap: ${counted} ${expected} is missing`, expected, found);
    }
    if (!row.leaf.equals(leafHash(row.entry))) {
      throw this.corrupt(row, `was changed at revision ${row.revision}`, row.leaf, row.entry);
    }
    const { stream, revision, position, storeId, type, entry } = row;
    return {
      stream,
      revision,
      position: sqlitePositions.at(position),
      storeId: readUuid(storeId),
      type,
      entry,
    };
  }

  private corrupt(row: EventRow, what: string, expected: bigint | Buffer, found: bigint | Buffer) {
    const finding = storeCorrupt(`${row.stream ?? 'The log'} ${what}.`, {
      stream: row.stream,
      revision: String(row.revision),
      position: String(row.position),
      expected: typeof expected === 'bigint' ? String(expected) : expected.toString('hex'),
      found: typeof found === 'bigint' ? String(found) : hex(leafHash(found)),
    });
    this.found(finding);
    return finding;
  }

  private assertOpen(): void {
    if (this.closed) throw storeUnavailable('closed', 'The store is closed.');
  }

  private read<T>(query: () => T): T {
    this.assertOpen();
    try {
      return query();
    } catch (error) {
      throw storeFailure(error) ?? error;
    }
  }
}

interface PlacedRow {
  readonly stream: string;
  readonly revision: bigint;
  readonly position: bigint;
}
