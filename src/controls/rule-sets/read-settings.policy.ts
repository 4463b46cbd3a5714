import { parseCivilDate, type CivilDate } from '../../kernel/civil-date';
import { parseDecimal } from '../../kernel/decimal';
import { fieldError } from '../../kernel/errors';
import { type SettingsJson } from '../../kernel/settings-json';

/** Id of a duty. */
export const ID = /^[A-Z][A-Z0-9-]{0,31}$/;

export const refused = (pointer: string, detail: string) =>
  fieldError('contract-violation', pointer, detail);

interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** A list of objects. */
export function listOf(
  json: SettingsJson,
  name: string,
  { min, max }: Bounds,
): readonly SettingsJson[] {
  const list = json.objects(name);
  if (list.length < min || list.length > max)
    throw refused(json.at(name), `has ${min} to ${max} items.`);
  return list;
}

/** A list of different texts; an absent one is empty. */
export function texts(json: SettingsJson, name: string, { min, max }: Bounds): string[] {
  const list = json.list(name);
  const found = list.filter((item) => typeof item === 'string');
  if (found.length !== list.length || new Set(found).size !== list.length)
    throw refused(json.at(name), 'is a list of different texts.');
  if (list.length < min || list.length > max)
    throw refused(json.at(name), `has ${min} to ${max} items.`);
  return found;
}

export function yesNo(json: SettingsJson, name: string): boolean {
  const value = json.get(name);
  if (typeof value === 'boolean') return value;
  throw refused(json.at(name), 'is true or false.');
}

export function whole(json: SettingsJson, name: string, { min, max }: Bounds): number {
  const value = json.get(name);
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max)
    return value;
  throw refused(json.at(name), `is a whole number from ${min} to ${max}.`);
}

/** Text of a decimal that is not negative. */
export function amountText(json: SettingsJson, name: string): string {
  const text = json.text(name);
  if (parseDecimal(text, json.at(name)).unscaled < 0n)
    throw refused(json.at(name), 'is not negative.');
  return text;
}

export function optionalDate(json: SettingsJson, name: string): CivilDate | undefined {
  const text = json.optionalText(name);
  return text === undefined ? undefined : parseCivilDate(text, json.at(name));
}
