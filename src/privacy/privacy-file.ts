import { openSqlite } from '../event-store/sqlite';
import { ERASE_FOR_GOOD, SCHEMA } from './schema';

/** The open `privacy.db`. */
export type PrivacyFile = ReturnType<typeof openSqlite>;

export function openPrivacyFile(path: string): PrivacyFile {
  const file = openSqlite(path, { schema: SCHEMA });
  file.exec(ERASE_FOR_GOOD);
  return file;
}
