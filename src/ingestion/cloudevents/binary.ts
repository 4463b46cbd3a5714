import { fieldError, isTieoutError, TieoutError } from '../../kernel/errors';
import { type Json, type JsonObject } from '../../kernel/json';
import { NewMembers } from '../../kernel/json-members';
import { parseStrictJson } from '../../kernel/strict-json';

/** Header names in lower case with their values, in the order sent; only `ce-*` and `content-type` matter. */
export type Headers = readonly (readonly [string, string])[];

const PREFIX = 'ce-';
const ATTRIBUTE = /^[a-z0-9]{1,40}$/;
const PRINTABLE = /^[\x20-\x7e]*$/;
const JSON_TYPE = /^application\/(?:[a-z0-9.+-]+\+)?json\s*(?:;|$)/i;

/**
 * The structured form of an event sent in binary mode: attributes in `ce-*` headers, data in the body.
 *
 * @throws TieoutError `malformed` with the attribute's pointer; `json-*` with pointers from the event's root
 * @see CloudEvents 1.0.2, HTTP protocol binding, section 3.1
 */
export function binaryEvent(headers: Headers, body: Uint8Array): JsonObject {
  const event = new NewMembers();
  for (const [name, value] of headers) {
    if (!name.startsWith(PREFIX)) continue;
    const attribute = name.slice(PREFIX.length);
    if (!ATTRIBUTE.test(attribute) || attribute === 'data' || attribute === 'datacontenttype') {
      throw malformed('', `the header ${name} is not an attribute of a CloudEvent`);
    }
    if (event[attribute] !== undefined)
      throw malformed(`/${attribute}`, 'the attribute is there twice');
    event[attribute] = attributeOf(value, `/${attribute}`);
  }
  const contentType = contentTypeOf(headers);
  if (contentType === undefined || !JSON_TYPE.test(contentType)) {
    throw malformed('/datacontenttype', 'the data is JSON; send Content-Type: application/json');
  }
  event['data'] = dataOf(body);
  return event;
}

/** The media type of the data. */
export function contentTypeOf(headers: Headers): string | undefined {
  return headers.find(([name]) => name === 'content-type')?.[1];
}

/** Pointers name places in the event as a whole, whatever its form, so those of the body begin below `/data`. */
function dataOf(body: Uint8Array): Json {
  try {
    return parseStrictJson(body);
  } catch (error) {
    if (!isTieoutError(error)) throw error;
    const pointer = `/data${String(error.members['pointer'] ?? '')}`;
    throw new TieoutError(error.code, error.message, { ...error.members, pointer });
  }
}

function attributeOf(header: string, pointer: string): string {
  const value = header.trim();
  if (!PRINTABLE.test(value))
    throw malformed(pointer, 'other characters than printable ASCII are percent-encoded');
  return percentDecoded(unquoted(value, pointer), pointer);
}

function unquoted(value: string, pointer: string): string {
  if (!value.startsWith('"')) return value;
  const inner = /^"((?:[^"\\]|\\.)*)"$/.exec(value)?.[1];
  if (inner === undefined) throw malformed(pointer, 'a quoted value is not closed');
  return inner.replace(/\\(.)/g, '$1');
}

function percentDecoded(value: string, pointer: string): string {
  if (!value.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw malformed(pointer, 'the percent-encoding is not that of UTF-8 text');
  }
}

const REQUEST_LINE = 'POST /v1/events HTTP/1.1\r\n';

/** What a binary event is kept as when it goes to quarantine: media type `message/http`. */
export function renderBinary(headers: Headers, body: Uint8Array): Buffer {
  const kept = headers.filter(([name]) => name.startsWith(PREFIX) || name === 'content-type');
  const head =
    REQUEST_LINE + kept.map(([name, value]) => `${name}: ${value}\r\n`).join('') + '\r\n';
  return Buffer.concat([Buffer.from(head, 'latin1'), body]);
}

/** The parts that `renderBinary` joined. @throws TieoutError `malformed` for other bytes */
export function partBinary(bytes: Uint8Array): { headers: Headers; body: Uint8Array } {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = all.indexOf('\r\n\r\n');
  const head = all.subarray(0, Math.max(end, 0)).toString('latin1');
  if (end < 0 || !head.startsWith(REQUEST_LINE.trimEnd()))
    throw malformed('', 'this is not a kept HTTP message');
  const headers = head
    .split('\r\n')
    .slice(1)
    .map(
      (line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)] as const,
    );
  return { headers, body: all.subarray(end + 4) };
}

function malformed(pointer: string, detail: string): TieoutError {
  return fieldError('malformed', pointer, `${detail}.`);
}
