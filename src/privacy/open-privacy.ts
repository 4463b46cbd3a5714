import { type Clock, type Randomness } from '../kernel/runtime';
import { DrawnBytes } from './drawn-bytes';
import { type PersonalValues } from './personal-values';
import { openPrivacyFile } from './privacy-file';
import { SqlitePseudonyms, type Pseudonyms } from './pseudonyms';
import { SideStore } from './side-store';
import { SubjectKeys } from './subject-keys';
import { SqlitePersonalValues } from './sqlite-personal-values';

export interface PrivacyOptions {
  /** of `privacy.db`, a file of its own: it is erased from and backed up by other rules than the ledger */
  readonly path: string;
  /** 32 bytes, kept outside the database */
  readonly kek: Uint8Array;
  readonly clock: Clock;
  readonly randomness: Randomness;
}

export interface Privacy {
  readonly pseudonyms: Pseudonyms;
  readonly personalValues: PersonalValues;
  readonly sideStore: SideStore;
  /** One transaction, and so one sync, for all that `work` does with both. `work` is synchronous. */
  together<T>(work: () => T): T;
  close(): void;
}

/**
 * Opens what may be erased; a missing file is made.
 *
 * @throws TieoutError `configuration` when the keys in the file were wrapped by another KEK
 */
export function openPrivacy({ path, kek, clock, randomness }: PrivacyOptions): Privacy {
  const file = openPrivacyFile(path);
  try {
    const random = new DrawnBytes(randomness);
    const keys = new SubjectKeys(file, kek, random);
    keys.check();
    const pseudonyms = new SqlitePseudonyms(file, randomness);
    return {
      pseudonyms,
      sideStore: new SideStore(file, keys, pseudonyms, random),
      personalValues: new SqlitePersonalValues(file, keys, clock, random),
      together: (work) => file.transaction(work),
      close: () => file.close(),
    };
  } catch (error) {
    file.close();
    throw error;
  }
}
