import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { threadId } from 'node:worker_threads';
import { notFound, storeUnavailable, TieoutError, tooLarge } from '../kernel/errors';
import { type BlobStore, type StoredBlob } from './blob-store';

const SHA256_HEX = /^[0-9a-f]{64}$/;

/**
 * Blobs in a folder: `<folder>/ab/cd/abcd…`. A file is written beside, synced, renamed and its folder synced, so that a
 * name never stands for half a content.
 */
export function openBlobFolder(folder: string): BlobStore {
  mkdirSync(join(folder, 'tmp'), { recursive: true });
  return new BlobFolder(folder);
}

/** One count for all folders of a thread: two openings of one folder must not write one temporary file. */
let temporaries = 0;

class BlobFolder implements BlobStore {
  constructor(private readonly folder: string) {}

  async put(
    content: AsyncIterable<Uint8Array>,
    bytesMax = Number.MAX_SAFE_INTEGER,
  ): Promise<StoredBlob> {
    temporaries += 1;
    const temporary = join(this.folder, 'tmp', `${process.pid}-${threadId}-${temporaries}`);
    try {
      const blob = await writeSynced(temporary, content, bytesMax);
      await this.keep(temporary, blob.sha256);
      return blob;
    } catch (error) {
      await rm(temporary, { force: true });
      throw diskFailure(error) ?? error;
    }
  }

  putBytes(content: Uint8Array): Promise<StoredBlob> {
    return this.put(Readable.from([content]));
  }

  open(sha256: string): Readable {
    if (!this.has(sha256)) return failing(notFound(`The file ${sha256}`));
    return createReadStream(this.pathOf(sha256));
  }

  read(sha256: string): Buffer | undefined {
    try {
      return readFileSync(this.pathOf(sha256));
    } catch (error) {
      if (hasErrno(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  has(sha256: string): boolean {
    return existsSync(this.pathOf(sha256));
  }

  private async keep(temporary: string, sha256: string): Promise<void> {
    const path = this.pathOf(sha256);
    await mkdir(dirname(path), { recursive: true });
    await rename(temporary, path);
    const second = dirname(path);
    for (const folder of [second, dirname(second), this.folder]) await syncFolder(folder);
  }

  private pathOf(sha256: string): string {
    if (!SHA256_HEX.test(sha256)) throw new TypeError('not a SHA-256 in lower-case hex');
    return join(this.folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  }
}

async function writeSynced(
  path: string,
  content: AsyncIterable<Uint8Array>,
  bytesMax: number,
): Promise<StoredBlob> {
  const file = await open(path, 'w', 0o600);
  try {
    return await writeHashed(file, content, bytesMax);
  } finally {
    await file.close();
  }
}

async function writeHashed(
  file: FileHandle,
  content: AsyncIterable<Uint8Array>,
  bytesMax: number,
): Promise<StoredBlob> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw tooLarge('The file', bytesMax, bytes, 'bytes');
    hash.update(chunk);
    await file.writeFile(chunk);
  }
  await file.sync();
  return { sha256: hash.digest('hex'), bytes };
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** What the disk said, in the words of the API; undefined for what is wrong with the content. */
function diskFailure(cause: unknown): TieoutError | undefined {
  if (hasErrno(cause, 'ENOSPC', 'EDQUOT'))
    return new TieoutError('storage-full', 'The disk is full; nothing was stored.', {}, { cause });
  if (hasErrno(cause, 'EIO', 'EROFS', 'EACCES', 'EPERM'))
    return storeUnavailable('connect', 'The disk failed; nothing was stored.', cause);
  return undefined;
}

const failing = (error: Error): Readable =>
  new Readable({
    read() {
      this.destroy(error);
    },
  });

const hasErrno = (error: unknown, ...codes: readonly string[]): boolean =>
  codes.includes((error as NodeJS.ErrnoException | null)?.code ?? '');
