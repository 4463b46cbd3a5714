/** A JSON value as RFC 8259 has it. Members of an object have no order that means anything. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object; readers build it without a prototype, so `__proto__` is an ordinary name. */
export interface JsonObject {
  readonly [name: string]: Json;
}

/** True for a JSON object: not null, not an array. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
