import { commitmentOf, SALT_BYTES } from '../kernel/commitment';
import { type Entry } from '../kernel/entry';
import { isJsonObject, type Json } from '../kernel/json';
import { type Finding } from './check-report';

export const ERASED = 'privacy.erased';
const PRIVACY_STREAMS = 'privacy-_.';
const WARNINGS_MAX = 100;

/** The event that says that a value was erased. */
export interface ErasedBy {
  /** entry id of the `privacy.erased` event */
  readonly event: string;
  readonly stream: string;
  readonly index: number;
}

interface Place {
  readonly stream: string;
  readonly revision: number;
  readonly path: string;
}

/** What the `privacy.erased` events of a log name, by stream, revision and path. */
export class ErasureRegister {
  private readonly values = new Map<string, ErasedBy>();

  /**
   * Notes what an entry says was erased; entries of other types are passed over.
   *
   * @returns a finding when the entry is an erasure whose list cannot be read
   */
  note(entry: Entry, index: number): Finding | undefined {
    if (entry.type !== ERASED || !entry.stream.startsWith(PRIVACY_STREAMS)) return undefined;
    const places = placesOf(entry.data['values']);
    if (places === undefined) {
      const { stream, revision } = entry;
      const detail = 'The list of erased values is not as the format says.';
      return { code: 'entry-schema', index, stream, revision, pointer: '/data/values', detail };
    }
    for (const place of places) {
      const key = keyOf(place);
      // The first erasure is the one that took it; a later one found nothing.
      if (!this.values.has(key))
        this.values.set(key, { event: entry.id, stream: entry.stream, index });
    }
    return undefined;
  }

  /** @param index of the entry that has the value: what was erased before it was recorded is another value */
  by(place: Place, index: number): ErasedBy | undefined {
    const erased = this.values.get(keyOf(place));
    return erased !== undefined && erased.index > index ? erased : undefined;
  }

  /** Every erased place, as one key each. */
  keys(): IterableIterator<string> {
    return this.values.keys();
  }
}

/** One row of the side store. */
export interface SideRow {
  readonly path: string;
  /** 64 hex, as the row says */
  readonly commitment: string;
  /** `damaged`: it does not open under its key; `closed`: there was no key to open it with */
  readonly content:
    { readonly salt: Uint8Array; readonly value: Uint8Array } | 'damaged' | 'closed';
}

/** What a check of the personal values came to. */
export interface PrivacyResult {
  readonly findings: readonly Finding[];
  readonly warnings: readonly string[];
  /** commitments whose value is there and fits; with rows that are `closed`, only that it is there */
  readonly opened: number;
  /** commitments whose value an event says is erased */
  readonly erased: number;
}

/**
 * Step 8 of a full check: every commitment of the log has a value that fits it, or an event that says who erased it.
 * Entries are given in the order of the log; memory grows with the values that are not there.
 *
 * @see docs/reference/ledger-format.md, section 8
 */
export class PrivacyCheck {
  private readonly register = new ErasureRegister();
  private readonly findings: Finding[] = [];
  private readonly absent: (Place & { readonly index: number })[] = [];
  private opened = 0;

  /** @param rowsOf rows of the side store under an entry id; called for entries with commitments only */
  entry(entry: Entry, index: number, rowsOf: (eventId: string) => readonly SideRow[]): void {
    const unreadable = this.register.note(entry, index);
    if (unreadable !== undefined) this.findings.push(unreadable);
    const { commitments, stream, revision } = entry;
    if (commitments === undefined) return;
    const rows = rowsOf(entry.id);
    for (const [path, commitment] of Object.entries(commitments)) {
      const place = { stream, revision, path, index };
      // Rows of another attempt under the same id have other commitments and stand for nothing in the log.
      const row = rows.find((one) => one.path === path && one.commitment === commitment);
      if (row === undefined) this.absent.push(place);
      else if (fits(row)) this.opened += 1;
      else this.findings.push(mismatch(place));
    }
  }

  /** To be called once, after the last entry: an erasure stands behind what it erases. */
  end(): PrivacyResult {
    const missing = this.absent.filter(
      (place) => this.register.by(place, place.index) === undefined,
    );
    const gone = new Set(this.absent.map(keyOf));
    const kept = [...this.register.keys()].filter((key) => !gone.has(key));
    return {
      findings: [...this.findings, ...missing.map(missingFinding)],
      warnings: kept.slice(0, WARNINGS_MAX).map(keptWarning),
      opened: this.opened,
      erased: this.absent.length - missing.length,
    };
  }
}

/** True when salt and value give the commitment, or when there was no key to tell. */
function fits({ path, commitment, content }: SideRow): boolean {
  if (content === 'closed') return true;
  if (content === 'damaged' || content.salt.length !== SALT_BYTES) return false;
  return commitmentOf(path, content.salt, content.value) === commitment;
}

function mismatch({ path, ...place }: Place & { readonly index: number }): Finding {
  const detail = 'The value in the side store is not the one that was recorded.';
  return { code: 'opening-mismatch', ...place, pointer: path, detail };
}

function missingFinding({ path, ...place }: Place & { readonly index: number }): Finding {
  const detail = 'The value is gone, and no event says that it was erased.';
  return { code: 'opening-missing', ...place, pointer: path, detail };
}

/** Such as after an old copy of the side store was put back. The next start of the service erases it again. */
function keptWarning(key: string): string {
  const [stream, revision, path] = key.split('\n');
  return `${stream} revision ${revision} ${path}: an event says that this value was erased, but it is still there.`;
}

const keyOf = ({ stream, revision, path }: Place): string => `${stream}\n${revision}\n${path}`;

function placesOf(values: Json | undefined): Place[] | undefined {
  if (!Array.isArray(values)) return undefined;
  const places: Place[] = [];
  for (const value of values as readonly Json[]) {
    if (!isJsonObject(value)) return undefined;
    const { stream, revision, path } = value;
    if (typeof stream !== 'string' || typeof revision !== 'number' || typeof path !== 'string')
      return undefined;
    places.push({ stream, revision, path });
  }
  return places;
}
