import { TieoutError } from '../kernel/errors';
import { leafHash } from '../kernel/hash';
import { type CommitBatch, type CommitParticipant, type Sql } from '../event-store/sqlite';
import { type CheckpointBody, checkpointBody, type CheckpointLine } from './checkpoint';
import { extendRoot } from './extend-root';
import { edgeBytes, edgeOfBytes } from './frontier';
import { rootOf } from './merkle-log';
import { type SealNotice } from './seal-notice';
import { readSealedState } from './sealed-state';
import { SEALING_TABLES } from './sealing.sql';
import { type Signer } from './signer';
import { onlyKey, type SignerOf, SigningKeys } from './signing-keys';
import { TileBuilder } from './tile-builder';

interface Sealed {
  readonly size: number;
  readonly root: Uint8Array;
  readonly tiles: TileBuilder;
  readonly keys: SigningKeys;
}

/**
 * All new entries in one value, and their lengths: a row of its own for each would cost more than its hash. The order is
 * that of the inner query; another order would only be refused.
 */
const NEW_ENTRIES = `
  SELECT CAST(group_concat(CAST(entry AS TEXT), '') AS BLOB) AS bytes, group_concat(length(entry), ' ') AS lengths
    FROM (SELECT entry FROM event WHERE position > :after ORDER BY position)`;
const READ_EDGE = `SELECT size, hashes FROM right_edge`;
const WRITE_CHECKPOINT = `
  INSERT INTO checkpoint (size, root, key_id, signature) VALUES (:size, :root, :keyId, :signature)`;
const WRITE_LINE = `
  INSERT INTO checkpoint_line (size, key_id, signature) VALUES (:size, :keyId, :signature)`;
const WRITE_TILE = `
  INSERT INTO tile (level, n, hashes, root) VALUES (:level, :n, :hashes, :root)`;
const WRITE_FIRST_EDGE = `INSERT INTO right_edge (one, size, hashes) VALUES (1, :size, :hashes)`;
const MOVE_EDGE = `UPDATE right_edge SET size = :size, hashes = :hashes WHERE one = 1`;

export interface SealerOptions {
  /** the key of a log without a founding, as the tests of the tree have it */
  readonly signer: Signer;
  /** private keys of the log, by the vkey that its keys stream names; without it `signer` is the only one */
  readonly signerOf?: SignerOf;
  /** signatures of a log that is signed elsewhere; without it they are made here. It throws for another root */
  readonly linesOf?: LinesOf;
}

/** @returns of every key in service, the oldest first */
export type LinesOf = (keys: SigningKeys, body: CheckpointBody) => readonly CheckpointLine[];

const signedHere: LinesOf = (keys, body) => keys.sign(checkpointBody(body));

/**
 * Seals each commit of the embedded store inside its transaction: the new root by two paths that share no code, a signed
 * checkpoint, full tiles. What it throws rolls the commit back and halts the ledger; nothing is signed then.
 */
export function createSealer({
  signer,
  signerOf = onlyKey(signer),
  linesOf = signedHere,
}: SealerOptions): CommitParticipant {
  return new Sealer(signer, signerOf, linesOf);
}

class Sealer implements CommitParticipant {
  readonly schema = SEALING_TABLES.schema;
  readonly additions = SEALING_TABLES.additions;
  private sealed: Sealed;
  private prepared: Sealed | undefined;

  constructor(
    private readonly signer: Signer,
    signerOf: SignerOf,
    private readonly linesOf: LinesOf,
  ) {
    const keys = SigningKeys.unfounded(signer, signerOf);
    this.sealed = { size: 0, root: rootOf([]), tiles: TileBuilder.empty(), keys };
  }

  open(sql: Sql): void {
    const keys = this.sealed.keys.opened(sql);
    const state = readSealedState(sql, keys.history, this.signer.vkey);
    if (state !== undefined) this.sealed = { ...state, keys };
  }

  beforeCommit(sql: Sql, batch: CommitBatch): SealNotice {
    if (batch.firstIndex !== this.sealed.size || batch.leaves.length === 0) {
      throw sealRefused(
        `the commit begins at index ${batch.firstIndex}, ${this.sealed.size} events are sealed`,
      );
    }
    // Path A: the frontier in memory.
    const tiles = this.sealed.tiles.copy();
    for (const leaf of batch.leaves) tiles.append(leaf);
    const size = tiles.frontier.size;
    const root = tiles.frontier.root();
    const edgeBefore = this.checkAgainstStored(sql, batch, root);

    const keys = this.sealed.keys.after(sql, batch);
    const lines = this.linesOf(keys, { origin: this.signer.name, size, root });
    const [first, ...others] = lines;
    sql.run(WRITE_CHECKPOINT, { size, root, ...first });
    for (const line of others) sql.run(WRITE_LINE, { size, ...line });
    sql.run(this.sealed.size === 0 ? WRITE_FIRST_EDGE : MOVE_EDGE, {
      size,
      hashes: edgeBytes(tiles.frontier.edge()),
    });
    for (const { level, n, hashes, root } of tiles.takeCompleted()) {
      sql.run(WRITE_TILE, { level, n, hashes, root });
    }
    this.prepared = { size, root, tiles, keys };
    return { kind: 'seal', size, root, lines, edgeBefore };
  }

  committed(): void {
    if (this.prepared !== undefined) this.sealed = this.prepared;
    this.prepared = undefined;
  }

  rolledBack(): void {
    this.prepared = undefined;
  }

  /**
   * Path B: the stored right edge must give the last signed root; extended by the bytes that were really written, it must
   * give the new one. So a checkpoint is never signed that does not continue the one before.
   *
   * @returns the stored edge
   */
  private checkAgainstStored(sql: Sql, batch: CommitBatch, root: Uint8Array): Uint8Array {
    const { size, root: signed } = this.sealed;
    const edge = this.readEdge(sql);
    if (!equal(extendRoot(size, edge, []), signed)) {
      throw sealRefused('the stored right edge does not lead to the last signed root');
    }
    const leaves = leavesOf(sql.get<Written>(NEW_ENTRIES, { after: size }));
    if (leaves.length !== batch.leaves.length) {
      throw sealRefused(`${leaves.length} of ${batch.leaves.length} events can be read back`);
    }
    if (!equal(extendRoot(size, edge, leaves), root)) {
      throw sealRefused('what was written does not lead to the root that would be signed');
    }
    return edgeBytes(edge);
  }

  private readEdge(sql: Sql): Uint8Array[] {
    if (this.sealed.size === 0) return [];
    const row = sql.get<{ size: bigint; hashes: Uint8Array }>(READ_EDGE);
    if (row === undefined || row.size !== BigInt(this.sealed.size)) {
      throw sealRefused('the stored right edge is not that of the last signed size');
    }
    return edgeOfBytes(row.hashes);
  }
}

interface Written {
  readonly bytes: Buffer | null;
  readonly lengths: string | null;
}

function leavesOf(written: Written | undefined): Uint8Array[] {
  const { bytes = null, lengths = null } = written ?? {};
  if (bytes === null || lengths === null) return [];
  let start = 0;
  return lengths.split(' ').map((length) => {
    const end = start + Number(length);
    const leaf = leafHash(bytes.subarray(start, end));
    start = end;
    return leaf;
  });
}

const sealRefused = (detail: string) =>
  new TieoutError('seal-refused', `Nothing was signed or stored: ${detail}.`);

const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
