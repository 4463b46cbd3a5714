import { type Sql } from '../../src/event-store/sqlite';

export const FAULTS = ['none', 'lose-request', 'lose-reply', 'silence', 'die', 'full'] as const;

const PAGES_MAX = 4_294_967_294;

/** A full disk without filling one: SQLite answers SQLITE_FULL when the file may not grow. */
export function limitPages(sql: Sql, isFull: boolean): void {
  sql.all(isFull ? 'PRAGMA max_page_count = 1' : `PRAGMA max_page_count = ${PAGES_MAX}`);
}
