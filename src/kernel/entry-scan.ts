import { ascii } from './canonical-scan';
import { CORRELATION_BYTES_MAX, ENTRY_BYTES_MAX, ENVELOPE_TEXT_BYTES_MAX } from './entry-fields';
import { EnvelopeScanner } from './envelope-scan';

const COMMA = 0x2c;
const OPEN = ascii('{');
const CLOSE = ascii('}');
const ACTOR = ascii('{"actor":{"id":');
const KIND = ascii(',"kind":');
const ON_BEHALF_OF = ascii(',"onBehalfOf":');
const ROLE = ascii(',"role":');
const ATTACHMENTS = ascii(',"attachments":');
const ATTEMPT = ascii(',"attempt":');
const CAUSATION = ascii(',"causation":');
const COMMITMENTS = ascii(',"commitments":');
const CONTRACT = ascii(',"contract":');
const CORRELATION = ascii(',"correlation":');
const DATA = ascii(',"data":{');
const ID = ascii(',"id":');
const OCCURRED_AT = ascii(',"occurredAt":');
const OVERRIDES = ascii(',"overrides":');
const PREV = ascii(',"prev":');
const RECORDED_AT = ascii(',"recordedAt":');
const REVISION = ascii(',"revision":');
const RULES = ascii(',"rules":');
const SOURCE = ascii(',"source":{');
const DOCUMENT = ascii('"document":');
const SOURCE_ID = ascii('"id":');
const SYSTEM = ascii('"system":');
const STREAM = ascii('},"stream":');
const TYPE = ascii(',"type":');
const VERSION = ascii(',"v":1}');
const KINDS = ['"person"', '"service"', '"system"'].map(ascii);
const OUTCOMES = ['"pass"', '"warn"', '"fail"'].map(ascii);
const OWN_SYSTEM = ascii('tieout');

type Read = () => boolean;
interface Part {
  readonly name: Uint8Array;
  readonly read: Read;
}

/**
 * Goes through the bytes of an entry once and says whether `decodeEntry` would take them, without making the object; and
 * where its members stand. It says no to a few unusual entries that are good (an envelope text beyond ASCII): whoever gets
 * a no asks `decodeEntry`. It never says yes to one that `decodeEntry` refuses.
 */
export class EntryScanner extends EnvelopeScanner {
  revision = 0;
  contract = 0;
  /** each without its quotes */
  streamStart = 0;
  streamEnd = 0;
  typeStart = 0;
  typeEnd = 0;
  systemStart = 0;
  systemEnd = 0;
  /** of 36 characters */
  idStart = 0;
  /** of 64 hex digits; 0 where there is none */
  prevStart = 0;
  hasCommitments = false;
  private start = 0;
  private recordedStart = 0;
  /** what arrival gave, each from its comma on; where a member is absent, nothing stands between */
  private attemptStart = 0;
  private attemptEnd = 0;
  private occurredStart = 0;
  private occurredEnd = 0;
  private arrivalStart = 0;
  private arrivalEnd = 0;

  private readonly text: Read = () => this.identifier(ENVELOPE_TEXT_BYTES_MAX);
  private readonly count: Read = () => this.integerFrom(0);
  private readonly file = partsOf({
    bytes: this.count,
    mediaType: this.text,
    sha256: () => this.sha256(),
  });
  private readonly override = partsOf({
    approver: this.text,
    reason: this.text,
    rule: this.text,
  });
  private readonly rule = partsOf({
    id: this.text,
    outcome: () => this.oneOf(OUTCOMES),
    version: this.count,
  });

  /** @param bytes may hold more before `start` and from `end` on */
  scan(bytes: Buffer, start: number, end: number): boolean {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.at = start;
    return (
      end - start <= ENTRY_BYTES_MAX &&
      this.actorToCorrelation() &&
      this.dataToPrev() &&
      this.recordedAtToVersion() &&
      this.at === end &&
      this.prevStart > 0 === this.revision > 0
    );
  }

  /** Milliseconds since 1970. */
  recordedAt(): number {
    const at = this.recordedStart;
    return Date.UTC(
      this.digits(at, 4),
      this.digits(at + 5, 2) - 1,
      this.digits(at + 8, 2),
      this.digits(at + 11, 2),
      this.digits(at + 14, 2),
      this.digits(at + 17, 2),
      this.digits(at + 20, 3),
    );
  }

  /**
   * The canonical content of the entry, by leaving out what arrival gave it. @see contentOf
   *
   * @param into at least as long as the entry
   * @returns the number of bytes written
   */
  content(into: Buffer): number {
    const { bytes, attemptEnd, occurredStart, occurredEnd } = this;
    let length = bytes.copy(into, 0, this.start, this.attemptStart);
    if (this.matches(OWN_SYSTEM, this.systemStart, this.systemEnd)) {
      length += bytes.copy(into, length, attemptEnd, occurredStart);
      length += bytes.copy(into, length, occurredEnd, this.arrivalStart);
    } else length += bytes.copy(into, length, attemptEnd, this.arrivalStart);
    length += bytes.copy(into, length, this.arrivalEnd, this.end - VERSION.length);
    into[length] = 0x7d;
    return length + 1;
  }

  private actorToCorrelation(): boolean {
    if (!this.word(ACTOR) || !this.identifier(ENVELOPE_TEXT_BYTES_MAX)) return false;
    if (!this.word(KIND) || !this.oneOf(KINDS)) return false;
    if (this.word(ON_BEHALF_OF) && !this.identifier(ENVELOPE_TEXT_BYTES_MAX)) return false;
    if (this.word(ROLE) && !this.identifier(ENVELOPE_TEXT_BYTES_MAX)) return false;
    if (!this.word(CLOSE)) return false;
    if (this.word(ATTACHMENTS) && !this.list(this.file)) return false;
    this.attemptStart = this.at;
    if (this.word(ATTEMPT) && !this.integerFrom(2)) return false;
    this.attemptEnd = this.at;
    if (this.word(CAUSATION) && !this.uuid()) return false;
    this.hasCommitments = this.word(COMMITMENTS);
    if (this.hasCommitments && !this.commitments()) return false;
    if (!this.word(CONTRACT) || !this.integerFrom(1)) return false;
    this.contract = this.integer;
    return !this.word(CORRELATION) || this.identifier(CORRELATION_BYTES_MAX);
  }

  private dataToPrev(): boolean {
    if (!this.word(DATA)) return false;
    this.at -= 1;
    if (!this.object(2) || !this.word(ID)) return false;
    this.idStart = this.at + 1;
    if (!this.uuid()) return false;
    this.occurredStart = this.at;
    if (!this.word(OCCURRED_AT) || !this.instant()) return false;
    this.occurredEnd = this.at;
    if (this.word(OVERRIDES) && !this.list(this.override)) return false;
    this.arrivalStart = this.at;
    const hasPrev = this.word(PREV);
    this.prevStart = hasPrev ? this.at + 1 : 0;
    return !hasPrev || this.sha256();
  }

  private recordedAtToVersion(): boolean {
    if (!this.word(RECORDED_AT)) return false;
    this.recordedStart = this.at + 1;
    if (!this.instant() || !this.word(REVISION) || !this.integerFrom(0)) return false;
    this.revision = this.integer;
    this.arrivalEnd = this.at;
    if (this.word(RULES) && !this.list(this.rule)) return false;
    if (!this.source() || !this.word(STREAM)) return false;
    this.streamStart = this.at + 1;
    if (!this.streamName()) return false;
    this.streamEnd = this.at - 1;
    if (!this.word(TYPE)) return false;
    this.typeStart = this.at + 1;
    if (!this.typeName()) return false;
    this.typeEnd = this.at - 1;
    return this.word(VERSION);
  }

  private source(): boolean {
    if (!this.word(SOURCE)) return false;
    if (this.word(DOCUMENT)) {
      if (!this.identifier(ENVELOPE_TEXT_BYTES_MAX) || this.bytes[this.at++] !== COMMA)
        return false;
    }
    if (this.word(SOURCE_ID)) {
      if (!this.identifier(ENVELOPE_TEXT_BYTES_MAX) || this.bytes[this.at++] !== COMMA)
        return false;
    }
    if (!this.word(SYSTEM)) return false;
    this.systemStart = this.at + 1;
    if (!this.identifier(ENVELOPE_TEXT_BYTES_MAX)) return false;
    this.systemEnd = this.at - 1;
    return true;
  }

  private list(item: readonly Part[]): boolean {
    if (this.bytes[this.at] !== 0x5b) return false;
    do {
      this.at += 1;
      if (!this.parts(item)) return false;
    } while (this.bytes[this.at] === COMMA);
    return this.bytes[this.at++] === 0x5d;
  }

  private parts(parts: readonly Part[]): boolean {
    if (!this.word(OPEN)) return false;
    for (const { name, read } of parts) if (!this.word(name) || !read()) return false;
    return this.word(CLOSE);
  }

  private oneOf(words: readonly Uint8Array[]): boolean {
    for (let i = 0; i < words.length; i++) if (this.word(words[i] as Uint8Array)) return true;
    return false;
  }

  private integerFrom(least: number): boolean {
    return this.number() && this.integer >= least;
  }
}

/** Members that must all be there; given in the order of their names. */
function partsOf(members: Readonly<Record<string, Read>>): Part[] {
  return Object.entries(members).map(([name, read], i) => ({
    name: ascii(`${i === 0 ? '' : ','}"${name}":`),
    read,
  }));
}
