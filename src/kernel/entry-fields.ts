import { type Entry } from './entry';
import { fieldError, type ProblemCode } from './errors';
import { assertIdentifier } from './identifier';
import { isUuid } from './ids';
import { isInstant } from './instant';
import { isJsonObject, type Json, type JsonObject } from './json';
import { isJsonPointer, pointerStep } from './json-pointer';
import { isStreamName } from './stream-name';

export const ENTRY_BYTES_MAX = 65_535;
export const ENVELOPE_TEXT_BYTES_MAX = 256;
const TYPE_BYTES_MAX = 80;
const CORRELATION_BYTES_MAX = 128;

const TYPE = /^[a-z][a-z0-9-]*(?:\.[a-z][a-z0-9-]*)+$/;
const SHA256_HEX = /^[0-9a-f]{64}$/;

/** What one member must be; throws with the pointer of what is wrong. */
type Check = (value: Json, pointer: string) => void;
type Fields = ReadonlyMap<string, { readonly required: boolean; readonly check: Check }>;

function refuse(pointer: string, detail: string, code: ProblemCode = 'contract-violation'): never {
  throw fieldError(code, pointer, detail);
}

const text =
  (bytesMax: number): Check =>
  (value, pointer) => {
    if (typeof value !== 'string') refuse(pointer, 'text is expected.');
    assertIdentifier(value, pointer);
    if (value.length * 3 > bytesMax && Buffer.byteLength(value) > bytesMax)
      refuse(pointer, `at most ${bytesMax} bytes are allowed.`);
  };
const identifier = text(ENVELOPE_TEXT_BYTES_MAX);

const matching =
  (detail: string, test: (value: string) => boolean, code?: ProblemCode): Check =>
  (value, pointer) => {
    if (typeof value !== 'string' || !test(value)) refuse(pointer, detail, code);
  };
const uuid = matching('a UUID in lower case is expected.', isUuid);
const sha256 = matching('64 lower-case hex digits are expected.', (value) =>
  SHA256_HEX.test(value),
);
const instant = matching(
  'UTC with milliseconds is expected, such as "2026-01-05T10:41:07.055Z".',
  isInstant,
  'time-form',
);
const oneOf = (...words: readonly string[]) =>
  matching(`expected is one of: ${words.join(', ')}.`, (value) => words.includes(value));

const integer =
  (least: number): Check =>
  (value, pointer) => {
    if (!Number.isSafeInteger(value) || (value as number) < least)
      refuse(pointer, `an integer from ${least} is expected.`);
  };

const required = (check: Check) => ({ required: true, check });
const optional = (check: Check) => ({ required: false, check });
const fields = (members: Readonly<Record<string, { required: boolean; check: Check }>>): Fields =>
  new Map(Object.entries(members));

/** Every member is known and as it must be, and none that is required is missing. */
function checkFields(object: JsonObject, known: Fields, pointer: string): void {
  let missing = known.size;
  for (const name in object) {
    const field = known.get(name);
    if (field === undefined)
      refuse(`${pointer}/${pointerStep(name)}`, 'there is no such member here.', 'unknown-field');
    field.check(object[name] as Json, `${pointer}/${name}`);
    missing--;
  }
  if (missing === 0) return;
  for (const [name, field] of known) {
    if (field.required && object[name] === undefined)
      refuse(`${pointer}/${name}`, 'this member is missing.');
  }
}

const objectOf =
  (known: Fields): Check =>
  (value, pointer) => {
    if (!isJsonObject(value)) refuse(pointer, 'an object is expected.');
    checkFields(value, known, pointer);
  };

const listOf =
  (known: Fields): Check =>
  (value, pointer) => {
    if (!Array.isArray(value) || value.length === 0)
      refuse(pointer, 'a list with at least one item is expected.');
    const item = objectOf(known);
    (value as readonly Json[]).forEach((each, i) => item(each, `${pointer}/${i}`));
  };

const commitments: Check = (value, pointer) => {
  if (!isJsonObject(value) || Object.keys(value).length === 0)
    refuse(pointer, 'an object with at least one member is expected.');
  for (const [path, commitment] of Object.entries(value)) {
    const at = `${pointer}/${pointerStep(path)}`;
    if (path === '' || !isJsonPointer(path))
      refuse(at, 'the name of a commitment is a JSON Pointer.');
    sha256(commitment, at);
  }
};

const ENTRY_FIELDS = fields({
  v: required((value, pointer) => {
    if (value !== 1) refuse(pointer, 'this format version is not known.');
  }),
  stream: required(matching('the name of a stream is expected.', isStreamName)),
  revision: required(integer(0)),
  id: required(uuid),
  type: required(
    matching(
      'a type such as "invoice.approved" is expected.',
      (value) => value.length <= TYPE_BYTES_MAX && TYPE.test(value),
    ),
  ),
  contract: required(integer(1)),
  occurredAt: required(instant),
  recordedAt: required(instant),
  actor: required(
    objectOf(
      fields({
        id: required(identifier),
        kind: required(oneOf('person', 'service', 'system')),
        onBehalfOf: optional(identifier),
        role: optional(identifier),
      }),
    ),
  ),
  source: required(
    objectOf(
      fields({
        system: required(identifier),
        id: optional(identifier),
        document: optional(identifier),
      }),
    ),
  ),
  correlation: optional(text(CORRELATION_BYTES_MAX)),
  causation: optional(uuid),
  data: required((value, pointer) => {
    if (!isJsonObject(value)) refuse(pointer, 'an object is expected.');
  }),
  commitments: optional(commitments),
  rules: optional(
    listOf(
      fields({
        id: required(identifier),
        version: required(integer(0)),
        outcome: required(oneOf('pass', 'warn', 'fail')),
      }),
    ),
  ),
  overrides: optional(
    listOf(
      fields({
        rule: required(identifier),
        reason: required(identifier),
        approver: required(identifier),
      }),
    ),
  ),
  attempt: optional(integer(2)),
  attachments: optional(
    listOf(
      fields({
        sha256: required(sha256),
        bytes: required(integer(0)),
        mediaType: required(identifier),
      }),
    ),
  ),
  prev: optional(sha256),
});

/**
 * Checks the envelope of an entry member by member. What stands inside `data` is the contract's matter.
 *
 * @throws TieoutError `unknown-field`, `contract-violation`, `time-form`, `identifier-form`, each with its pointer
 * @see docs/reference/ledger-format.md, section 1
 */
export function checkEntry(value: Json): asserts value is JsonObject & Entry {
  if (!isJsonObject(value)) refuse('', 'an object is expected.');
  checkFields(value, ENTRY_FIELDS, '');
  if ((value['revision'] === 0) !== (value['prev'] === undefined)) {
    refuse(
      '/prev',
      'the first event of a stream has no predecessor, every later one names its leaf.',
    );
  }
}
