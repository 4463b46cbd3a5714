/** Places that are read, sent and checked together; a whole number of level-0 tiles. */
export const BLOCK_PLACES = 1_024;

/** The columns beside the entries of a store, one after the other, each text with LF behind it. */
export interface StoreColumns {
  /** 32 bytes each */
  readonly leaves: Buffer;
  /** 16 bytes each */
  readonly ids: Buffer;
  readonly storeIds: Buffer;
  readonly streams: Buffer;
  readonly revisions: Buffer;
  readonly types: Buffer;
  readonly treeSizes: Buffer;
}

export interface CheckpointRow {
  readonly size: number;
  readonly root: Uint8Array;
  readonly keyId: Uint8Array;
  readonly signature: Uint8Array;
}

export interface TileRow {
  readonly hashes: Uint8Array;
  /** the hash of the level above; undefined where a copy of the log does not keep it here */
  readonly root: Uint8Array | undefined;
}

/** A run of places of a log as a copy of it has them. Nothing in it is trusted. */
export interface BlockRows {
  readonly first: number;
  readonly count: number;
  /** entries one after the other, each behind `gap` bytes that are not its own */
  readonly bytes: Buffer;
  readonly gap: number;
  /** where each ends; a place without an entry is empty */
  readonly ends: Int32Array;
  /** undefined when the copy has none, or they do not fit the entries: each row is then looked at alone */
  readonly columns: StoreColumns | 'none' | 'odd';
  /** with sizes in (first, first + count] */
  readonly checkpoints: readonly CheckpointRow[];
  /** the size of the first checkpoint behind these places, if there is one */
  readonly nextSize: number | undefined;
  /** the stored level-0 tiles from that of `first` on; a missing one is undefined */
  readonly tiles: readonly (TileRow | undefined)[];
}

/** Reads a copy of a log block by block, in any order. Each thread has its own. */
export interface BlockReader {
  /** @throws the file system's or the driver's error */
  read(first: number, count: number): BlockRows;
  close(): void;
}
