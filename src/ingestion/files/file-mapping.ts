import { fieldError } from '../../kernel/errors';
import { type Json } from '../../kernel/json';
import { parseStrictJson } from '../../kernel/strict-json';
import { type Lookup, mappedText, type MappedText, type MappingNeeds } from './mapped-text';
import { SettingsJson } from '../../kernel/settings-json';
import { isTimeZone } from './zoned-time.policy';

/** Which canonical step a raw activity is. */
export interface MappedStep {
  readonly action: string;
  readonly to: string;
  readonly from?: string;
  /** where the step is another object's */
  readonly object?: MappedObject;
  /** instead of the mapping's own */
  readonly related?: readonly MappedRelated[];
}

export interface MappedObject {
  readonly type: string;
  readonly id: MappedText;
}

export interface MappedRelated {
  readonly type: string;
  readonly id: MappedText;
  readonly role: string;
  readonly entity?: MappedText;
}

/** A second file that gives values for the rows of the first. */
export interface LookupFile {
  readonly name: string;
  readonly file: string;
  readonly key: string;
  readonly value: string;
  /** rows count only if these columns have these values */
  readonly where: readonly (readonly [column: string, value: string])[];
}

/** How the rows of a file become canonical events. */
export interface FileMapping {
  readonly format: 'xes' | 'csv';
  readonly delimiter?: string;
  /** URI of the registered source that the events come from */
  readonly source: string;
  readonly timeZone?: string;
  readonly fineTime: 'refuse' | 'cut';
  /** `undefined`: the activity is known and is no step of the object */
  readonly steps: ReadonlyMap<string, MappedStep | undefined>;
  readonly step: MappedText;
  readonly object: MappedObject;
  readonly version?: MappedText;
  readonly members: MappedMembers;
  readonly amount?: { readonly value: MappedText; readonly currency: MappedText };
  readonly dimensions: readonly (readonly [name: string, text: MappedText])[];
  readonly custom: readonly (readonly [name: string, text: MappedText])[];
  readonly related: readonly MappedRelated[];
  readonly lookupFiles: readonly LookupFile[];
  /** columns that the header of a CSV file must have */
  readonly columns: readonly string[];
  /** gives the values of a lookup; all are given before the first row is mapped */
  setLookup(name: string, values: Lookup): void;
}

export interface MappedMembers {
  readonly id: MappedText;
  readonly time: MappedText;
  readonly entity: MappedText;
  readonly account: MappedText;
  readonly kind: MappedText;
  readonly role?: MappedText;
  readonly onBehalfOf?: MappedText;
  readonly initiatedBy?: MappedText;
  readonly correlation?: MappedText;
  readonly document?: MappedText;
}

const VERSION = 1;

/** @throws TieoutError the `json-*` codes; `contract-violation`, `unknown-field` with the JSON Pointer in the mapping */
export function parseFileMapping(bytes: Uint8Array): FileMapping {
  return fileMappingOf(parseStrictJson(bytes));
}

/** @see parseFileMapping */
export function fileMappingOf(json: Json): FileMapping {
  const root = SettingsJson.of(json, '');
  if (root.get('mapping') !== VERSION) {
    throw fieldError(
      'contract-violation',
      '/mapping',
      `is ${VERSION}, the version of this format.`,
    );
  }
  const format = root.oneOf('format', ['xes', 'csv']);
  const files = root.objects('lookups').map(lookupFileOf);
  const lookups = new Map<string, Lookup>();
  const needs: MappingNeeds = {
    columns: new Set(),
    format,
    lookups: new Map(files.map(({ name }) => [name, () => lookups.get(name) ?? new Map()])),
  };
  const mapping: FileMapping = {
    format,
    ...delimiterOf(root),
    source: root.text('source'),
    ...zoneOf(root),
    fineTime:
      root.get('fineTime') === undefined ? 'refuse' : root.oneOf('fineTime', ['refuse', 'cut']),
    ...stepsOf(root.object('steps'), needs),
    ...objectOf(root.object('object'), needs),
    members: membersOf(root, needs),
    ...amountOf(root.optionalObject('amount'), needs),
    dimensions: textsOf(root.optionalObject('dimensions'), needs),
    custom: textsOf(root.optionalObject('custom'), needs),
    related: root.objects('related').map((one) => relatedOf(one, needs)),
    lookupFiles: files,
    columns: [...needs.columns],
    setLookup: (name, values) => void lookups.set(name, values),
  };
  root.finish();
  return mapping;
}

function delimiterOf(root: SettingsJson): { delimiter?: string } {
  const delimiter = root.optionalText('delimiter');
  if (delimiter === undefined) return {};
  if (delimiter.length === 1) return { delimiter };
  throw fieldError('contract-violation', '/delimiter', 'is one character.');
}

function zoneOf(root: SettingsJson): { timeZone?: string } {
  const timeZone = root.optionalText('timeZone');
  if (timeZone === undefined) return {};
  if (isTimeZone(timeZone)) return { timeZone };
  throw fieldError('contract-violation', '/timeZone', `no time zone is called ${timeZone}.`);
}

function lookupFileOf(json: SettingsJson): LookupFile {
  const lookup = {
    name: json.text('name'),
    file: json.text('file'),
    key: json.text('key'),
    value: json.text('value'),
    where: json.list('where').map((pair, i) => conditionOf(pair, `${json.at('where')}/${i}`)),
  };
  json.finish();
  return lookup;
}

function conditionOf(pair: Json, pointer: string): readonly [string, string] {
  const [column, value] = Array.isArray(pair) ? (pair as readonly Json[]) : [];
  if (typeof column === 'string' && typeof value === 'string') return [column, value];
  throw fieldError('contract-violation', pointer, 'is a pair, such as ["column", "value"].');
}

type Steps = Pick<FileMapping, 'step' | 'steps'>;

function stepsOf(json: SettingsJson, needs: MappingNeeds): Steps {
  const step = mappedText(json.get('of'), json.at('of'), needs);
  const steps = new Map<string, MappedStep | undefined>();
  for (const one of json.objects('map')) {
    const value = one.text('value');
    if (steps.has(value)) {
      throw fieldError('contract-violation', one.at('value'), `"${value}" is mapped twice.`);
    }
    steps.set(value, stepOf(one, needs));
  }
  json.finish();
  return { step, steps };
}

function stepOf(json: SettingsJson, needs: MappingNeeds): MappedStep | undefined {
  if (json.get('skip') === true) {
    json.finish();
    return undefined;
  }
  const from = json.optionalText('from');
  const other = json.optionalObject('object');
  const related = json.get('related') === undefined ? undefined : json.objects('related');
  const step = {
    action: json.text('action'),
    to: json.text('to'),
    ...(from === undefined ? {} : { from }),
    ...(other === undefined ? {} : { object: objectOf(other, needs).object }),
    ...(related === undefined ? {} : { related: related.map((one) => relatedOf(one, needs)) }),
  };
  json.finish();
  return step;
}

function objectOf(
  json: SettingsJson,
  needs: MappingNeeds,
): { readonly object: MappedObject; readonly version?: MappedText } {
  const object = { type: json.text('type'), id: mappedText(json.get('id'), json.at('id'), needs) };
  const version = optional(json, 'version', needs);
  json.finish();
  return { object, ...(version === undefined ? {} : { version }) };
}

function membersOf(root: SettingsJson, needs: MappingNeeds): MappedMembers {
  const required = (json: SettingsJson, name: string): MappedText =>
    mappedText(json.get(name), json.at(name), needs);
  const actor = root.object('actor');
  const optionals = {
    role: optional(actor, 'role', needs),
    onBehalfOf: optional(actor, 'onBehalfOf', needs),
    initiatedBy: optional(root, 'initiatedBy', needs),
    correlation: optional(root, 'correlation', needs),
    document: optional(root, 'document', needs),
  };
  const members = {
    id: required(root, 'id'),
    time: required(root, 'time'),
    entity: required(root, 'entity'),
    account: required(actor, 'account'),
    kind: required(actor, 'kind'),
    ...(Object.fromEntries(
      Object.entries(optionals).filter(([, text]) => text !== undefined),
    ) as Partial<Record<keyof typeof optionals, MappedText>>),
  };
  actor.finish();
  return members;
}

function amountOf(
  json: SettingsJson | undefined,
  needs: MappingNeeds,
): Pick<FileMapping, 'amount'> {
  if (json === undefined) return {};
  const amount = {
    value: mappedText(json.get('value'), json.at('value'), needs),
    currency: mappedText(json.get('currency'), json.at('currency'), needs),
  };
  json.finish();
  return { amount };
}

function relatedOf(json: SettingsJson, needs: MappingNeeds): MappedRelated {
  const entity = optional(json, 'entity', needs);
  const related = {
    type: json.text('type'),
    id: mappedText(json.get('id'), json.at('id'), needs),
    role: json.text('role'),
    ...(entity === undefined ? {} : { entity }),
  };
  json.finish();
  return related;
}

function textsOf(json: SettingsJson | undefined, needs: MappingNeeds): [string, MappedText][] {
  if (json === undefined) return [];
  return json.names.map((name) => [name, mappedText(json.get(name), json.at(name), needs)]);
}

function optional(json: SettingsJson, name: string, needs: MappingNeeds): MappedText | undefined {
  const value = json.get(name);
  return value === undefined ? undefined : mappedText(value, json.at(name), needs);
}
