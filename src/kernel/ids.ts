import { hash } from 'node:crypto';

/** Namespace of URLs. @see RFC 9562, section 6.6 */
export const URL_NAMESPACE = '6ba7b811-9dad-11d1-80b4-00c04fd430c8';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const VARIANT = '89ab';
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
    writeUuid(namespace);
    lastNamespace = namespace;
  }
  const digest =
    name.length <= NAME_BYTES_FAST_MAX
      ? hash('sha1', input.subarray(0, 16 + input.write(name, 16, 'utf8')), 'hex')
      : hash('sha1', Buffer.concat([input.subarray(0, 16), Buffer.from(name, 'utf8')]), 'hex');
  const variant = VARIANT.charAt(parseInt(digest.charAt(16), 16) & 3);
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}

/** Puts the 16 bytes of a UUID at the front of the input. */
function writeUuid(text: string): void {
  if (!isUuid(text)) throw new RangeError('not a UUID in lower case');
  input.write(hexOf(text), 0, 16, 'hex');
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
