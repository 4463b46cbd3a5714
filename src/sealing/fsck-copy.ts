import { type CheckpointRow } from './fsck-rows';

/** What stands beside an entry in a store; nothing in it is trusted. */
export interface EventColumns {
  /** null when the stream's row is gone */
  readonly stream: string | null;
  readonly revision: bigint;
  readonly id: Uint8Array;
  readonly type: string;
  readonly storeId: Uint8Array;
  readonly leaf: Uint8Array;
  readonly treeSize: bigint;
}

/** All that a copy of a log has at one index. */
export interface PlaceCopies {
  readonly index: number;
  /** undefined when it is gone */
  readonly entry: Uint8Array | undefined;
  readonly columns: EventColumns | undefined;
  /** in the level-0 tile, where that is stored */
  readonly tile: Uint8Array | undefined;
  /** why it is gone was already said */
  readonly isTold?: boolean;
}

/** The next event of a stream, and the leaf that its `prev` names. */
export interface Successor {
  readonly leaf: Uint8Array;
  readonly index: number;
}

/** One copy of a log, read place by place where something has to be looked at. */
export interface LogCopy {
  /** places to walk: what is there and signed */
  readonly places: number;
  /** the newest checkpoint as stored, whatever its signature */
  readonly last: CheckpointRow | undefined;
  /** the copies at [from, to) */
  copies(from: number, to: number): PlaceCopies[];
  /** By index, what the next event of the place's stream says its leaf is. */
  prevsBehind(places: readonly PlaceCopies[]): ReadonlyMap<number, Successor>;
  /** the hashes of a stored tile, and the hash over them where that is stored too; of `width` hashes, 256 for a full one */
  tile(level: number, n: number, width: number): StoredTile | undefined;
  /**
   * Hashes over the full level-0 tiles, 32 bytes each, as stored, and those behind the last; undefined when some are gone.
   * They are believed only when they lead to a signed root.
   */
  tileRoots(): { readonly roots: Uint8Array; readonly open: Uint8Array } | undefined;
}

export interface StoredTile {
  readonly hashes: Uint8Array;
  readonly root: Uint8Array | undefined;
}
