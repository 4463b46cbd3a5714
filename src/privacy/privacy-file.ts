import { openSideFile } from '../event-store/sqlite';
import { ERASE_FOR_GOOD, GROWTH, SCHEMA } from './schema';

/** The open `privacy.db`. */
export type PrivacyFile = ReturnType<typeof openSideFile>;

export function openPrivacyFile(path: string): PrivacyFile {
  const file = openSideFile(path, { schema: SCHEMA });
  try {
    file.exec(ERASE_FOR_GOOD);
    file.exec(GROWTH);
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}
