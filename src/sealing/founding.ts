import { decodeEntry, encodeEntry, type Entry, storeIdOf } from '../kernel/entry';
import { isTieoutError, storeCorrupt, TieoutError } from '../kernel/errors';
import { commandEventId, commandId } from '../kernel/ids';
import { type JsonObject } from '../kernel/json';
import { type Instant } from '../kernel/runtime';
import { type EventStore } from '../event-store';
import { type Sql } from '../event-store/sqlite';
import { KEYS_STREAM, LEDGER_CREATED } from './founding-names';
import { type LogReader } from './log-reader';

export interface Founding {
  readonly origin: string;
  readonly vkey: string;
  readonly recoveryVkey: string;
  readonly at: Instant;
}

/** Origin, keys and scheme names, so that every root commits to the log's own name. */
export function foundingEntry({ origin, vkey, recoveryVkey, at }: Founding): Entry {
  return {
    v: 1,
    stream: KEYS_STREAM,
    revision: 0,
    id: commandEventId(commandId(origin, 'sys-tieout', LEDGER_CREATED), 0),
    type: LEDGER_CREATED,
    contract: 1,
    occurredAt: at,
    recordedAt: at,
    actor: { id: 'sys-tieout', kind: 'system' },
    source: { system: 'tieout' },
    data: {
      origin,
      vkey,
      recoveryVkey,
      hash: 'sha-256',
      commitment: 'tieout/commit/v1',
      heads: 'tieout/heads/v1',
    },
  };
}

/**
 * Writes index 0 of a new ledger. Run before anything is served; on a ledger that is founded already it does nothing.
 *
 * @returns true when this call founded it
 * @throws TieoutError `store-unavailable`, `outcome-unknown`; `store-corrupt` when events stand without a founding
 */
export async function foundLedger(store: EventStore, founding: Founding): Promise<boolean> {
  if ((await store.head()) !== undefined) return false;
  const entry = foundingEntry(founding);
  const event = {
    id: entry.id,
    storeId: storeIdOf(entry),
    type: entry.type,
    entry: encodeEntry(entry),
  };
  try {
    await store.append(KEYS_STREAM, 'no-stream', [event]);
    return true;
  } catch (error) {
    // Another start was first: its founding stands, and the check of the key follows.
    if (isTieoutError(error, 'revision-conflict')) return false;
    throw error;
  }
}

const FOUNDING_ENTRY = `SELECT entry FROM event WHERE position = 1`;

/**
 * What index 0 of a ledger's file says of itself: names and keys to compare, never to trust.
 *
 * @throws TieoutError `store-corrupt` when it says nothing of the kind
 */
export function foundingOf(sql: Sql): Pick<Founding, 'origin' | 'vkey'> {
  const row = sql.get<{ entry: Uint8Array }>(FOUNDING_ENTRY);
  if (row === undefined) throw storeCorrupt('The ledger has no event.');
  const { origin, vkey } = dataOf(row.entry);
  if (typeof origin !== 'string' || typeof vkey !== 'string') {
    throw storeCorrupt('The first event of the ledger names no origin and no key.');
  }
  return { origin, vkey };
}

function dataOf(entry: Uint8Array): JsonObject {
  try {
    return decodeEntry(entry).data;
  } catch (error) {
    if (!isTieoutError(error)) throw error;
    throw storeCorrupt(`The first event of the ledger is no entry: ${error.message}`);
  }
}

/**
 * The start check: index 0 names this origin. That the key files are those in service is checked before, by who signs.
 *
 * @throws TieoutError `configuration` when the ledger belongs to another origin
 */
export function checkFounding(log: LogReader, origin: string): void {
  const entry = JSON.parse(Buffer.from(log.entryBytes(0)).toString('utf8')) as Partial<Entry>;
  const data: JsonObject = entry.data ?? {};
  if (entry.type !== LEDGER_CREATED || data['origin'] !== origin) {
    throw new TieoutError(
      'configuration',
      `The ledger in this folder is ${String(data['origin'])}, not ${origin}. Correct TIEOUT_ORIGIN or the folder.`,
    );
  }
}
