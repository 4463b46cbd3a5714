import { createHash } from 'node:crypto';
import { join } from 'node:path';

import { openSqlite } from '../../../src/event-store/sqlite';
import { hex, leafHash } from '../../../src/kernel/hash';
import { createSealer, signerOf, SqliteLog } from '../../../src/sealing';
import { openCheckpoint } from '../../../src/sealing/checkpoint';
import { verifyConsistency, verifyInclusion } from '../../../src/sealing/merkle-verify';
import { readVkey } from '../../../src/sealing/vkey';
import { temporaryFolder } from '../../support/temporary-folder';

/** The log `leaf 0` … `leaf 69999`, recomputed by golang.org/x/mod sumdb/tlog with all of its tiles. */
const ORIGIN = 'ledger.example/test70000';
const VKEY = 'ledger.example/test70000+148f80d7+ARl/ayPhbIUyxqvIOPrNXqeJvgx2spIDNAOb+os9No1h';
const CHECKPOINT =
  'ledger.example/test70000\n70000\n2gUy/3su5W9AZxEPyWTp8ntZWflSe//z+lAap1hN6vM=\n\n— ledger.example/test70000 FI+A1wkwG8U0yaspchLq18orE6G/C4pzb9Y+7+bpEaEq6RNk7o4c1M6QhJIiBC5J4sJC2PMVJ1iU/8WRJzzf5qDwJQk=\n';
const FIRST_TILE_SHA256 = '3658d44ebeb979b996b87ac966392dffbe9a628e34cb70bbff0ba844e74c31c6';
const LEVEL_1_TILE_SHA256 = '7b8fc3b25031a7c9b1a317c9453f6f293b414e958d0e80a765be6f00930c3984';
const SIZE = 70_000;
const folderOf = temporaryFolder();

const entryOf = (index: number) => Buffer.from(`leaf ${index}`);

/** Seals the log in commits of uneven size, on a real file. */
function sealedLog() {
  const sql = openSqlite(join(folderOf(), 'log.db'));
  const sealer = createSealer({ signer: signerOf(ORIGIN, Buffer.alloc(32, 0x2a)) });
  sql.exec(
    'CREATE TABLE stream (no INTEGER PRIMARY KEY, name TEXT) STRICT;' +
      'CREATE TABLE event (position INTEGER PRIMARY KEY, entry BLOB, leaf BLOB, stream_no INTEGER, revision INTEGER) STRICT;' +
      sealer.schema,
  );
  sealer.open(sql);
  for (let first = 0, step = 0; first < SIZE; step += 1) {
    const count = Math.min(SIZE - first, 1 + ((step * 977) % 4_000));
    const leaves: Uint8Array[] = [];
    sql.transaction(() => {
      for (let index = first; index < first + count; index += 1) {
        const leaf = leafHash(entryOf(index));
        leaves.push(leaf);
        sql.run('INSERT INTO event (position, entry, leaf) VALUES (?, ?, ?)', [
          index + 1,
          entryOf(index),
          leaf,
        ]);
      }
      sealer.beforeCommit(sql, { firstIndex: first, leaves, streams: [] });
    });
    sealer.committed();
    first += count;
  }
  return sql;
}

describe('a log of 70,000 leaves sealed in uneven commits', () => {
  it('has the checkpoint, the tiles and the proofs that other software computed', () => {
    const sql = sealedLog();
    const log = new SqliteLog(sql, ORIGIN);
    expect(log.checkpoint().note).toBe(CHECKPOINT);

    const tile = (level: number, n: number) => {
      const row = sql.get<{ hashes: Buffer }>('SELECT hashes FROM tile WHERE level = ? AND n = ?', [
        level,
        n,
      ]);
      return createHash('sha256').update(row!.hashes).digest('hex');
    };
    expect(tile(0, 0)).toBe(FIRST_TILE_SHA256);
    expect(tile(1, 0)).toBe(LEVEL_1_TILE_SHA256);
    expect(sql.all('SELECT n FROM tile')).toHaveLength(274);

    const { size, root } = openCheckpoint(CHECKPOINT, readVkey(VKEY));
    for (const index of [0, 1, 255, 256, 4_711, 65_535, 65_536, 69_887, 69_888, 69_999]) {
      const hashes = log.inclusionProof(index, size);
      expect(verifyInclusion({ index, size, root, leaf: leafHash(entryOf(index)), hashes })).toBe(
        true,
      );
    }
    const kept = sql.all<{ size: bigint; root: Buffer }>('SELECT size, root FROM checkpoint');
    expect(kept.length).toBeGreaterThan(30);
    for (const { size: from, root: fromRoot } of kept.slice(0, -1)) {
      const hashes = log.consistencyProof(Number(from), size);
      expect(
        verifyConsistency({ from: Number(from), to: size, fromRoot, toRoot: root, hashes }),
      ).toBe(true);
    }
    expect(hex(root)).toBe('da0532ff7b2ee56f4067110fc964e9f27b5959f9527bfff3fa501aa7584deaf3');

    const again = createSealer({ signer: signerOf(ORIGIN, Buffer.alloc(32, 0x2a)) });
    expect(() => again.open(sql)).not.toThrow();
    sql.close();
  });
});
