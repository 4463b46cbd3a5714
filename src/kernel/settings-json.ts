import { fieldError, TieoutError } from './errors';
import { isJsonObject, type Json, type JsonObject } from './json';
import { pointerStep } from './json-pointer';

/** One object of settings: reads its members one by one, and knows which nobody asked for. */
export class SettingsJson {
  readonly #known = new Set<string>();

  private constructor(
    private readonly json: JsonObject,
    readonly pointer: string,
  ) {}

  /** @throws TieoutError `contract-violation` for anything but an object */
  static of(json: Json | undefined, pointer: string): SettingsJson {
    if (isJsonObject(json)) return new SettingsJson(json, pointer);
    throw fieldError('contract-violation', pointer, 'is an object.');
  }

  at(name: string): string {
    return `${this.pointer}/${pointerStep(name)}`;
  }

  get names(): readonly string[] {
    return Object.keys(this.json);
  }

  /** The member as it is; undefined when it is not there. */
  get(name: string): Json | undefined {
    this.#known.add(name);
    return this.json[name];
  }

  /** @throws TieoutError `contract-violation` */
  text(name: string): string {
    const value = this.get(name);
    if (typeof value === 'string' && value !== '') return value;
    throw fieldError('contract-violation', this.at(name), 'is text, and not empty.');
  }

  optionalText(name: string): string | undefined {
    return this.get(name) === undefined ? undefined : this.text(name);
  }

  oneOf<T extends string>(name: string, values: readonly T[]): T {
    const value = this.get(name);
    const found = values.find((one) => one === value);
    if (found !== undefined) return found;
    throw fieldError('contract-violation', this.at(name), `is one of ${values.join(', ')}.`);
  }

  object(name: string): SettingsJson {
    return SettingsJson.of(this.get(name), this.at(name));
  }

  optionalObject(name: string): SettingsJson | undefined {
    return this.get(name) === undefined ? undefined : this.object(name);
  }

  /** Items of a list, each an object; an absent list is empty. */
  objects(name: string): readonly SettingsJson[] {
    return this.list(name).map((item, i) => SettingsJson.of(item, `${this.at(name)}/${i}`));
  }

  list(name: string): readonly Json[] {
    const value = this.get(name) ?? [];
    if (Array.isArray(value)) return value as readonly Json[];
    throw fieldError('contract-violation', this.at(name), 'is a list.');
  }

  /** A misspelt member must not be passed over. @throws TieoutError `unknown-field` */
  finish(): void {
    const unknown = this.names.find((name) => !this.#known.has(name));
    if (unknown === undefined) return;
    throw new TieoutError('unknown-field', `${this.at(unknown)}: there is no such member.`, {
      pointer: this.at(unknown),
    });
  }
}
