import { hash } from 'node:crypto';
import { writeUuid } from './uuid-bytes';

/** Namespace of URLs. @see RFC 9562, section 6.6 */
export const URL_NAMESPACE = '6ba7b811-9dad-11d1-80b4-00c04fd430c8';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const VARIANT = Buffer.from('89ab', 'latin1');
/** Text that is being put together: a string of slices would be joined again by each of its readers. */
const made = Buffer.from('xxxxxxxx-xxxx-5xxx-xxxx-xxxxxxxxxxxx', 'latin1');
/** Where the 32 hex digits stand in it. */
const DIGITS_AT = [...made.keys()].filter((at) => made[at] !== 0x2d);
const VERSION_DIGIT = 12;
const VARIANT_DIGIT = 16;
const NAME_BYTES_FAST_MAX = 1024;
const input = Buffer.alloc(16 + 3 * NAME_BYTES_FAST_MAX);

/** The namespace last used and its bytes: events come in runs of one ledger and one command. */
let lastNamespace = '';

/**
 * A UUID made from a name: the same name in the same namespace gives the same id for ever.
 *
 * @param namespace UUID, lower case
 * @see RFC 9562, section 5.5
 */
export function uuidV5(namespace: string, name: string): string {
  if (namespace !== lastNamespace) {
    if (!isUuid(namespace)) throw new RangeError('not a UUID in lower case');
    writeUuid(namespace, input, 0);
    lastNamespace = namespace;
  }
  const digest =
    name.length <= NAME_BYTES_FAST_MAX
      ? hash('sha1', input.subarray(0, 16 + input.write(name, 16, 'utf8')), 'hex')
      : hash('sha1', Buffer.concat([input.subarray(0, 16), Buffer.from(name, 'utf8')]), 'hex');
  for (let i = 0; i < DIGITS_AT.length; i += 1) {
    if (i !== VERSION_DIGIT) made[DIGITS_AT[i] as number] = digest.charCodeAt(i);
  }
  made[DIGITS_AT[VARIANT_DIGIT] as number] = VARIANT[
    parseInt(digest.charAt(VARIANT_DIGIT), 16) & 3
  ] as number;
  return made.toString('latin1');
}

/** The 32 hex digits of a UUID. */
function hexOf(text: string): string {
  return (
    text.slice(0, 8) + text.slice(9, 13) + text.slice(14, 18) + text.slice(19, 23) + text.slice(24)
  );
}

const namespaces = new Map<string, string>();
const NAMESPACES_MAX = 1024;

/** Namespace of everything that one ledger names: UUIDv5(URL namespace, `https://` ‖ origin). */
export function ledgerNamespace(origin: string): string {
  let namespace = namespaces.get(origin);
  if (namespace === undefined) {
    namespace = uuidV5(URL_NAMESPACE, `https://${origin}`);
    if (namespaces.size === NAMESPACES_MAX) namespaces.clear();
    namespaces.set(origin, namespace);
  }
  return namespace;
}

/**
 * Entry id of an event that a source sent; derived also when the caller's id is a UUID itself.
 *
 * @param system short name of the source system
 * @param callerId the source's own event id, as sent
 */
export function sourceEventId(origin: string, system: string, callerId: string): string {
  return uuidV5(ledgerNamespace(origin), `${system}\n${callerId}`);
}

/**
 * @param principal the client or person, not one of its API keys
 * @param key the Idempotency-Key, fixed by the client before its first attempt
 */
export function commandId(origin: string, principal: string, key: string): string {
  return uuidV5(ledgerNamespace(origin), `command\n${principal}\n${key}`);
}

/**
 * @param process name of the process manager
 * @param causingEventId id of the event it reacts to
 * @param n which of its commands for that event, from 0
 */
export function processCommandId(
  origin: string,
  process: string,
  causingEventId: string,
  n: number,
): string {
  return uuidV5(ledgerNamespace(origin), `process\n${process}\n${causingEventId}\n${n}`);
}

/** Entry id of event `i` of a command, from 0. */
export function commandEventId(command: string, i: number): string {
  return uuidV5(command, String(i));
}

/** Id of the aggregate that a command makes, so that a repeat of the command meets the same stream. */
export function aggregateId(command: string): string {
  return uuidV5(command, 'new');
}

/** True for a UUID of any version in lower case. */
export function isUuid(text: string): boolean {
  return text.length === 36 && UUID.test(text);
}

/** The 16 bytes of a UUID. @throws RangeError for other text, upper case included */
export function uuidBytes(text: string): Uint8Array {
  if (!isUuid(text)) throw new RangeError('not a UUID in lower case');
  return Buffer.from(hexOf(text), 'hex');
}

/** The text of 16 bytes, whatever their version. @throws RangeError for another length */
export function uuidText(bytes: Uint8Array): string {
  if (bytes.length !== 16) throw new RangeError('a UUID has 16 bytes');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, 16).toString('hex');
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
}
