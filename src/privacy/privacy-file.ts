import { openSideFile } from '../event-store/sqlite';
import { ERASE_FOR_GOOD, SCHEMA } from './schema';

/** The open `privacy.db`. */
export type PrivacyFile = ReturnType<typeof openSideFile>;

export function openPrivacyFile(path: string): PrivacyFile {
  const file = openSideFile(path, { schema: SCHEMA });
  file.exec(ERASE_FOR_GOOD);
  return file;
}
