import { canonicalJson } from '../../kernel/canonical-json';
import { tooLarge } from '../../kernel/errors';
import { type Json, type JsonObject } from '../../kernel/json';

/** Of one part; a stored entry of the ledger holds 64 KiB, with room for who proposed it and where. */
export const PART_BYTES_MAX = 32 * 1024;
/** Of a whole entry. */
const PARTS_MAX = 64;

/**
 * Parts an entry so that each fits an event: the first has everything but the items of lists, and the items follow in
 * their order. `joined` puts them together again.
 *
 * @throws TieoutError `too-large`
 */
export function partsOf(entry: JsonObject): JsonObject[] {
  if (bytesOf(entry) <= PART_BYTES_MAX) return [entry];
  const head = Object.entries(entry).map(([name, value]) => [name, isList(value) ? [] : value]);
  const parts: Record<string, Json>[] = [Object.fromEntries(head) as Record<string, Json>];
  let size = refuseLarge(bytesOf(parts[0] ?? {}));
  for (const [name, value] of Object.entries(entry)) {
    for (const item of isList(value) ? value : []) {
      const itemSize = refuseLarge(bytesOf(item) + name.length + 8);
      if (size + itemSize > PART_BYTES_MAX) {
        parts.push({});
        size = 0;
      }
      size += itemSize;
      const part = parts[parts.length - 1] ?? {};
      part[name] = [...((part[name] ?? []) as readonly Json[]), item];
    }
  }
  if (parts.length > PARTS_MAX)
    throw tooLarge('The entry', PARTS_MAX * PART_BYTES_MAX, bytesOf(entry), 'bytes');
  return parts;
}

/** An entry with one more of its parts. */
export function joined(entry: JsonObject, part: JsonObject): JsonObject {
  const added = Object.entries(part).map(([name, value]) => {
    const known = entry[name];
    return [name, isList(known) && isList(value) ? [...known, ...value] : value];
  });
  return { ...entry, ...(Object.fromEntries(added) as JsonObject) };
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
const bytesOf = (value: Json): number => Buffer.byteLength(canonicalJson(value));

function refuseLarge(bytes: number): number {
  if (bytes > PART_BYTES_MAX) throw tooLarge('One item', PART_BYTES_MAX, bytes, 'bytes');
  return bytes;
}
