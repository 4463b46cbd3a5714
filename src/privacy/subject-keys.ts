import { TieoutError, storeCorrupt } from '../kernel/errors';
import { type DrawnBytes } from './drawn-bytes';
import { KEY_BYTES, keyBoundTo, keyId, NONCE_BYTES, seal, unseal } from './envelope';
import { type PrivacyFile } from './privacy-file';

const FIND_KEY = `SELECT kek_id AS kekId, wrapped FROM subject_key WHERE subject = :subject`;
const ADD_KEY = `INSERT INTO subject_key (subject, kek_id, wrapped) VALUES (:subject, :kekId, :wrapped)`;
const ERASE_KEY = `DELETE FROM subject_key WHERE subject = :subject`;
const FIND_OTHER_KEK = `SELECT kek_id AS kekId FROM subject_key WHERE kek_id <> :kekId LIMIT 1`;

/** One key a subject, so that a subject can be erased by its key. Wrapped by the KEK, which the database never sees. */
export class SubjectKeys {
  /** names the KEK, and tells nothing about it */
  readonly kekId: string;

  constructor(
    private readonly file: PrivacyFile,
    private readonly kek: Uint8Array,
    private readonly random: DrawnBytes,
  ) {
    this.kekId = keyId(kek);
  }

  /** @throws TieoutError `configuration` when a key was wrapped by another KEK */
  check(): void {
    const other = this.file.get<{ kekId: string }>(FIND_OTHER_KEK, { kekId: this.kekId });
    if (other === undefined) return;
    throw new TieoutError(
      'configuration',
      `The personal values were stored under key ${other.kekId}, but TIEOUT_KEK_FILE holds key ${this.kekId}. Restore that file from its backup.`,
      { stored: other.kekId, given: this.kekId },
    );
  }

  /** The subject's key; a subject that has none gets one. To be called in a transaction. */
  of(subject: string): Uint8Array {
    const known = this.find(subject);
    if (known !== undefined) return known;
    const random = this.random.take(KEY_BYTES + NONCE_BYTES);
    const key = random.subarray(0, KEY_BYTES);
    const wrapped = seal(this.kek, random.subarray(KEY_BYTES), key, keyBoundTo(subject));
    this.file.run(ADD_KEY, { subject, kekId: this.kekId, wrapped });
    return key;
  }

  /** Destroys the subject's key: what was sealed under it never opens again. */
  erase(subject: string): void {
    this.file.run(ERASE_KEY, { subject });
  }

  /** The subject's key, or `undefined` when it has none or it was erased. */
  find(subject: string): Uint8Array | undefined {
    const row = this.file.get<{ kekId: string; wrapped: Uint8Array }>(FIND_KEY, { subject });
    if (row === undefined) return undefined;
    const key = unseal(this.kek, row.wrapped, keyBoundTo(subject));
    if (key === undefined) throw storeCorrupt('A key of a subject does not open.', { subject });
    return key;
  }
}
