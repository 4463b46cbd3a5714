import { isTieoutError, TieoutError } from '../kernel/errors';
import {
  type AppendCall,
  type Expected,
  type NewEvent,
  type Revision,
  type StoreLimits,
} from './port';

/** Category, dash, entity, dot, key; entity and key percent-encoded, a dot only in the key (ledger format, section 1). */
const STREAM_NAME =
  /^[a-z][a-z0-9_]{0,31}-(?:[A-Za-z0-9_~-]|%[0-9A-F]{2})+\.(?:[A-Za-z0-9_.~-]|%[0-9A-F]{2})+$/;
const EVENT_TYPE = /^[a-z][a-z0-9-]*(?:\.[a-z][a-z0-9-]*)+$/;
const STREAM_NAME_BYTES_MAX = 400;
const TYPE_BYTES_MAX = 80;
/** SQLite and the protocol of KurrentDB both end here; the sentinel 2^64 - 1 is never a revision. */
const REVISION_MAX = 2n ** 63n - 1n;

/** @throws TypeError when `stream` is not a stream name */
export function assertStreamName(stream: string): void {
  if (stream.length > STREAM_NAME_BYTES_MAX || !STREAM_NAME.test(stream)) {
    throw new TypeError(`not a stream name: ${JSON.stringify(stream)}`);
  }
}

/** @throws TypeError when `revision` cannot be one */
export function assertRevision(revision: Revision): void {
  if (typeof revision !== 'bigint' || revision < 0n || revision > REVISION_MAX) {
    throw new TypeError(`not a revision: ${String(revision)}`);
  }
}

/** @throws TypeError when `limit` is not a whole number of events */
export function assertLimit(limit: number | undefined): void {
  if (limit !== undefined && (!Number.isSafeInteger(limit) || limit < 0)) {
    throw new TypeError(`not a limit: ${limit}`);
  }
}

/** Revision that the first event of an append takes. */
export const firstRevision = (expected: Expected): Revision =>
  expected === 'no-stream' ? 0n : expected + 1n;

/**
 * What every adapter refuses before any I/O.
 *
 * @throws TypeError for misuse
 * @throws TieoutError `too-large` with limit, actual and, for one event, its index
 */
export function checkAppend(
  stream: string,
  expected: Expected,
  events: readonly NewEvent[],
  limits: StoreLimits,
): void {
  assertStreamName(stream);
  if (expected !== 'no-stream') assertRevision(expected);
  if (events.length === 0) throw new TypeError('an append needs at least one event');
  if (events.length > limits.appendEventsMax) {
    throw tooLargeAppend('An append', limits.appendEventsMax, events.length, 'events');
  }
  const bytes = checkEvents(events, limits);
  if (bytes > limits.appendBytesMax) {
    throw tooLargeAppend('An append', limits.appendBytesMax, bytes, 'bytes');
  }
}

/** What an append counts for against a limit of bytes: the sum of entry + 2 x type length. */
export function bytesOf({ events }: AppendCall): number {
  let bytes = 0;
  for (const { entry, type } of events) bytes += entry.length + 2 * type.length;
  return bytes;
}

/**
 * Why one append among several is refused before any I/O; `undefined` when it is not.
 *
 * @throws TypeError for misuse
 */
export function refusalOf(append: AppendCall, limits: StoreLimits): TieoutError | undefined {
  const { stream, expected, events, prev } = append;
  if (prev !== undefined && (prev.length !== 32 || expected === 'no-stream')) {
    throw new TypeError('a predecessor is a leaf of 32 bytes, and the first event has none');
  }
  try {
    checkAppend(stream, expected, events, limits);
    return undefined;
  } catch (error) {
    if (!isTieoutError(error, 'too-large')) throw error;
    return error;
  }
}

function checkEvents(events: readonly NewEvent[], limits: StoreLimits): number {
  const seen = events.length === 1 ? undefined : new Set<string>();
  let bytes = 0;
  for (let index = 0; index < events.length; index += 1) {
    const event = events[index] as NewEvent;
    assertEvent(event);
    seen?.add(event.id).add(event.storeId);
    if (event.entry.length > limits.entryBytesMax) {
      throw tooLargeAppend('An entry', limits.entryBytesMax, event.entry.length, 'bytes', index);
    }
    bytes += event.entry.length + 2 * event.type.length;
  }
  if (seen !== undefined) assertDistinct(events, seen.size);
  return bytes;
}

/** Dashes of the canonical form; the other 32 characters are lower-case hex digits. */
const DASHES: ReadonlySet<number> = new Set([8, 13, 18, 23]);
const UUID_CLASSES = Uint8Array.from({ length: 36 }, (_, i) => (DASHES.has(i) ? 2 : 1));
const CLASS_OF_CHARACTER = new Uint8Array(128);
for (const digit of '0123456789abcdef') CLASS_OF_CHARACTER[digit.charCodeAt(0)] = 1;
CLASS_OF_CHARACTER['-'.charCodeAt(0)] = 2;

/** A regular expression takes three times as long, and each event has two UUIDs. */
function isUuid(text: string): boolean {
  if (typeof text !== 'string' || text.length !== 36) return false;
  let wrong = 0;
  for (let i = 0; i < 36; i += 1) {
    // Beyond ASCII there is no class, which is not 1 or 2 either.
    wrong |= (CLASS_OF_CHARACTER[text.charCodeAt(i)] ?? 0) ^ (UUID_CLASSES[i] ?? 0);
  }
  return wrong === 0;
}

function assertEvent({ id, storeId, type, entry, leaf }: NewEvent): void {
  if (!isUuid(id) || !isUuid(storeId)) throw new TypeError(`not a UUID: ${id} ${storeId}`);
  if (type.length > TYPE_BYTES_MAX || !EVENT_TYPE.test(type)) {
    throw new TypeError(`not an event type: ${JSON.stringify(type)}`);
  }
  if (!(entry instanceof Uint8Array) || entry.length === 0) {
    throw new TypeError('an entry is at least one byte');
  }
  if (leaf !== undefined && leaf.length !== 32) throw new TypeError('a leaf has 32 bytes');
}

/** `distinct` counts entry ids and store ids together; the slow look is needed only when it falls short. */
function assertDistinct(events: readonly NewEvent[], distinct: number): void {
  if (distinct === 2 * events.length) return;
  for (const key of ['id', 'storeId'] as const) {
    if (new Set(events.map((e) => e[key])).size < events.length) {
      throw new TypeError(`the same ${key} twice in one append`);
    }
  }
}

function tooLargeAppend(what: string, limit: number, actual: number, unit: string, index?: number) {
  return new TieoutError('too-large', `${what} is ${actual} ${unit}; the limit is ${limit}.`, {
    limit,
    actual,
    unit,
    ...(index === undefined ? {} : { index }),
  });
}
