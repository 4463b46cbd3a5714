import { canonicalBytes } from '../../src/kernel/canonical-json';
import { type Entry } from '../../src/kernel/entry';
import { type Json } from '../../src/kernel/json';
import {
  applyEvent,
  type ProjectedEvent,
  type Projection,
  type ProjectionDb,
  type ReadDb,
  type SqlRow,
} from '../../projections/read-model';
import { type ModelFile } from '../../projections/read-model/database';
import { openGeneration } from '../../projections/read-model/generation';
import { leafOf } from '../../projections/read-model/projected-event';

/** What matters to a test of one event; the rest is filled in. */
export type EventInput = Pick<Entry, 'stream' | 'type'> & Partial<Entry>;

/** Gives events their place in the log: index, position, revision, id, times, previous leaf. */
export class EventSequence {
  private index = 0;
  private readonly streams = new Map<string, { revision: number; leaf: Uint8Array }>();

  next(input: EventInput): ProjectedEvent {
    const index = this.index++;
    const before = this.streams.get(input.stream);
    const revision = before === undefined ? 0 : before.revision + 1;
    const at = new Date(Date.UTC(2026, 0, 5, 8, 0, 0) + index * 1000).toISOString();
    const entry: Entry = {
      v: 1,
      revision,
      id: `00000000-0000-5000-8000-${String(index).padStart(12, '0')}`,
      contract: 1,
      occurredAt: at,
      recordedAt: at,
      actor: { id: 'per-000000000001', kind: 'person' },
      source: { system: 'erp' },
      data: {},
      ...(before === undefined ? {} : { prev: Buffer.from(before.leaf).toString('hex') }),
      ...input,
    };
    const bytes = canonicalBytes(entry as unknown as Json);
    const leaf = leafOf(bytes);
    this.streams.set(input.stream, { revision, leaf });
    const { stream, type } = entry;
    const position = `s.${index + 1}`;
    return { position, index, stream, revision, type, leaf, entry, entryBytes: bytes.length };
  }
}

/**
 * Rows of some projections, kept in memory. Every batch is applied twice and the rows must not differ, so that each
 * projection is held to that in each of its tests.
 */
export class ProjectionHarness {
  private readonly file: ModelFile;
  private readonly sequence = new EventSequence();
  private readonly blobs = new Map<string, Uint8Array>();

  constructor(private readonly projections: readonly Projection[]) {
    this.file = openGeneration(':memory:', projections);
  }

  /** Applies the events as one batch, twice. */
  feed(...inputs: readonly EventInput[]): ProjectedEvent[] {
    const events = inputs.map((input) => this.sequence.next(input));
    this.applyBatch(events);
    const once = this.dump();
    this.applyBatch(events);
    expect(this.dump()).toEqual(once);
    return events;
  }

  putBlob(sha256: string, bytes: Uint8Array): void {
    this.blobs.set(sha256, bytes);
  }

  get db(): ReadDb {
    return this.file;
  }

  /** All rows of all tables, in the order of their columns. */
  dump(): Record<string, SqlRow[]> {
    return dumpRows(this.file);
  }

  close(): void {
    this.file.close();
  }

  private applyBatch(events: readonly ProjectedEvent[]): void {
    const { file, blobs } = this;
    const db: ProjectionDb = {
      all: (sql, params) => file.all(sql, params),
      get: (sql, params) => file.get(sql, params),
      run: (sql, params) => file.run(sql, params),
      batch: new Map(),
      blob: (sha256) => blobs.get(sha256),
    };
    file.write(() => {
      for (const event of events) applyEvent(this.projections, event, db);
      for (const { endOfBatch } of this.projections) endOfBatch?.(db);
    });
  }
}

/** All rows of all tables of a read model's file, but for the checkpoint with its time and name. */
export function dumpRows(db: ReadDb): Record<string, SqlRow[]> {
  const tables = db.all<{ name: string }>(
    `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('checkpoint') ORDER BY name`,
  );
  const ordered = tables.map(({ name }): [string, SqlRow[]] => {
    const columns = db.all<{ name: string }>(`SELECT name FROM pragma_table_info('${name}')`);
    const order = columns.map((column) => `"${column.name}"`).join(', ');
    return [name, db.all(`SELECT ${order} FROM "${name}" ORDER BY ${order}`)];
  });
  return Object.fromEntries(ordered);
}
