import { canonicalJson, quoted } from './canonical-json';
import { type Entry } from './entry';
import { checkEntry, ENTRY_BYTES_MAX } from './entry-fields';
import { TieoutError, tooLarge } from './errors';
import { sha256Hex } from './hash';
import { uuidV5 } from './ids';
import { type Json, type JsonObject } from './json';
import { parseStrictJson } from './strict-json';
import { strictCanonicalJson } from './strict-value';

/** An entry in the form in which a store takes it. */
export interface EncodedEntry {
  readonly id: string;
  /** names id and content together; an append compares it with what is stored */
  readonly storeId: string;
  readonly type: string;
  /** canonical JSON, at most 65,535 bytes */
  readonly entry: Uint8Array;
}

/** Our own source system; the time of its events is the time of recording, and so no content. */
const OWN_SYSTEM = 'tieout';
/** Members that differ between two arrivals of the same event. */
const ARRIVAL: ReadonlySet<string> = new Set(['v', 'revision', 'recordedAt', 'attempt', 'prev']);
/** `data` lies one level inside the entry. */
const DATA_LEVEL = 1;
const DATA_PATH = ['data'];
const CLOSING_BRACE = 0x7d;

/**
 * The bytes of an entry that are stored, hashed and proved.
 *
 * @throws TieoutError with the pointer of the first member that is not as the format says; `too-large`
 * @see docs/reference/ledger-format.md, section 1
 */
export function encodeEntry(entry: Entry): Uint8Array {
  checkEntry(entry as unknown as Json);
  return bytesOf(entryText(piecesOf(entry)));
}

/** As `encodeEntry`, with the store id, for an append. Writes each member once for both. */
export function encodeForStore(entry: Entry): EncodedEntry {
  checkEntry(entry as unknown as Json);
  const pieces = piecesOf(entry);
  const text = entryText(pieces);
  const bytes = bytesOf(text);
  const isAscii = bytes.length === text.length;
  const content = isAscii ? contentIn(bytes, entry, pieces) : contentText(entry, pieces);
  const storeId = uuidV5(entry.id, sha256Hex(content));
  return { id: entry.id, storeId, type: entry.type, entry: bytes };
}

/**
 * Reads stored bytes and accepts only what `encodeEntry` would have written.
 *
 * @throws TieoutError `json-*`; `malformed` for bytes that are not in canonical form; the codes of the field table;
 * `too-large`
 */
export function decodeEntry(bytes: Uint8Array): Entry {
  if (bytes.length > ENTRY_BYTES_MAX)
    throw tooLarge('The entry', ENTRY_BYTES_MAX, bytes.length, 'bytes');
  const value = parseStrictJson(bytes, { freeNamesOf: 'commitments' });
  if (Buffer.compare(Buffer.from(canonicalJson(value), 'utf8'), bytes) !== 0) {
    throw new TieoutError(
      'malformed',
      'The bytes are not the canonical form of their content (RFC 8785).',
      { pointer: '' },
    );
  }
  checkEntry(value);
  return value;
}

/**
 * What a repeat of an event is compared by: the entry without the members that arrival gives it.
 *
 * @see docs/reference/ledger-format.md, section 5
 */
export function contentOf(entry: Entry): JsonObject {
  const isOwn = entry.source.system === OWN_SYSTEM;
  return Object.fromEntries(
    Object.entries(entry).filter(
      ([name]) => !ARRIVAL.has(name) && !(isOwn && name === 'occurredAt'),
    ),
  ) as JsonObject;
}

/** UUIDv5(entry id, hex of SHA-256 of the canonical content). @see docs/reference/ledger-format.md, section 1.2 */
export function storeIdOf(entry: Entry): string {
  return uuidV5(entry.id, sha256Hex(canonicalJson(contentOf(entry))));
}

/** Members in canonical order, each with the comma before it; those of arrival stand apart from the content. */
interface Pieces {
  readonly actorAttachments: string;
  readonly attempt: string;
  readonly causationToId: string;
  readonly occurredAt: string;
  readonly overrides: string;
  readonly prevToRevision: string;
  readonly rulesToType: string;
}

function piecesOf(e: Entry): Pieces {
  return {
    actorAttachments: `{"actor":${canonicalJson(e.actor as unknown as JsonObject)}${member('attachments', e.attachments)}`,
    attempt: e.attempt === undefined ? '' : `,"attempt":${e.attempt}`,
    causationToId:
      (e.causation === undefined ? '' : `,"causation":"${e.causation}"`) +
      (e.commitments === undefined ? '' : `,"commitments":${canonicalJson(e.commitments)}`) +
      `,"contract":${e.contract}` +
      (e.correlation === undefined ? '' : `,"correlation":${quoted(e.correlation)}`) +
      `,"data":${strictCanonicalJson(e.data, DATA_LEVEL, DATA_PATH)},"id":"${e.id}"`,
    occurredAt: `,"occurredAt":"${e.occurredAt}"`,
    overrides: member('overrides', e.overrides),
    prevToRevision:
      (e.prev === undefined ? '' : `,"prev":"${e.prev}"`) +
      `,"recordedAt":"${e.recordedAt}","revision":${e.revision}`,
    rulesToType: `${member('rules', e.rules)},"source":${canonicalJson(e.source as unknown as JsonObject)},"stream":"${e.stream}","type":"${e.type}"`,
  };
}

function entryText(p: Pieces): string {
  return (
    p.actorAttachments +
    p.attempt +
    p.causationToId +
    p.occurredAt +
    p.overrides +
    p.prevToRevision +
    p.rulesToType +
    ',"v":1}'
  );
}

function contentText(e: Entry, p: Pieces): string {
  const occurredAt = e.source.system === OWN_SYSTEM ? '' : p.occurredAt;
  return `${p.actorAttachments}${p.causationToId}${occurredAt}${p.overrides}${p.rulesToType}}`;
}

const contentBytes = Buffer.alloc(ENTRY_BYTES_MAX + 1);

/** As `contentText`, cut out of the entry's own bytes: there a piece is as long as its text, and joined already. */
function contentIn(bytes: Uint8Array, e: Entry, p: Pieces): Uint8Array {
  const isOwn = e.source.system === OWN_SYSTEM;
  let to = 0;
  let from = 0;
  const take = (length: number): void => {
    contentBytes.set(bytes.subarray(from, from + length), to);
    to += length;
    from += length;
  };
  const early = p.actorAttachments.length;
  const middle = p.causationToId.length + (isOwn ? 0 : p.occurredAt.length + p.overrides.length);
  if (p.attempt === '') {
    take(early + middle);
  } else {
    take(early);
    from += p.attempt.length;
    take(middle);
  }
  if (isOwn) {
    from += p.occurredAt.length;
    take(p.overrides.length);
  }
  from += p.prevToRevision.length;
  take(p.rulesToType.length);
  contentBytes[to] = CLOSING_BRACE;
  return contentBytes.subarray(0, to + 1);
}

function member(name: string, value: object | undefined): string {
  return value === undefined ? '' : `,"${name}":${canonicalJson(value as JsonObject)}`;
}

function bytesOf(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length > ENTRY_BYTES_MAX)
    throw tooLarge('The entry', ENTRY_BYTES_MAX, bytes.length, 'bytes');
  return bytes;
}
