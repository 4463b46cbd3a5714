import { type Entry } from '../kernel/entry';
import { readBundle } from './entry-bundle';
import { readEntry } from './entry-check';
import { readCheckpoint } from './checkpoint';
import { ExportedFolder } from './exported-folder';
import { refused } from './findings';
import { type SignedCheckpoint } from './signed-checkpoint';
import { TILE_WIDTH } from './tile-builder';
import { bundlePath } from './tile-path';
import { partialWidth } from './tile-reader';

export interface ExportedEvent {
  readonly entry: Entry;
  readonly bytes: Uint8Array;
}

/** What an exported log has behind a size, and the checkpoint it ends with. Nothing of it is believed yet. */
export interface ExportedTail {
  readonly checkpoint: SignedCheckpoint;
  /** in the order of the log */
  readonly events: Iterable<ExportedEvent>;
}

/**
 * Opens the tail of an exported log.
 *
 * @param from index of its first event
 * @throws TieoutError `proof-invalid`: `checkpoint-syntax`, `log-short`, `pack-file`; while events are taken also
 *   `entry-not-canonical`, `entry-schema`
 */
export function exportedTail(path: string, from: number): ExportedTail {
  const folder = new ExportedFolder(path);
  const checkpoint = readCheckpoint(folder.checkpoint());
  return { checkpoint, events: eventsOf(folder, from, checkpoint.size) };
}

function* eventsOf(folder: ExportedFolder, from: number, size: number): Generator<ExportedEvent> {
  for (let n = Math.floor(from / TILE_WIDTH); n * TILE_WIDTH < size; n += 1) {
    const file = bundlePath(n, partialWidth(n, size));
    const bundle = folder.piece(file);
    const entries = bundle && readBundle(bundle);
    if (entries?.length !== Math.min(TILE_WIDTH, size - n * TILE_WIDTH)) {
      throw refused('log-short', `${file} is missing or does not hold all of its entries.`);
    }
    for (const bytes of entries.slice(Math.max(0, from - n * TILE_WIDTH))) {
      const { entry, finding } = readEntry(bytes);
      if (entry === undefined) throw refused(finding.code, `${file}: ${finding.detail}`);
      yield { entry, bytes };
    }
  }
}
