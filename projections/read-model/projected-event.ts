import { createHash } from 'node:crypto';
import { type Positions, type RecordedEvent } from '../../src/event-store/port';
import { type Entry } from '../../src/kernel/entry';
import { storeCorrupt } from '../../src/kernel/errors';
import { type ProjectedEvent } from './projection';

const LEAF_PREFIX = Uint8Array.of(0);
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** RFC 6962 leaf of a stored entry, 32 bytes. */
export function leafOf(entry: Uint8Array): Uint8Array {
  return createHash('sha256').update(LEAF_PREFIX).update(entry).digest();
}

/**
 * Reads a recorded event for projections. The bytes were checked strictly when they were written and are checked again
 * by sealing; here the envelope must agree with the place where the store has it.
 *
 * @throws TieoutError `store-corrupt`
 */
export function projectedEvent(
  recorded: RecordedEvent,
  index: number,
  positions: Positions,
): ProjectedEvent {
  const { stream, type } = recorded;
  const revision = Number(recorded.revision);
  const position = positions.print(recorded.position);
  const entry = JSON.parse(utf8.decode(recorded.entry)) as Entry;
  const agrees =
    entry.v === 1 && entry.stream === stream && entry.revision === revision && entry.type === type;
  if (!agrees) {
    throw storeCorrupt(`The entry at ${position} is not the one its place names.`, {
      position,
      stream,
      revision,
    });
  }
  return new RecordedProjectedEvent(
    { position, index, stream, revision, type, entry },
    recorded.entry,
  );
}

type Parts = Omit<ProjectedEvent, 'leaf' | 'entryBytes'>;

/** Most projections do not look at the leaf, and a hash costs as much as a row. */
class RecordedProjectedEvent implements ProjectedEvent {
  readonly position: string;
  readonly index: number;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly entry: Entry;
  private hashed: Uint8Array | undefined;

  constructor(
    parts: Parts,
    private readonly bytes: Uint8Array,
  ) {
    this.position = parts.position;
    this.index = parts.index;
    this.stream = parts.stream;
    this.revision = parts.revision;
    this.type = parts.type;
    this.entry = parts.entry;
  }

  get leaf(): Uint8Array {
    this.hashed ??= leafOf(this.bytes);
    return this.hashed;
  }

  get entryBytes(): number {
    return this.bytes.length;
  }
}
