import { type Instant } from '../../src/kernel/runtime';
import { type ModelFile } from './database';
import { type ProjectedEvent, type SqlValue } from './projection';

/** Where a generation stands, saved in the transaction of the rows. */
export interface Checkpoint {
  readonly generation: string;
  /** true once the build had reached the head; only such a file is served after a restart */
  readonly complete: boolean;
  /** printed position up to which nothing is missing */
  readonly position: string | undefined;
  /** events applied since the first of the log */
  readonly events: number;
  /** the last applied event, to recognise the log again */
  readonly last: LastApplied | undefined;
}

export interface LastApplied {
  readonly position: string;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly leaf: Uint8Array;
  readonly recordedAt: Instant;
}

export function lastAppliedOf(event: ProjectedEvent): LastApplied {
  const { position, stream, revision, leaf, entry } = event;
  return { position, stream, revision, id: entry.id, leaf, recordedAt: entry.recordedAt };
}

const READ_CHECKPOINT = `
  SELECT generation, complete, position, events, event_position, stream, revision, event_id, leaf, recorded_at
    FROM checkpoint
   WHERE only = 1`;

const SAVE_CHECKPOINT = `
  INSERT OR REPLACE INTO checkpoint (only, generation, complete, position, events, saved_at,
         event_position, stream, revision, event_id, leaf, recorded_at)
  VALUES (1, :generation, :complete, :position, :events, :savedAt,
         :eventPosition, :stream, :revision, :eventId, :leaf, :recordedAt)`;

const READ_POSITION = `SELECT position FROM checkpoint WHERE only = 1`;

export function readCheckpoint(file: ModelFile, generation: string): Checkpoint {
  const row = file.get<Record<string, SqlValue>>(READ_CHECKPOINT);
  if (row === undefined) {
    return { generation, complete: false, position: undefined, events: 0, last: undefined };
  }
  const last =
    row.stream === null
      ? undefined
      : {
          position: row.event_position as string,
          stream: row.stream as string,
          revision: Number(row.revision),
          id: row.event_id as string,
          leaf: row.leaf as Uint8Array,
          recordedAt: row.recorded_at as Instant,
        };
  return {
    generation: row.generation as string,
    complete: row.complete === 1n,
    position: (row.position as string | null) ?? undefined,
    events: Number(row.events),
    last,
  };
}

export function saveCheckpoint(file: ModelFile, checkpoint: Checkpoint, savedAt: Instant): void {
  const { generation, complete, position, events, last } = checkpoint;
  file.run(SAVE_CHECKPOINT, {
    generation,
    complete: complete ? 1n : 0n,
    position: position ?? null,
    events: BigInt(events),
    savedAt,
    eventPosition: last?.position ?? null,
    stream: last?.stream ?? null,
    revision: last === undefined ? null : BigInt(last.revision),
    eventId: last?.id ?? null,
    leaf: last?.leaf ?? null,
    recordedAt: last?.recordedAt ?? null,
  });
}

/** The position of the snapshot that `file` is in. */
export function readPosition(file: ModelFile): string | undefined {
  return file.get<{ position: string | null }>(READ_POSITION)?.position ?? undefined;
}
