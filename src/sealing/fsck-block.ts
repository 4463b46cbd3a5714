import { hash } from 'node:crypto';
import { ByteTable } from '../kernel/byte-table';
import { EntryScanner } from '../kernel/entry-scan';
import { decodeEntry, storeIdOf } from '../kernel/entry';
import { leafDigest } from '../kernel/hash';
import { uuidBytes } from '../kernel/ids';
import { millisOf } from '../kernel/instant';
import { checkpointBody } from './checkpoint';
import { type BlockWork, type CheckedBlock, finish, newWork, ODD } from './fsck-block-work';
import { type BlockRows, type CheckpointRow } from './fsck-rows';
import { TILE_WIDTH } from './tile-builder';
import { TileFrontier } from './tile-frontier';
import { type VerifierKey } from './vkey';

const OWN_STREAMS = Buffer.from('ledger-_.');
const PRIVACY_STREAMS = Buffer.from('privacy-_.');
const KIND_BYTES_MAX = 1_024;
const SPACE = 0x20;

/** Checks blocks: framing, canonical form, field table, leaves, tiles, signatures, columns. Keeps nothing between two. */
export class BlockChecker {
  private readonly scanner = new EntryScanner();
  private readonly tile = new TileFrontier();
  private readonly kinds = new ByteTable();
  private readonly kind = Buffer.alloc(KIND_BYTES_MAX);
  /** of what `kind` holds */
  private kindLength = 0;
  private lastKind = 0;
  private readonly content = Buffer.alloc(65_536);
  private readonly storeIdInput = Buffer.alloc(16 + 64);

  /** @param keepsCommitted also hands on entries with commitments, and those that say what was erased */
  constructor(
    private readonly keys: readonly VerifierKey[],
    private readonly keepsCommitted = false,
  ) {}

  check(rows: BlockRows): CheckedBlock {
    const work = newWork(rows);
    for (let i = 0, start = rows.gap; i < rows.count; i++) {
      const end = rows.ends[i] as number;
      this.hashEntry(work, i, start);
      if (!this.readEntry(work, i, start)) work.status[i] = ODD;
      start = end + rows.gap;
    }
    return finish(work);
  }

  private hashEntry(work: BlockWork, i: number, start: number): void {
    const { rows } = work;
    if (i % TILE_WIDTH === 0) this.tile.clear();
    const leaf = leafDigest(rows.bytes, start, rows.ends[i] as number);
    work.leaves.write(leaf, 32 * i, 'latin1');
    this.tile.append(leaf);
    const isFull = this.tile.size === TILE_WIDTH;
    if (isFull) this.tile.root(work.tileRoots, 32 * Math.floor(i / TILE_WIDTH));
    const due = rows.checkpoints[work.checkpoints.length];
    if (due?.size !== rows.first + i + 1) return;
    const partial = isFull ? undefined : Buffer.alloc(32);
    if (partial !== undefined) this.tile.root(partial, 0);
    work.checkpoints.push({ ...this.signed(due), partial });
  }

  private signed({ size, root, keyId, signature }: CheckpointRow) {
    const id = Buffer.from(keyId).toString('hex');
    const key = this.keys.find((each) => each.keyId === id);
    const isKnown = this.keys.length > 0;
    if (key === undefined) return { size, root, keyId: id, isSigned: isKnown ? false : undefined };
    const body = Buffer.from(checkpointBody({ origin: key.name, size, root }));
    return { size, root, keyId: id, isSigned: key.verify(body, signature) };
  }

  /** @returns false when the strict reader would refuse the entry, or there is none */
  private readEntry(work: BlockWork, i: number, start: number): boolean {
    const { scanner } = this;
    const { bytes, ends } = work.rows;
    const end = ends[i] as number;
    if (!scanner.scan(bytes, start, end)) {
      return start < end && this.readUnusual(work, i, bytes.subarray(start, end));
    }
    const { streamStart, streamEnd } = scanner;
    work.addStream(i, bytes, [streamStart, streamEnd]);
    work.revisions[i] = scanner.revision;
    work.contracts[i] = scanner.contract;
    work.recordedAt[i] = scanner.recordedAt();
    work.addId(i, bytes, scanner.idStart);
    if (scanner.prevStart > 0) work.addPrev(i, bytes, scanner.prevStart);
    work.kinds[i] = work.kindOf(this.kindNumber(bytes), this.kinds);
    if (work.storeIds !== undefined) this.addStoreId(work.storeIds, work.ids, i);
    if (this.isKept(bytes, streamStart)) keep(work, i, bytes.subarray(start, end));
    return true;
  }

  /** An entry that the fast reader leaves to the strict one. */
  private readUnusual(work: BlockWork, i: number, bytes: Uint8Array): boolean {
    let entry;
    try {
      entry = decodeEntry(bytes);
    } catch {
      // What is wrong is said by whoever looks at the place again, with all copies.
      return false;
    }
    const stream = Buffer.from(entry.stream, 'latin1');
    work.addStream(i, stream, [0, stream.length]);
    work.revisions[i] = entry.revision;
    work.contracts[i] = entry.contract;
    work.recordedAt[i] = millisOf(entry.recordedAt);
    work.ids.set(uuidBytes(entry.id), 16 * i);
    if (entry.prev !== undefined) work.prevs.write(entry.prev, 32 * i, 'hex');
    const kind = Buffer.from(`${entry.type} ${entry.source.system}`);
    work.kinds[i] = work.kindOf(this.kinds.add(kind, 0, kind.length), this.kinds);
    work.storeIds?.set(uuidBytes(storeIdOf(entry)), 16 * i);
    const hasCommitments = this.keepsCommitted && entry.commitments !== undefined;
    if (hasCommitments || this.isKept(stream, 0)) keep(work, i, bytes);
    return true;
  }

  private isKept(bytes: Buffer, streamStart: number): boolean {
    if (startsWith(bytes, streamStart, OWN_STREAMS)) return true;
    if (!this.keepsCommitted) return false;
    return this.scanner.hasCommitments || startsWith(bytes, streamStart, PRIVACY_STREAMS);
  }

  /** Byte by byte: for texts as short as these that is faster than a copy by the buffer. */
  private kindNumber(bytes: Buffer): number {
    const { scanner, kind } = this;
    let length = 0;
    let isLast = true;
    const take = (byte: number): void => {
      if (kind[length] !== byte) [kind[length], isLast] = [byte, false];
      length += 1;
    };
    for (let at = scanner.typeStart; at < scanner.typeEnd; at++) take(bytes[at] as number);
    take(SPACE);
    for (let at = scanner.systemStart; at < scanner.systemEnd; at++) take(bytes[at] as number);
    if (!isLast || length !== this.kindLength) this.lastKind = this.kinds.add(kind, 0, length);
    this.kindLength = length;
    return this.lastKind;
  }

  /** UUIDv5 over id and content. @see storeIdOf */
  private addStoreId(storeIds: Buffer, ids: Buffer, i: number): void {
    const { content, storeIdInput } = this;
    const length = this.scanner.content(content);
    ids.copy(storeIdInput, 0, 16 * i, 16 * i + 16);
    storeIdInput.write(hash('sha256', content.subarray(0, length), 'hex'), 16, 'latin1');
    const at = 16 * i;
    storeIds.write(hash('sha1', storeIdInput, 'binary'), at, 16, 'latin1');
    storeIds[at + 6] = ((storeIds[at + 6] as number) & 0x0f) | 0x50;
    storeIds[at + 8] = ((storeIds[at + 8] as number) & 0x3f) | 0x80;
  }
}

function keep(work: BlockWork, i: number, entry: Uint8Array): void {
  work.own.push({ index: work.rows.first + i, entry: Uint8Array.from(entry) });
}

function startsWith(bytes: Buffer, at: number, word: Buffer): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word[i]) return false;
  return true;
}
