import { fieldError } from '../../kernel/errors';
import { isJsonObject, type Json, type JsonObject } from '../../kernel/json';
import { parseStrictJson } from '../../kernel/strict-json';
import { type ExpectedRevision, type Submission } from '../acceptor/submission';
import { binaryEvent, type Headers, partBinary, renderBinary } from '../cloudevents/binary';
import { MESSAGE, STRUCTURED } from './media-types';

/** An event whose bytes are its structured form. */
export function structuredSubmission(
  bytes: Uint8Array,
  form: 'structured' | 'batch' | 'bulk' | 'file',
  expected?: ExpectedRevision,
): Submission {
  return {
    form,
    bytes,
    contentType: STRUCTURED,
    read: () => asObject(parseStrictJson(bytes)),
    ...(expected === undefined ? {} : { expected }),
  };
}

/** An event in headers and body; kept, if need be, as the HTTP message it came in. */
export function binarySubmission(
  headers: Headers,
  body: Uint8Array,
  expected?: ExpectedRevision,
): Submission {
  return {
    form: 'binary',
    bytes: renderBinary(headers, body),
    contentType: MESSAGE,
    read: () => binaryEvent(headers, body),
    ...(expected === undefined ? {} : { expected }),
  };
}

/** The event of a kept delivery, to be tried again. @throws TieoutError `malformed` when the bytes are not what was kept */
export function keptSubmission(
  bytes: Uint8Array,
  contentType: string,
  form: Submission['form'],
): Submission {
  const read = (): JsonObject => {
    if (contentType !== MESSAGE) return asObject(parseStrictJson(bytes));
    const { headers, body } = partBinary(bytes);
    return binaryEvent(headers, body);
  };
  return { form, bytes, contentType, read };
}

function asObject(json: Json): JsonObject {
  if (!isJsonObject(json)) throw fieldError('malformed', '', 'an event is a JSON object.');
  return json;
}
