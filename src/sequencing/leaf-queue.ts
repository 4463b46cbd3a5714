import { storeCorrupt } from '../kernel/errors';
import { type Entry } from '../kernel/entry';
import { hex, leafHash } from '../kernel/hash';
import { decodeRecorded } from '../commanding';
import { type AppendCall, type Position, type RecordedEvent } from '../event-store';
import { type Sql } from '../event-store/sqlite';

/** An event that is the next leaf, once the ones before it are sealed. */
export interface Leaf {
  readonly event: RecordedEvent;
  readonly entry: Entry;
  readonly leaf: Uint8Array;
  /** when it arrived here, in milliseconds of the caller's clock */
  readonly arrivedMs: number;
}

interface StreamEnd {
  readonly revision: number;
  readonly leaf: string;
}

const STREAM_END = `
  SELECT event.revision, event.leaf
    FROM stream JOIN event ON event.stream_no = stream.no
   WHERE stream.name = :stream ORDER BY event.revision DESC LIMIT 1`;
const HAS_ID = `SELECT 1 FROM event WHERE id = :id`;

/** Events behind the last checkpoint, in the global order, each checked against the one before it in its stream. */
export class LeafQueue {
  private leaves: Leaf[] = [];
  private readonly ends = new Map<string, StreamEnd>();

  constructor(private readonly sql: Sql) {}

  get length(): number {
    return this.leaves.length;
  }

  get oldest(): Leaf | undefined {
    return this.leaves[0];
  }

  first(count: number): readonly Leaf[] {
    return this.leaves.slice(0, count);
  }

  lastPosition(): Position | undefined {
    return this.leaves.at(-1)?.event.position;
  }

  /** @throws TieoutError `store-corrupt`: nothing is skipped */
  add(event: RecordedEvent, arrivedMs: number): void {
    const entry = decodeRecorded(event);
    const end = this.endOf(event.stream);
    const expected = (end?.revision ?? -1) + 1;
    if (entry.revision !== expected || entry.prev !== end?.leaf) {
      throw storeCorrupt(
        `${event.stream} revision ${event.revision} does not follow its revision ${expected - 1}.`,
        { stream: event.stream, expected: String(expected), found: String(event.revision) },
      );
    }
    const leaf = leafHash(event.entry);
    this.ends.set(event.stream, { revision: entry.revision, leaf: hex(leaf) });
    this.leaves.push({ event, entry, leaf, arrivedMs });
  }

  /**
   * What a node must know before it signs: an id stands once in the log. Who only follows is told by the index of its own
   * file.
   *
   * @throws TieoutError `store-corrupt`
   */
  checkIds(leaves: readonly Leaf[]): void {
    const ids = new Set<string>();
    for (const { event, entry } of leaves) {
      if (ids.has(entry.id) || this.isKnown(entry.id)) {
        throw storeCorrupt(
          `${event.stream} revision ${event.revision} has the id ${entry.id} of another event.`,
          { stream: event.stream, revision: String(event.revision), id: entry.id },
        );
      }
      ids.add(entry.id);
    }
  }

  /** They are sealed: what is known of them now is in the node's own log. */
  drop(count: number): void {
    for (const { event, entry } of this.leaves.slice(0, count)) {
      const end = this.ends.get(event.stream);
      if (end?.revision === entry.revision) this.ends.delete(event.stream);
    }
    this.leaves = this.leaves.slice(count);
  }

  clear(): void {
    this.leaves = [];
    this.ends.clear();
  }

  private endOf(stream: string): StreamEnd | undefined {
    const pending = this.ends.get(stream);
    if (pending !== undefined) return pending;
    const row = this.sql.get<{ revision: bigint; leaf: Uint8Array }>(STREAM_END, { stream });
    return row && { revision: Number(row.revision), leaf: hex(row.leaf) };
  }

  private isKnown(id: string): boolean {
    const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
    return this.sql.get(HAS_ID, { id: bytes }) !== undefined;
  }
}

/** The appends of a transaction: neighbours of one stream together, the order kept. */
export function appendsOf(leaves: readonly Leaf[]): AppendCall[] {
  const appends: (AppendCall & { readonly events: unknown[] })[] = [];
  for (const { event, entry, leaf } of leaves) {
    const { stream, revision, storeId, type } = event;
    const one = { id: entry.id, storeId, type, entry: event.entry, leaf };
    const last = appends.at(-1);
    if (last?.stream === stream) last.events.push(one);
    else {
      const prev = entry.prev === undefined ? undefined : Buffer.from(entry.prev, 'hex');
      const expected = revision === 0n ? ('no-stream' as const) : revision - 1n;
      appends.push({ stream, expected, events: [one], prev });
    }
  }
  return appends;
}
