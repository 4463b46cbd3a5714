import { isTieoutError, TieoutError, tooLarge } from './errors';

export const STREAM_NAME_BYTES_MAX = 400;

export interface StreamParts {
  /** `purchase_order` */
  readonly category: string;
  /** `purchase-order` */
  readonly objectType: string;
  /** legal entity code; `_` means the whole ledger */
  readonly entity: string;
  readonly key: string;
}

const CATEGORY = /^[a-z][a-z0-9_]{0,31}$/;
const PLAIN_ENTITY = /^[A-Za-z0-9_~-]+$/;
const PLAIN_KEY = /^[A-Za-z0-9_~.-]+$/;
const NAME = /^([a-z][a-z0-9_]{0,31})-([A-Za-z0-9_~%-]+)\.([A-Za-z0-9_~.%-]+)$/;

/**
 * `category-entity.key`: `streamName('purchase-order', 'E_DE', 'PO-1')` is `purchase_order-E_DE.PO-1`.
 *
 * @param objectTypeOrCategory dashes become `_`, since a stream name splits at its first dash
 * @param entity legal entity code, or `_` for the whole ledger
 * @throws TieoutError `malformed`, `too-large` (more than 400 bytes)
 * @see docs/reference/ledger-format.md, section 1.1
 */
export function streamName(objectTypeOrCategory: string, entity: string, key: string): string {
  const category = objectTypeOrCategory.replaceAll('-', '_');
  if (!CATEGORY.test(category) || entity === '' || key === '') {
    throw new TieoutError('malformed', 'A stream needs an object type, a legal entity and a key.', {
      type: objectTypeOrCategory,
    });
  }
  const name = `${category}-${PLAIN_ENTITY.test(entity) ? entity : encoded(entity, false)}.${
    PLAIN_KEY.test(key) ? key : encoded(key, true)
  }`;
  if (name.length > STREAM_NAME_BYTES_MAX)
    throw tooLarge('The stream name', STREAM_NAME_BYTES_MAX, name.length, 'bytes');
  return name;
}

/**
 * As `streamName`, for a document that an event names: a name that no stream can have is one under which nothing will
 * ever be recorded, and no reason to stop.
 *
 * @returns undefined where `streamName` refuses
 */
export function relatedStreamName(type: string, entity: string, key: string): string | undefined {
  try {
    return streamName(type, entity, key);
  } catch (error) {
    if (isTieoutError(error, 'malformed', 'too-large')) return undefined;
    throw error;
  }
}

/**
 * The parts of a stream name. Every name has one form: what `streamName` would not have written is refused.
 *
 * @throws TieoutError `malformed`
 */
export function parseStreamName(name: string): StreamParts {
  const match = name.length <= STREAM_NAME_BYTES_MAX ? NAME.exec(name) : null;
  if (match !== null) {
    const [, category = '', entity = '', key = ''] = match;
    const objectType = category.replaceAll('_', '-');
    if (!entity.includes('%') && !key.includes('%')) return { category, objectType, entity, key };
    const parts = { category, objectType, entity: decoded(entity), key: decoded(key) };
    if (
      parts.entity !== '' &&
      parts.key !== '' &&
      streamName(category, parts.entity, parts.key) === name
    )
      return parts;
  }
  throw new TieoutError('malformed', 'This is not the name of a stream.', {});
}

/** True for a name that `streamName` writes. */
export function isStreamName(name: string): boolean {
  const match = name.length <= STREAM_NAME_BYTES_MAX ? NAME.exec(name) : null;
  if (match === null) return false;
  if (!name.includes('%')) return true;
  const [, category = '', entity = '', key = ''] = match;
  const [plainEntity, plainKey] = [decoded(entity), decoded(key)];
  return (
    plainEntity !== '' &&
    plainKey !== '' &&
    name === `${category}-${encoded(plainEntity, false)}.${encoded(plainKey, true)}`
  );
}

/** Percent-encodes the bytes of the NFC text that are not unreserved. @see RFC 3986, section 2.3 */
function encoded(text: string, isKey: boolean): string {
  let out = '';
  for (const byte of Buffer.from(text.normalize('NFC'), 'utf8')) {
    const char = String.fromCharCode(byte);
    const stays = byte < 0x80 && (isKey ? PLAIN_KEY : PLAIN_ENTITY).test(char);
    out += stays ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}

/** The text, or `''` where the escapes are not UTF-8. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return '';
    throw error;
  }
}
