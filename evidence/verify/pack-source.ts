import { refused } from '../../src/sealing/findings';

/** One file of a pack, read in pieces so that its size does not matter. */
export interface PackFile {
  /** below the top folder, parts joined by `/` */
  readonly name: string;
  readonly bytes: number;
  /** checksum that the ZIP states */
  readonly crc?: number;
  /** Exactly `length` bytes. @throws Error when the file ends before, or cannot be read */
  read(offset: number, length: number): Buffer;
}

/** The files of a pack, from a folder or a ZIP. Neither contents nor hashes are checked yet. */
export interface PackSource {
  /** name of the top folder: the pack's id */
  readonly top: string;
  readonly files: ReadonlyMap<string, PackFile>;
  close(): void;
}

export const FILES_MAX = 100_000;
export const PACK_BYTES_MAX = 4 * 1024 ** 3;
/** Files that are read whole. */
export const WHOLE_BYTES_MAX = 64 * 1024 ** 2;
export const CHUNK_BYTES = 1024 ** 2;

const PART = /^[A-Za-z0-9._-]{1,255}$/u;

/** Builds the map of files and refuses names that two systems could take differently. */
export class FileNames {
  readonly files = new Map<string, PackFile>();
  private readonly folded = new Set<string>();
  private bytes = 0;

  /** @throws TieoutError `proof-invalid`: `pack-file` or `limit-exceeded` */
  add(file: PackFile): void {
    const { name } = file;
    checkName(name);
    if (this.folded.has(name.toLowerCase())) {
      throw refused(
        'pack-file',
        `The name ${name} stands twice, or differs from another only by case.`,
      );
    }
    this.folded.add(name.toLowerCase());
    this.bytes += file.bytes;
    if (this.folded.size > FILES_MAX)
      throw refused('limit-exceeded', `More than ${FILES_MAX} files.`);
    if (this.bytes > PACK_BYTES_MAX) throw refused('limit-exceeded', 'More than 4 GiB in all.');
    this.files.set(name, file);
  }
}

/** @throws TieoutError `proof-invalid`, finding `pack-file` */
export function checkName(name: string): void {
  const parts = name.split('/');
  if (parts.every((part) => PART.test(part) && part !== '.' && part !== '..')) return;
  throw refused(
    'pack-file',
    `${JSON.stringify(name.slice(0, 200))} is no name that a pack may have.`,
  );
}

/** The whole file. @throws TieoutError `proof-invalid`, finding `limit-exceeded` */
export function readWhole(file: PackFile, max = WHOLE_BYTES_MAX): Buffer {
  if (file.bytes > max) {
    throw refused('limit-exceeded', `${file.name} has ${file.bytes} bytes; the limit is ${max}.`);
  }
  return file.read(0, file.bytes);
}

/** The file in pieces of at most 1 MiB. */
export function* chunksOf(file: PackFile): Generator<Buffer> {
  for (let offset = 0; offset < file.bytes; offset += CHUNK_BYTES) {
    yield file.read(offset, Math.min(CHUNK_BYTES, file.bytes - offset));
  }
}
