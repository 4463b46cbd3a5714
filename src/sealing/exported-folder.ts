import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
} from 'node:fs';
import { join } from 'node:path';
import { refused } from './findings';
import { NOTE_BYTES_MAX } from './note';
import { readTilePath } from './tile-path';

/** 256 entries of the largest size with their lengths. */
const PIECE_BYTES_MAX = 256 * (2 + 65_535);
const POLICY_BYTES_MAX = 64 * 1024;
/** Of the longest path of a tile: `tile`, level, five groups and the last one, width. */
const PARTS_MAX = 9;

/** Name of the policy text beside the checkpoint of an exported log. */
export const KEYS_FILE = 'keys';
export const CHECKPOINT_FILE = 'checkpoint';

/** Reads an exported log, whoever wrote it: no links, no name but those of the layout, every file bounded. */
export class ExportedFolder {
  constructor(readonly folder: string) {}

  /** @throws TieoutError `proof-invalid`: `log-short` when there is none, `pack-file`, `limit-exceeded` */
  checkpoint(): Uint8Array {
    const note = this.read(CHECKPOINT_FILE, NOTE_BYTES_MAX);
    if (note === undefined) throw refused('log-short', `${this.folder} has no checkpoint.`);
    return note;
  }

  /** The policy text that the exporter wrote; a copy of it in the log's own folder is no trust. */
  keys(): string | undefined {
    const text = this.read(KEYS_FILE, POLICY_BYTES_MAX);
    return text && Buffer.from(text).toString('utf8');
  }

  /**
   * The bytes of a tile or bundle.
   *
   * @param path one that `logPieces` gives
   * @returns undefined when there is no such file
   * @throws TieoutError `proof-invalid`: `pack-file` for a link or no file, `limit-exceeded` for one that is too long
   */
  piece(path: string): Uint8Array | undefined {
    if (readTilePath(path) === undefined) throw new RangeError(`${path} is no path of a tile`);
    return this.read(path, PIECE_BYTES_MAX);
  }

  /** Names of the folder that are no part of an exported log, from its top on. Links are not followed. */
  *strangers(): Generator<string> {
    for (const { path, isPlain } of this.names()) if (!isPlain || !isOfLayout(path)) yield path;
  }

  /** Number of bundles that are there, whatever is in them. */
  countBundles(): number {
    let count = 0;
    for (const { path, isPlain } of this.names()) {
      if (isPlain && readTilePath(path)?.level === 'entries') count += 1;
    }
    return count;
  }

  private *names(below = ''): Generator<{ readonly path: string; readonly isPlain: boolean }> {
    for (const entry of readdirSync(join(this.folder, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      const isInside = path === 'tile' || below.startsWith('tile');
      if (entry.isDirectory() && isInside && path.split('/').length < PARTS_MAX) {
        yield* this.names(path);
      } else {
        yield { path, isPlain: entry.isFile() };
      }
    }
  }

  private read(path: string, most: number): Uint8Array | undefined {
    const file = this.open(path);
    if (file === undefined) return undefined;
    try {
      const { size } = fstatSync(file);
      if (size > most) throw refused('limit-exceeded', `${path} has ${size} bytes, over ${most}.`);
      const bytes = Buffer.alloc(size);
      for (let at = 0; at < size;) {
        const read = readSync(file, bytes, at, size - at, at);
        if (read === 0) throw refused('pack-file', `${path} became shorter while it was read.`);
        at += read;
      }
      return bytes;
    } finally {
      closeSync(file);
    }
  }

  private open(path: string): number | undefined {
    this.refuseLinks(path);
    try {
      const file = openSync(
        join(this.folder, path),
        constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
      );
      if (fstatSync(file).isFile()) return file;
      closeSync(file);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      if (code !== 'ELOOP') throw error;
    }
    throw refused('pack-file', `${path} is no plain file.`);
  }

  /** A folder on the way that is a link would lead out of the log. */
  private refuseLinks(path: string): void {
    const parts = path.split('/').slice(0, -1);
    for (let i = 1; i <= parts.length; i += 1) {
      const folder = join(this.folder, ...parts.slice(0, i));
      if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
        throw refused('pack-file', `${parts.slice(0, i).join('/')} is a link.`);
      }
    }
  }
}

const isOfLayout = (path: string): boolean =>
  path === CHECKPOINT_FILE || path === KEYS_FILE || readTilePath(path) !== undefined;
