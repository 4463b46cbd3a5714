import { decodeEntry, storeIdOf, type Entry } from '../kernel/entry';
import { isTieoutError, storeCorrupt } from '../kernel/errors';
import { hex, leafHash } from '../kernel/hash';
import { type LedgerStore, type RecordedEvent } from '../event-store';

/** One event of a stream, decoded and checked against its envelope and its predecessor. */
export interface StreamEntry {
  readonly entry: Entry;
  readonly bytes: Uint8Array;
  /** 64 hex */
  readonly leaf: string;
  readonly recorded: RecordedEvent;
}

/**
 * The verifying read: every entry must agree with its record, and every `prev` with the leaf before it.
 *
 * @param from first revision wanted; its own `prev` can only be checked when it is 0
 * @throws TieoutError `stream-missing`; `store-corrupt` at the first revision that does not fit, after which the ledger
 *   takes no more appends
 */
export async function* readEntries(
  store: Pick<LedgerStore, 'readStream' | 'halt'>,
  stream: string,
  from = 0n,
): AsyncGenerator<StreamEntry> {
  try {
    yield* linkedEntries(store, stream, from);
  } catch (error) {
    // Nothing more is built on a history that was changed.
    if (isTieoutError(error, 'store-corrupt')) store.halt(error);
    throw error;
  }
}

async function* linkedEntries(
  store: Pick<LedgerStore, 'readStream'>,
  stream: string,
  from: bigint,
): AsyncGenerator<StreamEntry> {
  let previous: string | undefined;
  for await (const recorded of store.readStream(stream, from)) {
    const entry = decodeRecorded(recorded);
    const linked =
      previous === undefined
        ? entry.revision > 0 || entry.prev === undefined
        : entry.prev === previous;
    if (!linked) throw corrupt(recorded, 'prev is not the leaf of the event before it');
    const leaf = hex(leafHash(recorded.entry));
    previous = leaf;
    yield { entry, bytes: recorded.entry, leaf, recorded };
  }
}

/** @throws TieoutError `store-corrupt` when the entry is not canonical or disagrees with its record */
export function decodeRecorded(recorded: RecordedEvent): Entry {
  let entry: Entry;
  try {
    entry = decodeEntry(recorded.entry);
  } catch (error) {
    throw corrupt(recorded, error instanceof Error ? error.message : String(error));
  }
  const agrees =
    entry.stream === recorded.stream &&
    BigInt(entry.revision) === recorded.revision &&
    entry.type === recorded.type &&
    storeIdOf(entry) === recorded.storeId;
  if (!agrees) throw corrupt(recorded, 'the envelope disagrees with its entry');
  return entry;
}

function corrupt(recorded: RecordedEvent, why: string): Error {
  return storeCorrupt(`${recorded.stream} revision ${recorded.revision}: ${why}.`, {
    stream: recorded.stream,
    revision: Number(recorded.revision),
  });
}
