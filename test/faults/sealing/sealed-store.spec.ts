import { copyFileSync } from 'node:fs';
import { join } from 'node:path';

import { indexOfPosition, openSqlite, type SqliteStore } from '../../../src/event-store/sqlite';
import { decodeEntry } from '../../../src/kernel/entry';
import { hex, leafHash } from '../../../src/kernel/hash';
import {
  checkFounding,
  createReceipts,
  createSealer,
  type Receipt,
  type Receipts,
  SqliteLog,
} from '../../../src/sealing';
import { openCheckpoint } from '../../../src/sealing/checkpoint';
import { verifyConsistency, verifyInclusion } from '../../../src/sealing/merkle-verify';
import { readTlogProof } from '../../../src/sealing/tlog-proof';
import { readVkey } from '../../../src/sealing/vkey';
import {
  check,
  foundTestLedger,
  makeLedger,
  openTestStore,
  tamper,
  TEST_ORIGIN,
  TestWriter,
  testSigner,
} from '../../support/sealed-ledger';
import { temporaryFolder } from '../../support/temporary-folder';

const folderOf = temporaryFolder();
const key = readVkey(testSigner().vkey);

/** What the event at an index is answered with. */
function receiptAt(log: SqliteLog, receipts: Receipts, index: number): Receipt {
  const { stream, revision, id, type, recordedAt } = decodeEntry(log.entryBytes(index));
  const leaf = log.leaf(index);
  const position = `s.${index + 1}`;
  return receipts.receiptOf({ stream, revision, id, type, recordedAt, leaf, position, index });
}

const logOf = (store: SqliteStore) => new SqliteLog(store.reader(), TEST_ORIGIN);

describe('a sealed ledger', () => {
  it('begins with its founding at index 0, once', async () => {
    const store = await openTestStore(folderOf());
    await foundTestLedger(store);
    await foundTestLedger(store);
    const log = logOf(store);
    expect(log.size()).toBe(1);
    expect(decodeEntry(log.entryBytes(0))).toMatchObject({
      stream: 'ledger-_.keys',
      type: 'ledger.created',
      actor: { id: 'sys-tieout', kind: 'system' },
      data: {
        commitment: 'tieout/commit/v1',
        hash: 'sha-256',
        heads: 'tieout/heads/v1',
        origin: TEST_ORIGIN,
        vkey: testSigner().vkey,
      },
    });
    expect(() => checkFounding(log, TEST_ORIGIN)).not.toThrow();
    expect(() => checkFounding(log, 'other.example/log')).toThrow(/TIEOUT_ORIGIN/u);
    await store.close();
  });

  it('answers every append with a proof that verifies offline, and rebuilds the same text later', async () => {
    const folder = folderOf();
    const store = await openTestStore(folder);
    const log = logOf(store);
    const receipts = createReceipts({ origin: TEST_ORIGIN, reader: log });
    store.onCommit((notice) => receipts.onCommit(notice));
    await foundTestLedger(store);
    const writer = new TestWriter(store);
    const appends = Array.from(
      { length: 60 },
      (_, i) => [`INV-${i % 7}`, 1 + ((i * 5) % 11)] as const,
    );
    for (const [invoice, count] of appends) await writer.append(invoice, count);
    await Promise.all([1, 2, 3, 4, 5].map((i) => writer.append(`NEW-${i}`, 3)));

    const indexes = Array.from({ length: log.size() }, (_, i) => i);
    const first = indexes.map((index) => receiptAt(log, receipts, index));
    for (const { proof, leaf, index } of first) {
      const { checkpoint, hashes, index: proved } = readTlogProof(proof);
      const { size, root } = openCheckpoint(checkpoint, key);
      expect(proved).toBe(index);
      expect(leaf).toBe(hex(leafHash(log.entryBytes(index))));
      expect(verifyInclusion({ index, size, root, leaf: Buffer.from(leaf, 'hex'), hashes })).toBe(
        true,
      );
    }
    await store.close();

    const reopened = await openTestStore(folder);
    const rebuilt = createReceipts({ origin: TEST_ORIGIN, reader: logOf(reopened) });
    expect(indexes.map((index) => receiptAt(logOf(reopened), rebuilt, index))).toEqual(first);
    await reopened.close();
  });

  it('gives receipts with the members of the interface in their order', async () => {
    const store = await openTestStore(folderOf());
    await foundTestLedger(store);
    const receipt = receiptAt(
      logOf(store),
      createReceipts({ origin: TEST_ORIGIN, reader: logOf(store) }),
      0,
    );
    expect(Object.keys(receipt)).toEqual([
      'receipt',
      'ledger',
      'stream',
      'revision',
      'id',
      'type',
      'recordedAt',
      'leaf',
      'position',
      'state',
      'index',
      'proof',
    ]);
    expect(receipt).toMatchObject({
      receipt: 1,
      ledger: TEST_ORIGIN,
      position: 's.1',
      state: 'sealed',
      index: 0,
    });
    await store.close();
  });

  it('proves that it only grew, from each checkpoint to the next', async () => {
    const folder = folderOf();
    await makeLedger(folder, 280);
    const store = await openTestStore(folder);
    const log = logOf(store);
    for (const from of [1, 2, 17, 128, 255, 256, 257, 280]) {
      const [a, b] = [
        openCheckpoint(log.checkpointAt(from).note, key),
        openCheckpoint(log.checkpoint().note, key),
      ];
      const hashes = log.consistencyProof(from, b.size);
      expect(
        verifyConsistency({ from, to: b.size, fromRoot: a.root, toRoot: b.root, hashes }),
      ).toBe(true);
    }
    expect(() => log.inclusionProof(281, 281)).toThrow(
      expect.objectContaining({ code: 'range-invalid' }),
    );
    expect(() => log.inclusionProof(0, 282)).toThrow(
      expect.objectContaining({ code: 'range-invalid' }),
    );
    expect(() => log.consistencyProof(5, 4)).toThrow(
      expect.objectContaining({ code: 'range-invalid' }),
    );
    expect(() => log.leaf(281)).toThrow(expect.objectContaining({ code: 'not-found' }));
    await store.close();
  });

  it('goes on after a restart, and its file checks clean', async () => {
    const folder = folderOf();
    await makeLedger(folder, 3);
    const store = await openTestStore(folder);
    await new TestWriter(store).append('LATER', 500);
    expect(indexOfPosition((await store.head())!)).toBe(503);
    await store.close();
    const again = await openTestStore(folder);
    await new TestWriter(again).append('LAST', 1);
    await again.close();
    expect(await check(folder)).toMatchObject({
      findingCount: 0,
      size: 505,
      checked: { entries: 505, tiles: 1 },
    });
  });
});

describe('a ledger that would sign something false', () => {
  it('signs nothing and halts when the stored right edge was changed under it', async () => {
    const folder = folderOf();
    await makeLedger(folder, 5);
    const store = await openTestStore(folder);
    const before = logOf(store).size();
    tamper(folder, (db) => db.exec('UPDATE right_edge SET hashes = zeroblob(length(hashes))'));
    const writer = new TestWriter(store);
    await expect(writer.append('X')).rejects.toMatchObject({
      code: 'store-unavailable',
      members: { reason: 'read-only' },
    });
    expect(logOf(store).size()).toBe(before);
    expect(store.finding).toMatchObject({ code: 'seal-refused' });
    await expect(new TestWriter(store).append('Y')).rejects.toMatchObject({
      code: 'store-unavailable',
    });
    await store.close();
  });

  it('refuses a root that what was written does not lead to', () => {
    const { sealer, sql, batch } = sealedInMemory();
    const [leaf] = batch.leaves as [Uint8Array];
    const flipped = Uint8Array.from(leaf, (byte, i) => (i === 7 ? byte ^ 4 : byte));
    expect(() => sealer.beforeCommit(sql, { ...batch, leaves: [flipped] })).toThrow(
      expect.objectContaining({ code: 'seal-refused' }),
    );
    sealer.rolledBack();
    expect(() => sealer.beforeCommit(sql, { ...batch, firstIndex: 3 })).toThrow(
      expect.objectContaining({ code: 'seal-refused' }),
    );
    expect(sealer.beforeCommit(sql, batch)).toMatchObject({ kind: 'seal', size: 1 });
    sql.close();
  });

  it('forgets what it prepared when the commit did not happen', () => {
    const { sealer, sql, batch } = sealedInMemory();
    sql.exec('BEGIN');
    const first = sealer.beforeCommit(sql, batch);
    sql.exec('ROLLBACK');
    sealer.rolledBack();
    expect(sealer.beforeCommit(sql, batch)).toEqual(first);
    sql.close();
  });

  it('does not start with another key, a changed leaf or a changed tile', async () => {
    const folder = folderOf();
    await makeLedger(folder, 260);
    await expect(openTestStore(folder, testSigner(2))).rejects.toMatchObject({
      code: 'configuration',
      message: expect.stringContaining(`signed with ${testSigner().vkey}`) as string,
    });
    const edits = [
      'UPDATE checkpoint SET root = zeroblob(32) WHERE size = 261',
      'UPDATE right_edge SET hashes = zeroblob(length(hashes))',
      'UPDATE tile SET root = zeroblob(32)',
      'DELETE FROM tile',
    ];
    for (const edit of edits) {
      const copy = folderOf();
      copyFileSync(join(folder, 'ledger.db'), join(copy, 'ledger.db'));
      tamper(copy, (db) => db.exec(edit));
      await expect(openTestStore(copy)).rejects.toMatchObject({ code: 'store-corrupt' });
    }
  });
});

const ENTRY = Buffer.from('{"v":1}');

/** One row written, not yet sealed. */
function sealedInMemory() {
  const sealer = createSealer({ signer: testSigner() });
  const sql = openSqlite(join(folderOf(), 'seal.db'));
  const table =
    'CREATE TABLE stream (no INTEGER PRIMARY KEY, name TEXT) STRICT;' +
    'CREATE TABLE event (position INTEGER PRIMARY KEY, entry BLOB, leaf BLOB, stream_no INTEGER, revision INTEGER) STRICT;';
  sql.exec(table + sealer.schema);
  sealer.open(sql);
  sql.run('INSERT INTO event (position, entry, leaf) VALUES (1, :entry, :leaf)', {
    entry: ENTRY,
    leaf: leafHash(ENTRY),
  });
  return { sealer, sql, batch: { firstIndex: 0, leaves: [leafHash(ENTRY)], streams: [] } };
}
