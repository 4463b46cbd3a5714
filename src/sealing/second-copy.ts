import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isTieoutError, TieoutError } from '../kernel/errors';
import { openSqlite } from '../event-store/sqlite';
import { readCheckpoint } from './checkpoint';
import { orDamaged } from './damaged-page';
import { readBundle } from './entry-bundle';
import { ExportedFolder } from './exported-folder';
import { TILE_WIDTH } from './tile-builder';
import { bundlePath } from './tile-path';
import { partialWidth } from './tile-reader';

/**
 * Another copy of a log, such as a backup or a mirror: it tells which of two entries was sealed. It need not be whole or
 * good; what it says counts only where it leads to a signed root.
 */
export interface SecondCopy {
  /** @returns undefined where this copy has no entry, or none that can be read */
  entryAt(index: number): Uint8Array | undefined;
  close(): void;
}

const ENTRY_AT = `SELECT CAST(entry AS BLOB) AS entry FROM event WHERE position = :at`;

/**
 * @param path a ledger's folder, or an exported log
 * @throws TieoutError `configuration` when it is neither, or cannot be opened
 */
export function openSecondCopy(path: string): SecondCopy {
  try {
    if (existsSync(join(path, 'ledger.db'))) return storeCopy(join(path, 'ledger.db'));
    return folderCopy(new ExportedFolder(path));
  } catch (error) {
    const detail = `${path} is no other copy of a ledger: ${(error as Error).message}`;
    throw new TieoutError('configuration', detail);
  }
}

function storeCopy(file: string): SecondCopy {
  const sql = openSqlite(file, { readonly: true });
  return {
    entryAt(index) {
      const row = orDamaged(() =>
        sql.get<{ entry: Uint8Array | null }>(ENTRY_AT, { at: index + 1 }),
      );
      return typeof row === 'object' ? (row.entry ?? undefined) : undefined;
    },
    close: () => sql.close(),
  };
}

function folderCopy(folder: ExportedFolder): SecondCopy {
  const { size } = readCheckpoint(folder.checkpoint());
  let last: { readonly n: number; readonly entries: readonly Uint8Array[] } | undefined;
  return {
    entryAt(index) {
      const n = Math.floor(index / TILE_WIDTH);
      // Neighbours are asked for one after the other.
      if (last?.n !== n) last = { n, entries: bundleIn(folder, n, size) };
      return last.entries[index - n * TILE_WIDTH];
    },
    close: () => undefined,
  };
}

function bundleIn(folder: ExportedFolder, n: number, size: number): readonly Uint8Array[] {
  if (n * TILE_WIDTH >= size) return [];
  try {
    const bytes = folder.piece(bundlePath(n, partialWidth(n, size)));
    return (bytes && readBundle(bytes)) ?? [];
  } catch (error) {
    if (!isTieoutError(error)) throw error;
    return [];
  }
}
