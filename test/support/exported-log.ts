import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeForStore } from '../../src/kernel/entry';
import { hex, leafHash } from '../../src/kernel/hash';
import { sourceEventId } from '../../src/kernel/ids';
import { instantOf } from '../../src/kernel/instant';
import { openSqlite } from '../../src/event-store/sqlite';
import {
  exportLog,
  HEADS_COMMITTED,
  HEADS_STREAM,
  HeadsMap,
  policyText,
  SqliteLog,
  tlogProofText,
} from '../../src/sealing';
import { headsProofText } from '../../src/sealing/heads-json';
import {
  foundTestLedger,
  openTestStore,
  TEST_ORIGIN,
  testSigner,
  TestWriter,
} from './sealed-ledger';

/** Two full tiles and a partial one at level 0, one partial above. */
const EVENTS = 600;
const INVOICES = 40;
export const ABSENT_STREAM = 'invoice-E_DE.NEVER';

/**
 * A log as other people's tools get it: the exported folder, and beside it proofs of single entries, of growth and of
 * heads.
 */
export class ExportedLog {
  readonly vkey = testSigner().vkey;
  private readonly folder = mkdtempSync(join(tmpdir(), 'tieout-exported-'));
  readonly log = join(this.folder, 'log');
  size = 0;

  private constructor() {}

  static async make(): Promise<ExportedLog> {
    const made = new ExportedLog();
    const ledger = join(made.folder, 'ledger');
    mkdirSync(ledger);
    const heads = await writeLedger(ledger);
    const sql = openSqlite(join(ledger, 'ledger.db'), { readonly: true });
    try {
      const log = new SqliteLog(sql, TEST_ORIGIN);
      await exportLog({ log, folder: made.log, keys: policyText(made.vkey) });
      made.size = log.size();
      made.writeProofs(log);
      made.writeHeads(log, heads);
    } finally {
      sql.close();
    }
    return made;
  }

  /** a file beside the exported folder */
  file(name: string): string {
    return join(this.folder, name);
  }

  /** Indexes with a proof `<index>.tlog-proof` and the entry's bytes `<index>.json`: the ends of the log and of tiles. */
  get proved(): readonly number[] {
    return [0, 1, 255, 256, 511, 512, this.size - 1];
  }

  /** Sizes with a checkpoint `<size>.checkpoint` and the proof that the log extends it, `<size>.json`. */
  get kept(): readonly number[] {
    return [1, 2, 255, 256, 257, 512, this.size - 1, this.size];
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private writeProofs(log: SqliteLog): void {
    const newest = log.checkpoint();
    for (const index of this.proved) {
      const hashes = log.inclusionProof(index, newest.size);
      const proof = tlogProofText({ index, hashes, checkpoint: newest.note });
      writeFileSync(this.file(`${index}.tlog-proof`), proof);
      writeFileSync(this.file(`entry-${index}.json`), log.entryBytes(index));
    }
    for (const size of this.kept) {
      writeFileSync(this.file(`${size}.checkpoint`), log.checkpointAt(size).note);
      const reply = {
        from: { size, checkpoint: log.checkpointAt(size).note },
        to: { size: newest.size, checkpoint: newest.note },
        hashes: log.consistencyProof(size, newest.size).map(hex),
      };
      writeFileSync(this.file(`${size}.consistency.json`), JSON.stringify(reply));
    }
  }

  private writeHeads(log: SqliteLog, heads: HeadsMap): void {
    const newest = log.checkpoint();
    const index = heads.size;
    const proof = tlogProofText({
      index,
      hashes: log.inclusionProof(index, newest.size),
      checkpoint: newest.note,
    });
    const entry = log.entryBytes(index);
    for (const [name, stream] of Object.entries(HEADS_FILES)) {
      const text = headsProofText({ stream, entry, proof, path: heads.proofOf(stream) });
      writeFileSync(this.file(name), text);
    }
  }
}

const HEADS_FILES = {
  'present.heads.json': 'invoice-E_DE.INV-7',
  'absent.heads.json': ABSENT_STREAM,
};

/** @returns the heads as of the commitment, which is the entry behind them */
async function writeLedger(folder: string): Promise<HeadsMap> {
  const store = await openTestStore(folder);
  await foundTestLedger(store);
  const writer = new TestWriter(store);
  for (let i = 0; i < EVENTS; i += 1) await writer.append(`INV-${i % INVOICES}`);
  const heads = new HeadsMap();
  for await (const { stream, revision, entry } of store.readAll()) {
    heads.add(stream, Number(revision), leafHash(entry));
  }
  heads.advance(heads.fed);
  await store.append(HEADS_STREAM, 'no-stream', [commitment(heads)]);
  for (const invoice of ['INV-0', 'INV-1', 'INV-0']) await writer.append(invoice);
  await store.close();
  return heads;
}

function commitment(heads: HeadsMap) {
  const { size, streams, bits, root } = heads.state();
  const at = instantOf(Date.UTC(2026, 0, 5, 8, 10));
  return encodeForStore({
    v: 1,
    stream: HEADS_STREAM,
    revision: 0,
    id: sourceEventId(TEST_ORIGIN, 'tieout', `heads ${size}`),
    type: HEADS_COMMITTED,
    contract: 1,
    occurredAt: at,
    recordedAt: at,
    actor: { id: 'sys-tieout', kind: 'system' },
    source: { system: 'tieout', id: `heads ${size}` },
    data: { bits, root: hex(root), size, streams },
  });
}
