import { canonicalBytes } from '../kernel/canonical-json';
import { commitmentOf, SALT_BYTES } from '../kernel/commitment';
import { storeCorrupt } from '../kernel/errors';
import { hex } from '../kernel/hash';
import { type Json } from '../kernel/json';
import { millisOf } from '../kernel/instant';
import { type Clock, type Instant } from '../kernel/runtime';
import { type DrawnBytes } from './drawn-bytes';
import { boundTo, NONCE_BYTES, seal, unseal } from './envelope';
import {
  type Commitments,
  type EventValues,
  type Opening,
  type PersonalValue,
  type PersonalValues,
} from './personal-values';
import { type PrivacyFile } from './privacy-file';
import { type SubjectKeys } from './subject-keys';

interface Row {
  readonly path: string;
  readonly commitment: string;
  readonly subject: string;
  readonly sealed: Uint8Array;
  readonly storedAt: Instant;
}

/** A row that was opened: its salt, and the canonical bytes of its value. */
interface Opened {
  readonly path: string;
  readonly commitment: string;
  readonly salt: Uint8Array;
  readonly value: Uint8Array;
  readonly storedAt: Instant;
}

/** Keys in use in one transaction, by subject: a batch has many values of few persons. */
type KeyRing = Map<string, Uint8Array>;

interface NewValue {
  readonly eventId: string;
  readonly subject: string;
  readonly path: string;
  /** RFC 8785 bytes */
  readonly value: Uint8Array;
}

const LIST_VALUES = `
  SELECT path, commitment, subject, sealed, stored_at AS storedAt
    FROM personal_value
   WHERE event_id = :eventId
   ORDER BY path, commitment`;
const ADD_VALUE = `
  INSERT INTO personal_value (event_id, path, commitment, subject, sealed, stored_at)
  VALUES (:eventId, :path, :commitment, :subject, :sealed, :storedAt)`;
const RENEW_VALUE = `
  UPDATE personal_value SET stored_at = :storedAt
   WHERE event_id = :eventId AND path = :path AND commitment = :commitment`;

/** A row that is used again after this long is marked as new, so that no sweep takes it from an append under way. */
const RENEWED_AFTER_MS = 60 * 60 * 1_000;

export class SqlitePersonalValues implements PersonalValues {
  constructor(
    private readonly file: PrivacyFile,
    private readonly keys: SubjectKeys,
    private readonly clock: Clock,
    private readonly random: DrawnBytes,
  ) {}

  commit(eventId: string, values: readonly PersonalValue[]): Commitments {
    return this.commitAll([{ eventId, values }])[0] as Commitments;
  }

  commitAll(events: readonly EventValues[]): Commitments[] {
    if (events.every(({ values }) => values.length === 0)) return events.map(() => ({}));
    const keys = new Map<string, Uint8Array>();
    return this.file.transaction(() => events.map((event) => this.commitOne(event, keys)));
  }

  open(eventId: string, commitments?: Commitments): Opening[] {
    return this.openedOf(eventId)
      .filter(
        ({ path, commitment }) => commitments === undefined || commitments[path] === commitment,
      )
      .map(({ path, commitment, salt, value }) => ({
        path,
        salt: hex(salt),
        value: JSON.parse(Buffer.from(value).toString('utf8')) as Json,
        commitment,
      }));
  }

  differing(eventId: string, commitments: Commitments, values: readonly PersonalValue[]): string[] {
    const stored = new Map(this.openedOf(eventId).map((opened) => [opened.commitment, opened]));
    const sent = new Map(values.map(({ pointer, value }) => [pointer, value]));
    const paths = [...new Set([...Object.keys(commitments), ...sent.keys()])].sort();
    return paths.filter((path) => {
      const commitment = commitments[path];
      const value = sent.get(path);
      if (commitment === undefined || value === undefined) return true;
      const salt = stored.get(commitment)?.salt;
      return salt !== undefined && commitmentOf(path, salt, canonicalBytes(value)) !== commitment;
    });
  }

  private commitOne({ eventId, values }: EventValues, keys: KeyRing): Commitments {
    if (values.length === 0) return {};
    const stored = this.openedOf(eventId);
    const commitments: Record<string, string> = {};
    for (const { pointer, value, subject = eventId } of values) {
      if (commitments[pointer] !== undefined) throw new TypeError(`${pointer} is given twice`);
      const bytes = canonicalBytes(value);
      const same = stored.find(
        (row) => row.path === pointer && Buffer.compare(row.value, bytes) === 0,
      );
      commitments[pointer] =
        same === undefined
          ? this.add({ eventId, subject, path: pointer, value: bytes }, keys)
          : this.used(eventId, same);
    }
    return commitments;
  }

  private used(eventId: string, { path, commitment, storedAt }: Opened): string {
    const now = this.clock.now();
    // Either way: a clock that was set back must not make the row look old.
    if (Math.abs(millisOf(now) - millisOf(storedAt)) > RENEWED_AFTER_MS)
      this.file.run(RENEW_VALUE, { eventId, path, commitment, storedAt: now });
    return commitment;
  }

  private add({ eventId, subject, path, value }: NewValue, keys: KeyRing): string {
    const random = this.random.take(SALT_BYTES + NONCE_BYTES);
    const salt = random.subarray(0, SALT_BYTES);
    const commitment = commitmentOf(path, salt, value);
    const key = keys.get(subject) ?? this.keys.of(subject);
    keys.set(subject, key);
    const sealed = seal(
      key,
      random.subarray(SALT_BYTES),
      Buffer.concat([salt, value]),
      boundTo(eventId, path, commitment),
    );
    const storedAt = this.clock.now();
    this.file.run(ADD_VALUE, { eventId, path, commitment, subject, sealed, storedAt });
    return commitment;
  }

  private openedOf(eventId: string): Opened[] {
    const rows = this.file.all<Row>(LIST_VALUES, { eventId });
    const keys = new Map<string, Uint8Array | undefined>();
    return rows.flatMap(({ path, commitment, subject, sealed, storedAt }) => {
      if (!keys.has(subject)) keys.set(subject, this.keys.find(subject));
      const key = keys.get(subject);
      // Without its key a value is erased, row or no row.
      if (key === undefined) return [];
      const content = unseal(key, sealed, boundTo(eventId, path, commitment));
      if (content === undefined)
        throw storeCorrupt('A personal value does not open.', { event: eventId, path });
      return [
        {
          path,
          commitment,
          salt: content.subarray(0, SALT_BYTES),
          value: content.subarray(SALT_BYTES),
          storedAt,
        },
      ];
    });
  }
}
