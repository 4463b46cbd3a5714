import { fieldError } from '../../kernel/errors';
import { type JsonObject } from '../../kernel/json';
import { SettingsJson } from '../../kernel/settings-json';
import { type DutyMapping, type MappingRow } from '../duty-mapping.policy';
import { ID, listOf, refused, texts, yesNo } from './read-settings.policy';
import { readValidity, type Validity } from './read-rule-set.policy';

const ROWS_MAX = 2_000;
const DUTIES = { min: 1, max: 16 };
const TYPE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*\.[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** A proposed duty mapping, read whole. */
export interface ReadDutyMapping extends Validity {
  readonly mapping: DutyMapping;
}

/**
 * Reads a proposed version of a duty mapping: one row for an event type, with the duties it performs or those it
 * withdraws.
 *
 * @param name id and version, as in the path
 * @throws TieoutError `contract-violation`, `unknown-field`, `time-form`
 */
export function readDutyMapping(
  entry: JsonObject,
  name: { readonly id: string; readonly version: string },
): ReadDutyMapping {
  const body = SettingsJson.of(entry, '');
  const validity = readValidity(body);
  const ruleSet = body.optionalText('ruleSet') ?? '';
  const rows = listOf(body, 'rows', { min: 1, max: ROWS_MAX }).map(readRow);
  body.finish();
  const seen = new Set<string>();
  for (const [i, { type }] of rows.entries()) {
    if (seen.has(type))
      throw fieldError('contract-violation', `/rows/${i}/type`, `${type} is mapped twice.`);
    seen.add(type);
  }
  return { ...validity, mapping: { ...name, effectiveFrom: validity.from, ruleSet, rows } };
}

function readRow(json: SettingsJson): MappingRow {
  const type = json.text('type');
  if (!TYPE.test(type))
    throw refused(json.at('type'), 'is an event type such as invoice.approved.');
  const duties = dutiesAt(json, 'duties');
  const cancels = dutiesAt(json, 'cancels');
  if ((duties === undefined) === (cancels === undefined))
    throw refused(json.pointer, 'a row has duties that its event performs, or cancels, not both.');
  const row = {
    type,
    ...(duties === undefined ? {} : { duties }),
    ...(json.get('change') === undefined ? {} : { change: yesNo(json, 'change') }),
    ...followingOf(json),
    ...(cancels === undefined ? {} : { cancels }),
  };
  json.finish();
  return row;
}

function dutiesAt(json: SettingsJson, name: string): string[] | undefined {
  if (json.get(name) === undefined) return undefined;
  const duties = texts(json, name, DUTIES);
  if (duties.some((duty) => !ID.test(duty)))
    throw refused(json.at(name), 'names duties such as PO-APPROVE.');
  return duties;
}

function followingOf(json: SettingsJson): Pick<MappingRow, 'following'> {
  const following = json.optionalObject('following');
  if (following === undefined) return {};
  const read = following.names.map((duty) => [duty, texts(following, duty, DUTIES)] as const);
  return { following: Object.fromEntries(read) };
}
