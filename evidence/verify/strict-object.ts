import { canonicalBytes } from '../../src/kernel/canonical-json';
import { isTieoutError } from '../../src/kernel/errors';
import { isJsonObject, type Json, type JsonObject } from '../../src/kernel/json';
import { parseStrictJson } from '../../src/kernel/strict-json';
import { type FindingCode, refused } from '../../src/sealing/findings';

/** Reads a JSON object that must be in canonical form. @throws TieoutError `proof-invalid` with that finding */
export function readCanonical(bytes: Uint8Array, finding: FindingCode): JsonObject {
  let value: Json;
  try {
    value = parseStrictJson(bytes);
  } catch (error) {
    if (!isTieoutError(error)) throw error;
    const { offset } = error.members;
    throw refused(finding, `It is not strict JSON (${error.code} at byte ${String(offset)}).`);
  }
  if (!isJsonObject(value)) throw refused(finding, 'It is no JSON object.');
  if (Buffer.compare(canonicalBytes(value), bytes) !== 0) {
    throw refused(finding, 'It is not in canonical form (RFC 8785).');
  }
  return value;
}

/** Members of an object by a checked type; each method throws `proof-invalid` naming the pointer. */
export class Members {
  constructor(
    private readonly object: JsonObject,
    private readonly at: string,
    private readonly finding: FindingCode,
  ) {}

  /** Exactly these names. */
  only(...names: readonly string[]): this {
    const has = Object.keys(this.object);
    if (has.length === names.length && names.every((name) => has.includes(name))) return this;
    throw refused(this.finding, `${this.at || 'It'} must have exactly ${names.join(', ')}.`);
  }

  text(name: string, pattern = /^[^]*$/u): string {
    const value = this.object[name];
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw this.wrong(name);
  }

  natural(name: string): number {
    const value = this.object[name];
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    throw this.wrong(name);
  }

  hash(name: string): Uint8Array {
    return Buffer.from(this.text(name, HASH), 'hex');
  }

  hashes(name: string): Uint8Array[] {
    const value = this.object[name];
    if (!Array.isArray(value)) throw this.wrong(name);
    return value.map((item: Json) => {
      if (typeof item !== 'string' || !HASH.test(item)) throw this.wrong(name);
      return Buffer.from(item, 'hex');
    });
  }

  value(name: string): Json {
    const value = this.object[name];
    if (value === undefined) throw this.wrong(name);
    return value;
  }

  optional(name: string): Json | undefined {
    return this.object[name];
  }

  member(name: string): Members {
    const value = this.object[name];
    if (!isJsonObject(value)) throw this.wrong(name);
    return new Members(value, `${this.at}/${name}`, this.finding);
  }

  objects(name: string): Members[] {
    const value = this.object[name];
    if (!Array.isArray(value)) throw this.wrong(name);
    return value.map((item: Json, i) => {
      if (!isJsonObject(item)) throw this.wrong(name);
      return new Members(item, `${this.at}/${name}/${i}`, this.finding);
    });
  }

  private wrong(name: string) {
    return refused(this.finding, `${this.at}/${name} is missing or not as the format says.`);
  }
}

const HASH = /^[0-9a-f]{64}$/u;
