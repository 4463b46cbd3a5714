import { type Sql, toNumber } from '../event-store/sqlite';
import { storeCorrupt } from '../kernel/errors';
import { readEntry } from './entry-check';
import { KEYS_STREAM } from './founding-names';
import { type KeyEntry, KeyHistory } from './key-history';

const KEY_EVENTS = `
  SELECT event.position, event.entry
    FROM event JOIN stream ON stream.no = event.stream_no
   WHERE stream.name = :stream AND event.position > :after
   ORDER BY event.revision`;

interface Row {
  readonly position: bigint;
  readonly entry: Uint8Array;
}

/**
 * Events of the keys stream behind an index, as the file has them.
 *
 * @throws TieoutError `store-corrupt` when one is no entry
 */
export function readKeyEntries(sql: Sql, fromIndex = 0): KeyEntry[] {
  const rows = sql.all<Row>(KEY_EVENTS, { stream: KEYS_STREAM, after: fromIndex });
  return rows.map((row) => {
    const index = toNumber(row.position) - 1;
    const { entry, finding } = readEntry(row.entry);
    if (entry === undefined) {
      throw storeCorrupt(`The key event at index ${index} cannot be read (${finding.code}).`, {
        index,
      });
    }
    return { index, type: entry.type, data: entry.data };
  });
}

/** @throws TieoutError `store-corrupt` when a key event does not hold */
export function readKeyHistory(sql: Sql): KeyHistory {
  const history = KeyHistory.of(readKeyEntries(sql));
  const [finding] = history.findings;
  if (finding === undefined) return history;
  throw storeCorrupt(`A key event does not hold: ${finding.detail}`, { finding: finding.code });
}
