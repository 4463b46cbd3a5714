import { existsSync, readdirSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { storeCorrupt } from '../kernel/errors';
import { hex, leafHash } from '../kernel/hash';
import { readCheckpoint } from './checkpoint';
import { readBundle } from './entry-bundle';
import { CHECKPOINT_FILE, ExportedFolder, KEYS_FILE } from './exported-folder';
import { refused } from './findings';
import { FolderWriter } from './folder-writer';
import { countPieces, type LogPiece, logPieces, outgrownPieces } from './log-pieces';
import { type SignedCheckpoint } from './signed-checkpoint';
import { type TileReader } from './tile-reader';

/** What the export reads: a log of a store, which may go on growing meanwhile. */
export interface ExportableLog extends TileReader {
  checkpoint(): SignedCheckpoint;
  /** 32 bytes, from the stored tiles */
  rootAt(size: number): Uint8Array;
}

export interface LogExportOptions {
  readonly log: ExportableLog;
  readonly folder: string;
  /** policy text written beside the checkpoint */
  readonly keys: string;
  /** leave out what a log of this size had: for a mirror that has it */
  readonly fromSize?: number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface LogExported {
  readonly origin: string;
  readonly size: number;
  /** size of the log that the folder had before; 0 for a new one */
  readonly from: number;
  /** bundles and tiles written */
  readonly files: number;
  /** false when it was interrupted: no checkpoint was written, and the same command goes on */
  readonly isFinished: boolean;
}

/** Files between two looks at the signal and at other work. */
const FILES_AT_ONCE = 64;

/**
 * Writes the log as C2SP tlog-tiles files. On a folder that holds an earlier export only what is new is written, after the
 * checkpoint that is there was found to be one of this log. The checkpoint is written last.
 *
 * @throws TieoutError `proof-invalid` when the folder is another log's or no log's; `store-corrupt` when what is read is not
 *   what was sealed
 */
export async function exportLog(options: LogExportOptions): Promise<LogExported> {
  const { log, folder, signal } = options;
  const checkpoint = log.checkpoint();
  const { origin, size } = checkpoint;
  if (hex(log.rootAt(size)) !== hex(checkpoint.root)) {
    throw storeCorrupt('The stored tiles do not lead to the root of the last checkpoint.');
  }
  const before = earlier(options, checkpoint);
  const from = Math.max(before, Math.min(options.fromSize ?? 0, size));
  const writer = new FolderWriter(folder);
  const total = countPieces(size, from);
  let files = 0;
  let leaves: Uint8Array = new Uint8Array();
  for (const piece of logPieces(size, from)) {
    if (signal?.aborted === true) return { origin, size, from: before, files, isFinished: false };
    const bytes = read(log, piece);
    if (piece.level === 'entries') leaves = leavesOf(bytes);
    if (piece.level === 0 && Buffer.compare(bytes, leaves) !== 0) {
      throw storeCorrupt(`The entries of ${piece.path} are not those that were sealed.`);
    }
    writer.write(piece.path, bytes);
    files += 1;
    options.onProgress?.(files, total);
    if (files % FILES_AT_ONCE === 0) await setImmediate();
  }
  writer.write(KEYS_FILE, options.keys);
  writer.sync();
  writer.write(CHECKPOINT_FILE, checkpoint.note);
  writer.sync();
  for (const path of outgrownPieces(size, before)) writer.remove(path);
  return { origin, size, from: before, files, isFinished: true };
}

/** Size of the export that the folder holds: its checkpoint must be one of this log. */
function earlier({ folder, log }: LogExportOptions, { origin, size }: SignedCheckpoint): number {
  if (!existsSync(folder)) return 0;
  const names = readdirSync(folder);
  if (!names.includes(CHECKPOINT_FILE)) {
    const strange = names.find((name) => ![KEYS_FILE, 'tile', '.writing'].includes(name));
    if (strange === undefined) return 0;
    throw refused('pack-file', `${folder} holds ${strange} and no checkpoint. Name a new folder.`);
  }
  const there = readCheckpoint(new ExportedFolder(folder).checkpoint());
  if (there.origin !== origin) {
    throw refused('checkpoint-origin', `${folder} holds ${there.origin}, not ${origin}.`);
  }
  if (there.size > size) {
    throw refused(
      'checkpoint-rollback',
      `${folder} holds ${there.size} entries, the ledger has ${size}.`,
    );
  }
  if (hex(log.rootAt(there.size)) !== hex(there.root)) {
    throw refused(
      'checkpoint-inconsistent',
      `The checkpoint of ${there.size} entries in ${folder} is not of this log. Nothing was written.`,
    );
  }
  return there.size;
}

const read = (log: TileReader, { level, n, width }: LogPiece): Uint8Array =>
  level === 'entries' ? log.bundle(n, width) : log.tile(level, n, width);

const leavesOf = (bundle: Uint8Array): Uint8Array =>
  Buffer.concat((readBundle(bundle) ?? []).map(leafHash));
