import { storeUnavailable } from '../kernel/errors';
import { isUuid } from '../kernel/ids';
import { type Instant } from '../kernel/runtime';
import { type DrawnBytes } from './drawn-bytes';
import { boundTo, NONCE_BYTES, seal, unseal } from './envelope';
import { type PrivacyFile } from './privacy-file';
import { type NamedValue } from './privacy.events';
import { type SqlitePseudonyms } from './pseudonyms';
import { type SubjectKeys } from './subject-keys';

/** A row as the sweep looks at it. */
export interface StoredRow {
  readonly event: string;
  readonly path: string;
  readonly commitment: string;
  readonly storedAt: Instant;
}

export interface Removal {
  readonly values: readonly NamedValue[];
  /** also the key and the pseudonym of this subject */
  readonly subject?: string;
  /** log index of the event that says so: everything up to it has been carried out */
  readonly index: number;
}

type Place = Pick<StoredRow, 'event' | 'path' | 'commitment'>;

/** A person's values are in an index of their own; those that belong to their event are found by it. */
const OF_PERSON = `subject = :subject AND subject <> event_id`;
const OF_EVENT = `event_id = :subject AND subject = :subject`;
const LIST_VALUES = `SELECT event_id AS event, path FROM personal_value`;
const PAGE_OF_VALUES = `
   AND (event_id, path) > (:event, :path)
   GROUP BY event_id, path
   ORDER BY event_id, path
   LIMIT :limit`;
const LIST_OF_PERSON = `${LIST_VALUES} WHERE ${OF_PERSON} ${PAGE_OF_VALUES}`;
const LIST_OF_EVENT = `${LIST_VALUES} WHERE ${OF_EVENT} ${PAGE_OF_VALUES}`;
const COUNT_OF_PERSON = `
  SELECT count(*) AS n FROM (SELECT DISTINCT event_id, path FROM personal_value WHERE ${OF_PERSON})`;
const FIND_SUBJECT = `
  SELECT subject FROM personal_value WHERE event_id = :event AND path = :path AND commitment = :commitment`;
const HAS_VALUE = `SELECT 1 FROM personal_value WHERE event_id = :event AND path = :path LIMIT 1`;
const HAS_KEY = `SELECT 1 FROM subject_key WHERE subject = :subject`;
const REMOVE_VALUE = `DELETE FROM personal_value WHERE event_id = :event AND path = :path`;
const REMOVE_REST = `DELETE FROM personal_value WHERE ${OF_EVENT}`;
const LIST_LEFT = `
  SELECT event_id AS event, path, commitment, sealed FROM personal_value WHERE ${OF_PERSON}`;
const MOVE_VALUE = `
  UPDATE personal_value SET subject = :event, sealed = :sealed
   WHERE event_id = :event AND path = :path AND commitment = :commitment`;
const LIST_ROWS = `
  SELECT event_id AS event, path, commitment, stored_at AS storedAt
    FROM personal_value
   WHERE (event_id, path, commitment) > (:event, :path, :commitment)
   ORDER BY event_id, path, commitment
   LIMIT :limit`;
const SWEEP_VALUE = `
  DELETE FROM personal_value
   WHERE event_id = :event AND path = :path AND commitment = :commitment AND stored_at <= :until`;
const SWEEP_KEY = `
  DELETE FROM subject_key
   WHERE subject = :event AND NOT EXISTS (SELECT 1 FROM personal_value WHERE event_id = :event AND subject = :event)`;
const READ_NOTE = `SELECT value FROM upkeep WHERE name = :name`;
const WRITE_NOTE = `INSERT OR REPLACE INTO upkeep (name, value) VALUES (:name, :value)`;
const DROP_NOTE = `DELETE FROM upkeep WHERE name = :name`;
const TRUNCATE_WAL = `PRAGMA wal_checkpoint(TRUNCATE)`;

/** The erasable rows and how they go. Whether they may go is decided elsewhere, and recorded first. */
export class SideStore {
  constructor(
    private readonly file: PrivacyFile,
    private readonly keys: SubjectKeys,
    private readonly pseudonyms: SqlitePseudonyms,
    private readonly random: DrawnBytes,
  ) {}

  /** names the key that wraps the subjects' keys */
  get kekId(): string {
    return this.keys.kekId;
  }

  /** True while the subject has a key or a pseudonym: once both are erased nothing here tells of it. */
  knows(subject: string): boolean {
    return this.file.get(HAS_KEY, { subject }) !== undefined || this.hasPseudonym(subject);
  }

  hasPseudonym(subject: string): boolean {
    return this.pseudonyms.accountOf(subject) !== undefined;
  }

  /** Values of a subject by event and path, those that were never recorded too. */
  valuesOf(subject: string, after: NamedValue | undefined, limit: number): NamedValue[] {
    const { event, path } = after ?? { event: '', path: '' };
    const list = isUuid(subject) ? LIST_OF_EVENT : LIST_OF_PERSON;
    return this.file.all<NamedValue>(list, { subject, event, path, limit });
  }

  has({ event, path }: NamedValue): boolean {
    return this.file.get(HAS_VALUE, { event, path }) !== undefined;
  }

  /** @param subject a pseudonym */
  countOf(subject: string): number {
    return Number(this.file.get<{ n: bigint }>(COUNT_OF_PERSON, { subject })?.n ?? 0n);
  }

  /** Whose value stands behind a commitment; `undefined` when it is not there. */
  subjectOf(place: Place): string | undefined {
    const { event, path, commitment } = place;
    return this.file.get<{ subject: string }>(FIND_SUBJECT, { event, path, commitment })?.subject;
  }

  /**
   * Deletes values, those of other attempts under the same event too, and with `subject` its key and pseudonym. One
   * durable transaction; sent again it changes nothing. What is left of the bytes on disk goes with `clearTraces`.
   */
  remove({ values, subject, index }: Removal): void {
    this.file.transaction(() => {
      for (const { event, path } of values) this.file.run(REMOVE_VALUE, { event, path });
      if (subject !== undefined) {
        // All of a recorded event that was to stay is named; what else lies there came with other attempts.
        if (isUuid(subject)) this.file.run(REMOVE_REST, { subject });
        else this.moveRestOf(subject);
        this.keys.erase(subject);
        this.pseudonyms.erase(subject);
      }
      this.write(CARRIED_OUT, String(Math.max(index, this.carriedOut())));
      this.write(TRACES, 'there');
    });
  }

  /** Log index of the last erasure that was carried out; -1 when none was. Goes back with a copy that is put back. */
  carriedOut(): number {
    return Number(this.read(CARRIED_OUT) ?? -1);
  }

  hasTraces(): boolean {
    return this.read(TRACES) !== undefined;
  }

  /**
   * Leaves nothing of deleted rows on disk: deleted cells are overwritten (`secure_delete`), pages that once held them
   * are rewritten, and the WAL that brought them is cut. Tried again by the next upkeep when it fails.
   *
   * @throws TieoutError `store-unavailable` while somebody reads the file, or the driver's error on a full disk
   */
  clearTraces(): void {
    if (!this.hasTraces()) return;
    this.truncateWal();
    this.file.exec('VACUUM');
    this.file.run(DROP_NOTE, { name: TRACES });
    this.truncateWal();
  }

  /** Rows in the order of their key, a page of them. */
  rows(after: Place | undefined, limit: number): StoredRow[] {
    const { event, path, commitment } = after ?? { event: '', path: '', commitment: '' };
    return this.file.all<StoredRow>(LIST_ROWS, { event, path, commitment, limit });
  }

  /** Deletes rows unless they were used again after `until`. @returns how many went */
  sweep(rows: readonly Place[], until: Instant): number {
    return this.file.transaction(() => {
      let swept = 0;
      for (const { event, path, commitment } of rows) {
        swept += this.file.run(SWEEP_VALUE, { event, path, commitment, until }).changes;
      }
      for (const event of new Set(rows.map((row) => row.event)))
        this.file.run(SWEEP_KEY, { event });
      if (swept > 0) this.write(TRACES, 'there');
      return swept;
    });
  }

  /** Rows stored up to this instant were looked at by a sweep. */
  sweptUntil(): Instant {
    return this.read(SWEPT) ?? '';
  }

  noteSwept(until: Instant): void {
    this.write(SWEPT, until);
  }

  /**
   * Values that the erasure does not name, of events that were on their way, get a key of their event: they must neither
   * go with the subject's key without an event that says so, nor keep that key alive.
   */
  private moveRestOf(subject: string): void {
    const rows = this.file.all<Place & { sealed: Uint8Array }>(LIST_LEFT, { subject });
    const key = rows.length === 0 ? undefined : this.keys.find(subject);
    for (const { event, path, commitment, sealed } of rows) {
      const bound = boundTo(event, path, commitment);
      const content = key === undefined ? undefined : unseal(key, sealed, bound);
      // What does not open now never will: it stays as it is found, for the check to name it.
      const moved =
        content === undefined
          ? sealed
          : seal(this.keys.of(event), this.random.take(NONCE_BYTES), content, bound);
      if (content === undefined) this.keys.of(event);
      this.file.run(MOVE_VALUE, { event, path, commitment, sealed: moved });
    }
  }

  private truncateWal(): void {
    const done = this.file.get<{ busy: bigint }>(TRUNCATE_WAL);
    if (done?.busy === 0n) return;
    throw storeUnavailable('busy', 'Somebody reads privacy.db: its WAL could not be cut.');
  }

  private read(name: string): string | undefined {
    return this.file.get<{ value: string }>(READ_NOTE, { name })?.value;
  }

  private write(name: string, value: string): void {
    this.file.run(WRITE_NOTE, { name, value });
  }
}

const CARRIED_OUT = 'erasures-carried-out';
const TRACES = 'traces';
const SWEPT = 'swept-until';
