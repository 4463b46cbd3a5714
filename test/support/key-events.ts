import { encodeForStore, type Entry } from '../../src/kernel/entry';
import { hex, leafHash } from '../../src/kernel/hash';
import { instantOf } from '../../src/kernel/instant';
import { type JsonObject } from '../../src/kernel/json';
import { type SqliteStore } from '../../src/event-store/sqlite';
import { base64 } from '../../src/sealing/base64';
import { handOverBody } from '../../src/sealing/key-history';
import { type Signer, SqliteLog } from '../../src/sealing';
import { lastRecordedAt, TEST_ORIGIN } from './sealed-ledger';

/** Appends one event to a test ledger's keys stream, linked to the one before. */
export async function appendKeyEvent(
  store: SqliteStore,
  type: string,
  data: JsonObject,
): Promise<number> {
  const log = new SqliteLog(store.reader(), TEST_ORIGIN);
  const stream = 'ledger-_.keys';
  const before: Entry[] = [];
  for await (const { entry } of store.readStream(stream)) {
    before.push(JSON.parse(Buffer.from(entry).toString('utf8')) as Entry);
  }
  const last = before.at(-1)!;
  const revision = last.revision + 1;
  const entry: Entry = {
    ...last,
    revision,
    recordedAt: instantOf(lastRecordedAt(store)),
    id: `00000000-0000-5000-8000-${String(revision).padStart(12, '0')}`,
    type,
    data,
    prev: hex(leafHash(encodeForStore(last).entry)),
  };
  await store.append(stream, BigInt(last.revision), [encodeForStore(entry)]);
  return log.size() - 1;
}

/** `data` of the announcement of a key by the one before it. */
export function keyAdded(from: Signer, to: Signer, recovery?: Signer): JsonObject {
  const body = handOverBody(TEST_ORIGIN, from.vkey, to.vkey);
  return {
    vkey: to.vkey,
    replaces: from.vkey,
    signature: base64(to.sign(body)),
    ...(recovery === undefined ? {} : { recoverySignature: base64(recovery.sign(body)) }),
  };
}
