import { closeSync, mkdirSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';

const MEMORY_BYTES_MAX = 256 * 1024;
const READ_BYTES = 64 * 1024;

export interface SpoolOptions {
  readonly folder: string;
  /** unique name of the file */
  readonly name: string;
  /** most bytes that wait to be read */
  readonly bytesMax: number;
}

/**
 * The reply of a bulk stream. A client that writes everything before it reads anything is common: what it has not read goes
 * to disk, so that memory stays flat and reading the request never stops for it.
 */
export class ResultSpool extends Readable {
  private readonly waiting: Buffer[] = [];
  private waitingBytes = 0;
  private file: number | undefined;
  private written = 0;
  private read_ = 0;
  private wanted = false;
  private ended = false;

  constructor(private readonly options: SpoolOptions) {
    super({ highWaterMark: READ_BYTES });
  }

  /** @returns false when more waits than is allowed; nothing of this text was taken then */
  add(text: string): boolean {
    // Nobody is left to read: what was recorded stays recorded, and its results are found by sending again.
    if (this.destroyed) return true;
    const bytes = Buffer.from(text, 'utf8');
    if (this.unread + bytes.length > this.options.bytesMax) return false;
    if (this.file === undefined && this.waitingBytes + bytes.length <= MEMORY_BYTES_MAX) {
      this.waiting.push(bytes);
      this.waitingBytes += bytes.length;
    } else {
      this.toFile(bytes);
    }
    this.give();
    return true;
  }

  /** No more comes; what waits is still given. */
  finish(lastText: string): void {
    if (this.destroyed) return;
    const bytes = Buffer.from(lastText, 'utf8');
    if (this.file === undefined) this.waiting.push(bytes);
    else this.toFile(bytes);
    this.ended = true;
    this.give();
  }

  override _read(): void {
    this.wanted = true;
    this.give();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.closeFile();
    done(error);
  }

  private get unread(): number {
    return this.waitingBytes + this.written - this.read_;
  }

  private give(): void {
    while (this.wanted) {
      const next = this.next();
      if (next === undefined) {
        if (this.ended) {
          this.wanted = false;
          this.push(null);
        }
        return;
      }
      this.wanted = this.push(next);
    }
  }

  /** Memory was filled before the file was begun, so it is emptied first. */
  private next(): Buffer | undefined {
    const bytes = this.waiting.shift();
    if (bytes !== undefined) {
      this.waitingBytes -= bytes.length;
      return bytes;
    }
    if (this.file === undefined) return undefined;
    if (this.read_ === this.written) {
      this.closeFile();
      return undefined;
    }
    const chunk = Buffer.allocUnsafe(Math.min(READ_BYTES, this.written - this.read_));
    const length = readSync(this.file, chunk, 0, chunk.length, this.read_);
    this.read_ += length;
    return chunk.subarray(0, length);
  }

  private toFile(bytes: Buffer): void {
    this.file ??= this.openFile();
    // Written at once and without waiting: it goes to the page cache, at most some hundred kilobytes a window.
    writeSync(this.file, bytes, 0, bytes.length, this.written);
    this.written += bytes.length;
  }

  private openFile(): number {
    mkdirSync(this.options.folder, { recursive: true, mode: 0o700 });
    const path = join(this.options.folder, this.options.name);
    const file = openSync(path, 'wx+', 0o600);
    // Unlinked while open: no crash leaves it behind.
    unlinkSync(path);
    return file;
  }

  private closeFile(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
    this.written = 0;
    this.read_ = 0;
  }
}
