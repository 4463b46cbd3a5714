import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openSqlite } from '../../src/event-store/sqlite';
import { encodeEntry, encodeForStore, type Entry } from '../../src/kernel/entry';
import { hex, leafHash } from '../../src/kernel/hash';
import { policyText, type Signer } from '../../src/sealing';
import { signCheckpoint } from '../../src/sealing/checkpoint';
import { bundleOf } from '../../src/sealing/entry-bundle';
import { logPieces } from '../../src/sealing/log-pieces';
import { rootOf } from '../../src/sealing/merkle-log';
import { foundTestLedger, openTestStore, testSigner } from './sealed-ledger';

/** The entries of a closed ledger, in the order of the log. */
export function entriesIn(folder: string): Entry[] {
  const sql = openSqlite(join(folder, 'ledger.db'), { readonly: true });
  try {
    return sql
      .all<{ entry: Buffer }>('SELECT entry FROM event ORDER BY position')
      .map(({ entry }) => JSON.parse(entry.toString('utf8')) as Entry);
  } finally {
    sql.close();
  }
}

/** The same events with their links made to fit, as who holds the key would do after an edit. */
export function rechained(entries: readonly Entry[]): Entry[] {
  const ends = new Map<string, string>();
  return entries.map((entry) => {
    const end = ends.get(entry.stream);
    const linked: Entry = end === undefined ? entry : { ...entry, prev: end };
    ends.set(entry.stream, hex(leafHash(encodeEntry(linked))));
    return linked;
  });
}

/**
 * An exported log of any entries at all, whole in itself: bundles, every tile, root and signature fit. What a thief of the
 * key can publish; it goes through no code that would refuse to store such events.
 */
export function writeForgedLog(
  folder: string,
  entries: readonly Entry[],
  signer: Signer = testSigner(),
): void {
  const bytes = entries.map((entry) => Buffer.from(encodeEntry(entry)));
  const leaves = bytes.map((entry) => leafHash(entry));
  for (const { level, n, width, path } of logPieces(bytes.length)) {
    const hashes = Array.from({ length: width }, (_, i) => {
      const span = level === 'entries' ? 1 : 256 ** level;
      const first = (256 * n + i) * span;
      return rootOf(leaves, first, first + span);
    });
    const from = 256 * n;
    const piece =
      level === 'entries' ? bundleOf(bytes.slice(from, from + width)) : Buffer.concat(hashes);
    put(join(folder, path), piece);
  }
  put(
    join(folder, 'checkpoint'),
    signCheckpoint(signer, bytes.length, rootOf(leaves, 0, leaves.length)).note,
  );
  put(join(folder, 'keys'), policyText(signer.vkey));
}

/** A ledger's file written anew with the key of the first: every leaf, link, tile, column and signature fits. */
export async function rewriteLedger(folder: string, entries: readonly Entry[]): Promise<void> {
  const store = await openTestStore(folder);
  await foundTestLedger(store);
  for (const entry of rechained(entries).slice(1)) {
    const expected = entry.revision === 0 ? 'no-stream' : BigInt(entry.revision - 1);
    await store.append(entry.stream, expected, [encodeForStore(entry)]);
  }
  await store.close();
}

function put(path: string, content: Uint8Array | string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
