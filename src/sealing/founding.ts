import { encodeEntry, type Entry, storeIdOf } from '../kernel/entry';
import { isTieoutError, TieoutError } from '../kernel/errors';
import { commandEventId, commandId } from '../kernel/ids';
import { type JsonObject } from '../kernel/json';
import { type Instant } from '../kernel/runtime';
import { type EventStore } from '../event-store';
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

/**
 * The start check: index 0 names this origin and this key.
 *
 * @throws TieoutError `configuration` when the ledger belongs to another origin or its key is another one
 */
export function checkFounding(log: LogReader, origin: string, vkey: string): void {
  const entry = JSON.parse(Buffer.from(log.entryBytes(0)).toString('utf8')) as Partial<Entry>;
  const data: JsonObject = entry.data ?? {};
  if (entry.type !== LEDGER_CREATED || data['origin'] !== origin) {
    throw new TieoutError(
      'configuration',
      `The ledger in this folder is ${String(data['origin'])}, not ${origin}. Correct TIEOUT_ORIGIN or the folder.`,
    );
  }
  if (data['vkey'] !== vkey) {
    throw new TieoutError(
      'configuration',
      `The ledger was founded with another key than that of the key file. Start with the key file of this ledger.`,
    );
  }
}
