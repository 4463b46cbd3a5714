import { type ByteTable } from '../kernel/byte-table';
import { HEX_VALUES } from '../kernel/canonical-scan';
import { type BlockRows, type StoreColumns } from './fsck-rows';
import { TILE_WIDTH } from './tile-builder';

/** Of a place: not plainly good, to be looked at with all copies. */
export const ODD = 1;

export interface CheckedCheckpoint {
  readonly size: number;
  /** as stored */
  readonly root: Uint8Array;
  /** 8 hex */
  readonly keyId: string;
  /** undefined when no key at all is known */
  readonly isSigned: boolean | undefined;
  /** hash over the leaves from the last full tile's end to the size; undefined where that is nothing */
  readonly partial: Uint8Array | undefined;
}

/** What can be told of a block alone, without knowing what is before it. Crosses threads. */
export interface CheckedBlock {
  readonly first: number;
  readonly count: number;
  /** by place: 0 or `ODD` */
  readonly status: Uint8Array;
  /** computed from the entries, 32 bytes each */
  readonly leaves: Uint8Array;
  /** 32 bytes each; zeros where an entry has none */
  readonly prevs: Uint8Array;
  /** one after the other, and where each ends */
  readonly streams: Uint8Array;
  readonly streamEnds: Int32Array;
  readonly revisions: Float64Array;
  readonly contracts: Float64Array;
  /** by place: which of `kindNames` */
  readonly kinds: Uint16Array;
  /** type, space, source system */
  readonly kindNames: readonly string[];
  /** milliseconds since 1970 */
  readonly recordedAt: Float64Array;
  /** the first 53 bits of each id */
  readonly idPrints: Float64Array;
  /** over each full tile, computed, 32 bytes each */
  readonly tileRoots: Uint8Array;
  /** by tile: 1 where the stored tile is gone, cut, or has another root */
  readonly tileStatus: Uint8Array;
  readonly checkpoints: readonly CheckedCheckpoint[];
  /** the size of the first checkpoint behind these places, if there is one */
  readonly nextSize: number | undefined;
  /** events of the ledger's own streams */
  readonly own: readonly { readonly index: number; readonly entry: Uint8Array }[];
  /** bytes of the entries */
  readonly bytes: number;
}

const STREAM_BYTES_MAX = 400;

/** A block while it is being checked. */
export class BlockWork {
  readonly status: Uint8Array;
  readonly leaves: Buffer;
  readonly prevs: Buffer;
  readonly ids: Buffer;
  readonly storeIds: Buffer | undefined;
  readonly revisions: Float64Array;
  readonly contracts: Float64Array;
  readonly recordedAt: Float64Array;
  readonly kinds: Uint16Array;
  readonly kindNames: string[] = [];
  readonly streamEnds: Int32Array;
  readonly tileRoots: Buffer;
  readonly checkpoints: CheckedCheckpoint[] = [];
  readonly own: { index: number; entry: Uint8Array }[] = [];
  streams: Buffer;
  private streamBytes = 0;
  private readonly kindHere = new Map<number, number>();

  constructor(readonly rows: BlockRows) {
    const { count } = rows;
    this.status = new Uint8Array(count);
    this.leaves = zeros(32 * count);
    this.prevs = zeros(32 * count);
    this.ids = zeros(16 * count);
    this.storeIds = rows.columns === 'none' ? undefined : zeros(16 * count);
    this.revisions = new Float64Array(count);
    this.contracts = new Float64Array(count);
    this.recordedAt = new Float64Array(count);
    this.kinds = new Uint16Array(count);
    this.streamEnds = new Int32Array(count);
    this.tileRoots = zeros(32 * Math.floor(count / TILE_WIDTH));
    this.streams = zeros(64 * count + STREAM_BYTES_MAX);
  }

  /** In order of the places; one that is left out has an empty name. */
  addStream(i: number, from: Buffer, [start, end]: readonly [number, number]): void {
    const at = this.streamBytes;
    if (at + STREAM_BYTES_MAX > this.streams.length) {
      this.streams = Buffer.concat([this.streams, zeros(this.streams.length)]);
    }
    const { streams } = this;
    for (let k = start; k < end; k++) streams[at + k - start] = from[k] as number;
    this.streamBytes += end - start;
    this.streamEnds[i] = this.streamBytes;
  }

  addId(i: number, bytes: Buffer, start: number): void {
    const { ids } = this;
    for (let k = 0, at = start; k < 16; k++, at += 2) {
      if (k === 4 || k === 6 || k === 8 || k === 10) at += 1;
      ids[16 * i + k] = byteAt(bytes, at);
    }
  }

  addPrev(i: number, bytes: Buffer, start: number): void {
    const { prevs } = this;
    for (let k = 0; k < 32; k++) prevs[32 * i + k] = byteAt(bytes, start + 2 * k);
  }

  /** The number of a kind in this block. @param number in `table` */
  kindOf(number: number, table: ByteTable): number {
    let here = this.kindHere.get(number);
    if (here === undefined) {
      here = this.kindNames.push(table.textOf(number)) - 1;
      this.kindHere.set(number, here);
    }
    return here;
  }

  /** Places that were left out end where the one before ends. */
  closeStreams(): Uint8Array {
    for (let i = 1; i < this.rows.count; i++) {
      this.streamEnds[i] = Math.max(this.streamEnds[i] as number, this.streamEnds[i - 1] as number);
    }
    return this.streams.subarray(0, this.streamBytes);
  }
}

const byteAt = (hex: Buffer, at: number): number =>
  ((HEX_VALUES[hex[at] as number] as number) << 4) | (HEX_VALUES[hex[at + 1] as number] as number);

/** In a memory of its own, so that it can be handed to another thread. */
const zeros = (bytes: number): Buffer => Buffer.from(new ArrayBuffer(bytes));

/** Compares with what stands beside the entries, and lays down what the next thread needs. */
export function finish(work: BlockWork): CheckedBlock {
  const { rows, status, leaves, prevs, revisions, contracts, recordedAt } = work;
  compareColumns(work);
  const tileStatus = compareTiles(work);
  return {
    ...{ first: rows.first, count: rows.count, status, leaves, prevs, revisions, contracts },
    ...{ recordedAt, kinds: work.kinds, kindNames: work.kindNames, streamEnds: work.streamEnds },
    streams: work.closeStreams(),
    idPrints: printsOf(work),
    tileRoots: work.tileRoots,
    tileStatus,
    checkpoints: work.checkpoints,
    nextSize: rows.nextSize,
    own: work.own,
    bytes: rows.bytes.length,
  };
}

/** Marks the places whose hash in the stored tile is another, and the tiles that are gone or have another root. */
function compareTiles({ rows, leaves, tileRoots, status }: BlockWork): Uint8Array {
  const width = 32 * TILE_WIDTH;
  return Uint8Array.from({ length: Math.ceil(rows.count / TILE_WIDTH) }, (_, t) => {
    const isFull = 32 * t < tileRoots.length;
    const stored = rows.tiles[t];
    // A store keeps full tiles only.
    if (stored === undefined) return isFull || rows.columns === 'none' ? 1 : 0;
    const due = leaves.subarray(width * t, Math.min(width * (t + 1), leaves.length));
    const { hashes, root } = stored;
    if (due.length !== hashes.length) return 1;
    if (!due.equals(hashes)) {
      compareFixed(status.subarray(TILE_WIDTH * t, TILE_WIDTH * (t + 1)), due, Buffer.from(hashes));
    }
    const isRoot = root === undefined || tileRoots.subarray(32 * t, 32 * t + 32).equals(root);
    return isRoot ? 0 : 1;
  });
}

function compareColumns(work: BlockWork): void {
  const { rows, status, leaves, ids, storeIds } = work;
  const { columns } = rows;
  if (columns === 'none') return;
  if (columns === 'odd' || storeIds === undefined) {
    status.fill(ODD);
    return;
  }
  compareFixed(status, leaves, columns.leaves);
  compareFixed(status, ids, columns.ids);
  compareFixed(status, storeIds, columns.storeIds);
  compareTexts(work, columns);
}

/** @param status of as many places as there are hashes or ids */
function compareFixed(status: Uint8Array, due: Buffer, stored: Buffer): void {
  if (due.equals(stored)) return;
  const width = due.length / status.length;
  for (let i = 0; i < status.length; i++) {
    const [start, end] = [width * i, width * (i + 1)];
    if (!due.subarray(start, end).equals(stored.subarray(start, end))) status[i] = ODD;
  }
}

const LF = 0x0a;

/** Goes through the joined texts in step; from the first that is off they all are, and each row is looked at alone. */
function compareTexts(work: BlockWork, columns: StoreColumns): void {
  const { rows, status, streams, streamEnds, revisions } = work;
  let [streamAt, revisionAt, typeAt, sizeAt] = [0, 0, 0, 0];
  let c = 0;
  for (let i = 0, start = 0; i < rows.count; i++) {
    const end = streamEnds[i] as number;
    while ((rows.checkpoints[c]?.size ?? Infinity) <= rows.first + i) c += 1;
    const treeSize = rows.checkpoints[c]?.size ?? rows.nextSize ?? 0;
    streamAt = afterBytes(columns.streams, streamAt, streams.subarray(start, end));
    revisionAt = afterNumber(columns.revisions, revisionAt, revisions[i] as number);
    sizeAt = afterNumber(columns.treeSizes, sizeAt, treeSize);
    typeAt = afterKind(columns.types, typeAt, work.kindNames[work.kinds[i] as number] ?? '');
    if (streamAt < 0 || revisionAt < 0 || sizeAt < 0 || typeAt < 0 || status[i] === ODD) {
      status.fill(ODD, i);
      return;
    }
    start = end;
  }
}

/** Where the next text begins, or -1 when this one is another. */
function afterBytes(joined: Buffer, at: number, due: Uint8Array): number {
  for (let i = 0; i < due.length; i++) if (joined[at + i] !== due[i]) return -1;
  return joined[at + due.length] === LF ? at + due.length + 1 : -1;
}

function afterNumber(joined: Buffer, at: number, due: number): number {
  let value = 0;
  let i = at;
  for (let c = joined[i] as number; c >= 0x30 && c <= 0x39; c = joined[++i] as number) {
    value = value * 10 + (c - 0x30);
  }
  return i > at && value === due && joined[i] === LF ? i + 1 : -1;
}

/** @param kind begins with the type, which is ASCII, and a space */
function afterKind(joined: Buffer, at: number, kind: string): number {
  let i = 0;
  for (let c = kind.charCodeAt(0); c !== 0x20; c = kind.charCodeAt(++i)) {
    if (joined[at + i] !== c) return -1;
  }
  return joined[at + i] === LF ? at + i + 1 : -1;
}

/** The number by which an id is compared with all others: its first 53 bits. */
export const idPrint = (id: Uint8Array): number => printAt(Buffer.from(id), 0);

const printAt = (ids: Buffer, at: number): number =>
  ids.readUInt32BE(at) * 0x20_0000 + (ids.readUInt32BE(at + 4) >>> 11);

function printsOf({ ids, status }: BlockWork): Float64Array {
  const prints = new Float64Array(status.length);
  for (let i = 0; i < status.length; i++) {
    prints[i] = status[i] === ODD ? NO_PRINT : printAt(ids, 16 * i);
  }
  return prints;
}

/** In the place of an id that was not read. */
export const NO_PRINT = -1;

export const newWork = (rows: BlockRows): BlockWork => new BlockWork(rows);
