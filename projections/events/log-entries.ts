import { leafOf } from '../read-model';
import { type Entry } from '../../src/kernel/entry';

/** Stored entries by log index; the sealed log is one. */
export interface LogEntries {
  /** The stored bytes. @throws TieoutError `not-found` beyond the log */
  entryBytes(index: number): Uint8Array;
}

export interface LogEntry {
  readonly entry: Entry;
  readonly bytes: Uint8Array;
  /** 64 hex */
  readonly leaf: string;
}

/** Reads one entry back; what it says was checked when it was written, and its proof is the reader's to check. */
export function logEntryAt(log: LogEntries, index: number): LogEntry {
  const bytes = log.entryBytes(index);
  const entry = JSON.parse(Buffer.from(bytes).toString('utf8')) as Entry;
  return { entry, bytes, leaf: Buffer.from(leafOf(bytes)).toString('hex') };
}
