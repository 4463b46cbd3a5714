import { isTieoutError, storeCorrupt } from '../kernel/errors';
import { URL_NAMESPACE, uuidV5 } from '../kernel/ids';
import { canonicalBytes } from '../kernel/canonical-json';
import { type NewEvent } from '../event-store';
import { type ServerRecord } from '../event-store/kurrentdb';
import { readCheckpoint, type SignedCheckpoint } from '../sealing';

/** A checkpoint as the nodes share it, with the place of the last leaf that it covers. */
export interface CheckpointRecord {
  readonly checkpoint: SignedCheckpoint;
  /** printed position */
  readonly last: string;
}

export const CHECKPOINT_TYPE = 'ledger.checkpoint';

/** Two nodes that seal one size write the same bytes under the same id: signatures are deterministic. */
export function checkpointEvent({ checkpoint, last }: CheckpointRecord): NewEvent {
  const { origin, size, root, note } = checkpoint;
  const hex = Buffer.from(root).toString('hex');
  const id = uuidV5(uuidV5(URL_NAMESPACE, `https://${origin}`), `checkpoint\n${size}\n${hex}`);
  const entry = canonicalBytes({ v: 1, size, root: hex, note, last });
  return { id, storeId: id, type: CHECKPOINT_TYPE, entry };
}

/** @throws TieoutError `store-corrupt` for anything but what `checkpointEvent` writes for this log */
export function readCheckpointRecord(record: ServerRecord, origin: string): CheckpointRecord {
  try {
    const data = JSON.parse(Buffer.from(record.data ?? []).toString('utf8')) as {
      readonly note?: unknown;
      readonly last?: unknown;
    };
    const { note, last } = data;
    if (typeof note !== 'string' || typeof last !== 'string') throw new Error('has no note');
    const checkpoint = readCheckpoint(note);
    const again = checkpointEvent({ checkpoint, last });
    const isSame =
      checkpoint.origin === origin &&
      record.type === CHECKPOINT_TYPE &&
      Buffer.compare(again.entry, record.data ?? Buffer.alloc(0)) === 0;
    if (!isSame) throw new Error('is of another log or form');
    return { checkpoint, last };
  } catch (error) {
    const why = isTieoutError(error) || error instanceof Error ? error.message : String(error);
    throw storeCorrupt(`${record.name} revision ${record.revision} is no checkpoint: ${why}.`, {
      stream: record.name,
      revision: String(record.revision),
    });
  }
}
