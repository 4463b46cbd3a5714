import { type Entry } from './entry';
import { fieldError, type ProblemCode } from './errors';
import { IDENTIFIER_DETAIL, isIdentifier } from './identifier';
import { isUuid } from './ids';
import { isInstant } from './instant';
import { isJsonObject, type Json, type JsonObject } from './json';
import { isJsonPointer, pointerStep } from './json-pointer';
import { isStreamName } from './stream-name';

export const ENTRY_BYTES_MAX = 65_535;
export const ENVELOPE_TEXT_BYTES_MAX = 256;
const TYPE_BYTES_MAX = 80;
export const CORRELATION_BYTES_MAX = 128;

const TYPE = /^[a-z][a-z0-9-]*(?:\.[a-z][a-z0-9-]*)+$/;
const SHA256_HEX = /^[0-9a-f]{64}$/;

/** What is wrong, and where below the value that was checked. */
interface Fault {
  readonly pointer: string;
  readonly code: ProblemCode;
  readonly detail: string;
}
/** What one member must be. Pointers are put together only when something is wrong: every event passes here twice. */
type Check = (value: Json | undefined) => Fault | undefined;
interface Field {
  readonly required: boolean;
  readonly check: Check;
}
type Fields = ReadonlyMap<string, Field>;

const fault = (detail: string, code: ProblemCode = 'contract-violation', pointer = ''): Fault => ({
  pointer,
  code,
  detail,
});
const below = (step: string | number, inner: Fault): Fault => ({
  ...inner,
  pointer: `/${typeof step === 'number' ? step : pointerStep(step)}${inner.pointer}`,
});

const text =
  (bytesMax: number): Check =>
  (value) => {
    if (typeof value !== 'string') return fault('text is expected.');
    if (!isIdentifier(value)) return fault(IDENTIFIER_DETAIL, 'identifier-form');
    const isLong = value.length * 3 > bytesMax && Buffer.byteLength(value) > bytesMax;
    return isLong ? fault(`at most ${bytesMax} bytes are allowed.`) : undefined;
  };
const identifier = text(ENVELOPE_TEXT_BYTES_MAX);

const matching = (detail: string, test: (value: string) => boolean, code?: ProblemCode): Check => {
  const wrong = fault(detail, code);
  return (value) => (typeof value === 'string' && test(value) ? undefined : wrong);
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

const integer = (least: number): Check => {
  const wrong = fault(`an integer from ${least} is expected.`);
  return (value) => (Number.isSafeInteger(value) && (value as number) >= least ? undefined : wrong);
};

const required = (check: Check): Field => ({ required: true, check });
const optional = (check: Check): Field => ({ required: false, check });
const fields = (members: Readonly<Record<string, Field>>): Fields =>
  new Map(Object.entries(members));

/** Every member is known and as it must be, and none that is required is missing. */
function faultInFields(object: JsonObject, known: Fields): Fault | undefined {
  let met = 0;
  for (const name in object) {
    const field = known.get(name);
    if (field === undefined)
      return below(name, fault('there is no such member here.', 'unknown-field'));
    const inner = field.check(object[name]);
    if (inner !== undefined) return below(name, inner);
    met++;
  }
  if (met === known.size) return undefined;
  for (const [name, field] of known) {
    if (field.required && object[name] === undefined)
      return below(name, fault('this member is missing.'));
  }
  return undefined;
}

const objectOf =
  (known: Fields): Check =>
  (value) =>
    isJsonObject(value) ? faultInFields(value, known) : fault('an object is expected.');

const listOf = (known: Fields): Check => {
  const item = objectOf(known);
  return (value) => {
    if (!Array.isArray(value) || value.length === 0)
      return fault('a list with at least one item is expected.');
    for (const [i, each] of (value as readonly Json[]).entries()) {
      const inner = item(each);
      if (inner !== undefined) return below(i, inner);
    }
    return undefined;
  };
};

const commitments: Check = (value) => {
  if (!isJsonObject(value) || Object.keys(value).length === 0)
    return fault('an object with at least one member is expected.');
  for (const [path, commitment] of Object.entries(value)) {
    if (path === '' || !isJsonPointer(path))
      return below(path, fault('the name of a commitment is a JSON Pointer.'));
    const inner = sha256(commitment);
    if (inner !== undefined) return below(path, inner);
  }
  return undefined;
};

const ENTRY_FIELDS = fields({
  v: required((value) => (value === 1 ? undefined : fault('this format version is not known.'))),
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
  data: required((value) => (isJsonObject(value) ? undefined : fault('an object is expected.'))),
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
  const wrong = entryObject(value) ?? predecessor(value as JsonObject);
  if (wrong !== undefined) throw fieldError(wrong.code, wrong.pointer, wrong.detail);
}

const entryObject = objectOf(ENTRY_FIELDS);

function predecessor(entry: JsonObject): Fault | undefined {
  if ((entry['revision'] === 0) === (entry['prev'] === undefined)) return undefined;
  return below(
    'prev',
    fault('the first event of a stream has no predecessor, every later one names its leaf.'),
  );
}
