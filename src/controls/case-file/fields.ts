import { parseCivilDate, type CivilDate } from '../../kernel/civil-date';
import { parseDecimal, type Decimal } from '../../kernel/decimal';
import { fieldError } from '../../kernel/errors';
import { parseInstant } from '../../kernel/instant';
import { isJsonObject, type Json, type JsonObject } from '../../kernel/json';
import { type Instant } from '../../kernel/runtime';

/**
 * One object of a case file. A member that is absent or null reads as undefined; what has another type is refused with
 * its place.
 */
export class Fields {
  constructor(
    private readonly object: JsonObject,
    private readonly pointer: string,
  ) {}

  static of(value: Json | undefined, pointer: string): Fields {
    if (!isJsonObject(value)) throw refused(pointer, 'an object is wanted.');
    return new Fields(value, pointer);
  }

  /** @throws TieoutError `unknown-field`: what is not read would be silently left out of the judgement */
  only(...names: readonly string[]): this {
    const other = Object.keys(this.object).find((name) => !names.includes(name));
    if (other !== undefined)
      throw fieldError('unknown-field', this.at(other), 'no such field in a case file.');
    return this;
  }

  at(name: string): string {
    return `${this.pointer}/${name}`;
  }

  raw(name: string): Json | undefined {
    return this.object[name] ?? undefined;
  }

  optional(name: string): string | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string' || value === '') throw refused(this.at(name), 'text is wanted.');
    return value;
  }

  text(name: string): string {
    return this.optional(name) ?? this.missing(name);
  }

  whole(name: string): number | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || value < 0)
      throw refused(this.at(name), 'a whole number from 0 is wanted.');
    return value;
  }

  flag(name: string): boolean | undefined {
    const value = this.raw(name);
    if (value !== undefined && typeof value !== 'boolean')
      throw refused(this.at(name), 'true or false is wanted.');
    return value;
  }

  instant(name: string): Instant | undefined {
    const value = this.optional(name);
    return value === undefined ? undefined : parseInstant(value, this.at(name));
  }

  date(name: string): CivilDate | undefined {
    const value = this.optional(name);
    return value === undefined ? undefined : parseCivilDate(value, this.at(name));
  }

  decimal(name: string): Decimal | undefined {
    const value = this.optional(name);
    return value === undefined ? undefined : parseDecimal(value, this.at(name));
  }

  texts(name: string): string[] {
    const list = this.raw(name) ?? [];
    if (!Array.isArray(list)) throw refused(this.at(name), 'a list is wanted.');
    return (list as readonly Json[]).map((value, i) => {
      if (typeof value !== 'string') throw refused(`${this.at(name)}/${i}`, 'text is wanted.');
      return value;
    });
  }

  /** members of an object whose values are text, in order of name */
  map(name: string): Record<string, string> {
    const value = this.raw(name);
    if (value === undefined) return {};
    const fields = Fields.of(value, this.at(name));
    return Object.fromEntries(
      Object.keys(fields.object)
        .sort()
        .map((key) => [key, fields.text(key)]),
    );
  }

  list(name: string): Fields[] {
    const list = this.raw(name) ?? [];
    if (!Array.isArray(list)) throw refused(this.at(name), 'a list is wanted.');
    return (list as readonly Json[]).map((value, i) => Fields.of(value, `${this.at(name)}/${i}`));
  }

  /** the object under a name; undefined when it is absent */
  part(name: string): Fields | undefined {
    const value = this.raw(name);
    return value === undefined ? undefined : Fields.of(value, this.at(name));
  }

  missing(name: string): never {
    throw refused(this.at(name), 'it is required.');
  }
}

export const refused = (pointer: string, detail: string) =>
  fieldError('contract-violation', pointer, detail);
