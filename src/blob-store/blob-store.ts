import { type Readable } from 'node:stream';

export interface StoredBlob {
  /** 64 hex: the content's SHA-256 is its name */
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Files by the hash of their content. The same content is stored once; nothing is changed or removed. What `put` answered
 * survives a crash.
 */
export interface BlobStore {
  /**
   * Streams a file in; memory stays flat.
   *
   * @param bytesMax the most that is taken
   * @throws TieoutError `too-large` beyond `bytesMax`, `storage-full` when the disk is, `store-unavailable`
   *   when it fails
   */
  put(content: AsyncIterable<Uint8Array>, bytesMax?: number): Promise<StoredBlob>;
  putBytes(content: Uint8Array): Promise<StoredBlob>;
  /** @throws TieoutError `not-found` through the stream when there is no such blob */
  open(sha256: string): Readable;
  /** For projections, which run synchronously; keep it for files that fit in memory. */
  read(sha256: string): Buffer | undefined;
  has(sha256: string): boolean;
}
