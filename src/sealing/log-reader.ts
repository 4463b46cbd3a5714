import { type SignedCheckpoint } from './signed-checkpoint';

/** The sealed log of one ledger, read from its store. Every answer is of committed events only. */
export interface LogReader {
  /** leaves under the newest checkpoint; 0 for a ledger without events */
  size(): number;
  /** @throws TieoutError `not-found` for a ledger without events */
  checkpoint(): SignedCheckpoint;
  /** The kept checkpoint of exactly that size. @throws TieoutError `not-found` when there is none */
  checkpointAt(size: number): SignedCheckpoint;
  /** The smallest kept checkpoint that covers this index: the one of the event's own commit. @throws TieoutError `not-found` */
  firstCheckpointOf(index: number): SignedCheckpoint;
  /** 32 bytes. @throws TieoutError `not-found` beyond the size */
  leaf(index: number): Uint8Array;
  /** The stored bytes: SHA-256 of 0x00 and these is the leaf. @throws TieoutError `not-found` beyond the size */
  entryBytes(index: number): Uint8Array;
  /** @throws TieoutError `range-invalid` unless 0 <= index < size <= size() */
  inclusionProof(index: number, size: number): Uint8Array[];
  /** @throws TieoutError `range-invalid` unless 0 <= from <= to <= size() */
  consistencyProof(from: number, to: number): Uint8Array[];
}
