import { type SideRow } from '../sealing';
import { openSqlite } from '../event-store/sqlite';
import { SALT_BYTES } from '../kernel/commitment';
import { boundTo, KEY_BYTES, keyBoundTo, unseal } from './envelope';

/** The side store as a check reads it: every row, and what became of opening it. */
export interface SideRows {
  rowsOf(eventId: string): readonly SideRow[];
  close(): void;
}

interface Stored {
  readonly path: string;
  readonly commitment: string;
  readonly subject: string;
  readonly sealed: Uint8Array;
  readonly wrapped: Uint8Array | null;
}

const LIST_ROWS = `
  SELECT path, commitment, personal_value.subject, sealed, wrapped
    FROM personal_value LEFT JOIN subject_key ON subject_key.subject = personal_value.subject
   WHERE event_id = :eventId
   ORDER BY path, commitment`;

/**
 * Opens `privacy.db` read-only for a check; what does not open is reported and not thrown.
 *
 * @param kek 32 bytes; without it rows are only seen to be there
 * @throws the driver's error when the file cannot be opened or is no database
 */
export function openSideRows(path: string, kek: Uint8Array | undefined): SideRows {
  const file = openSqlite(path, { readonly: true });
  return {
    rowsOf: (eventId) =>
      file.all<Stored>(LIST_ROWS, { eventId }).flatMap((row) => {
        // A row without its key is no value any more: whether that was an erasure, the log says.
        if (row.wrapped === null) return [];
        const { path: pointer, commitment } = row;
        return [{ path: pointer, commitment, content: contentOf(eventId, row, kek) }];
      }),
    close: () => file.close(),
  };
}

function contentOf(
  eventId: string,
  { path, commitment, subject, sealed, wrapped }: Stored,
  kek: Uint8Array | undefined,
): SideRow['content'] {
  if (kek === undefined) return 'closed';
  const key = unseal(kek, wrapped ?? new Uint8Array(), keyBoundTo(subject));
  if (key?.length !== KEY_BYTES) return 'damaged';
  const content = unseal(key, sealed, boundTo(eventId, path, commitment));
  if (content === undefined) return 'damaged';
  return { salt: content.subarray(0, SALT_BYTES), value: content.subarray(SALT_BYTES) };
}
