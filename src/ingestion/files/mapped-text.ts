import { fieldError } from '../../kernel/errors';
import { isJsonObject, type Json } from '../../kernel/json';
import { plainDecimal } from './plain-decimal.policy';
import { type FileRow } from './file-row';
import { SettingsJson } from '../../kernel/settings-json';

/**
 * The text that a mapping gives a member for one row; undefined leaves the member out.
 *
 * @param pointer of the member in the event, for the error
 * @throws TieoutError `contract-violation` when the row holds a value that the mapping does not know
 */
export type MappedText = (row: FileRow, pointer: string) => string | undefined;

/** Values of a second file, by key. */
export type Lookup = ReadonlyMap<string, string>;

/** What a mapping needs from its surroundings, collected while it is read. */
export interface MappingNeeds {
  /** columns of a CSV file */
  readonly columns: Set<string>;
  readonly format: 'xes' | 'csv';
  /** declared lookups; their files are read before the first row */
  readonly lookups: ReadonlyMap<string, () => Lookup>;
}

const SCOPES = { event: 'own', column: 'own', trace: 'trace', log: 'log' } as const;
type Scope = keyof typeof SCOPES;

/** Reads `"constant"`, `{"column": ...}`, `{"event": ...}`, `{"join": [...]}` or `{"lookup": ...}`. */
export function mappedText(
  json: Json | undefined,
  pointer: string,
  needs: MappingNeeds,
): MappedText {
  if (typeof json === 'string' && json !== '') return () => json;
  if (!isJsonObject(json)) {
    throw fieldError(
      'contract-violation',
      pointer,
      'is text, or an object that says where it comes from.',
    );
  }
  const rule = SettingsJson.of(json, pointer);
  const raw = rawText(rule, needs);
  const changed = withValues(rule, withForm(rule, without(rule, raw)));
  rule.finish();
  return changed;
}

function rawText(rule: SettingsJson, needs: MappingNeeds): MappedText {
  const scopes: readonly Scope[] = needs.format === 'csv' ? ['column'] : ['event', 'trace', 'log'];
  const kinds = [...scopes, 'join', 'lookup'];
  const named = rule.names.filter((name) => kinds.includes(name));
  const [kind] = named;
  if (kind === undefined || named.length > 1) {
    throw fieldError('contract-violation', rule.pointer, `has exactly one of ${kinds.join(', ')}.`);
  }
  if (kind === 'join') return joined(rule, needs);
  if (kind === 'lookup') return lookedUp(rule, needs);
  const name = rule.text(kind);
  const scope = SCOPES[kind as Scope];
  if (kind === 'column') needs.columns.add(name);
  return (row) => {
    const value = row[scope].get(name);
    return value === undefined || value === '' ? undefined : value;
  };
}

/** Every part must be there: half an id would be another object's. */
function joined(rule: SettingsJson, needs: MappingNeeds): MappedText {
  const parts = rule
    .list('join')
    .map((part, i) => mappedText(part, `${rule.at('join')}/${i}`, needs));
  const separator = rule.optionalText('with') ?? '';
  return (row, pointer) => {
    const texts = parts.map((part) => part(row, pointer));
    return texts.includes(undefined) ? undefined : texts.join(separator);
  };
}

function lookedUp(rule: SettingsJson, needs: MappingNeeds): MappedText {
  const name = rule.text('lookup');
  const lookup = needs.lookups.get(name);
  if (lookup === undefined) {
    throw fieldError('contract-violation', rule.at('lookup'), `no lookup is called ${name}.`);
  }
  const key = mappedText(rule.get('key'), rule.at('key'), needs);
  return (row, pointer) => {
    const found = key(row, pointer);
    return found === undefined ? undefined : lookup().get(found);
  };
}

/** `"without": ["UNDEFINED"]`: words by which the source says that there is no value. */
function without(rule: SettingsJson, raw: MappedText): MappedText {
  const words = new Set(rule.list('without'));
  if (words.size === 0) return raw;
  return (row, pointer) => {
    const text = raw(row, pointer);
    return text === undefined || words.has(text) ? undefined : text;
  };
}

/** `"as": "decimal"`: digits as they stand, an exponent written out. */
function withForm(rule: SettingsJson, raw: MappedText): MappedText {
  if (rule.get('as') === undefined) return raw;
  rule.oneOf('as', ['decimal']);
  return (row, pointer) => {
    const text = raw(row, pointer);
    return text === undefined ? undefined : plainDecimal(text, pointer);
  };
}

/** `"values": [["raw", "mapped"], ["raw", null]]`; what is not listed is refused unless there is a `default`. */
function withValues(rule: SettingsJson, raw: MappedText): MappedText {
  const fallback = rule.get('default');
  if (rule.get('values') === undefined) {
    if (fallback === undefined) return raw;
    const text = nullable(fallback, rule.at('default'));
    return (row, pointer) => raw(row, pointer) ?? text;
  }
  const values = new Map(
    rule.list('values').map((pair, i) => pairOf(pair, `${rule.at('values')}/${i}`)),
  );
  const other =
    fallback === undefined ? undefined : { text: nullable(fallback, rule.at('default')) };
  return (row, pointer) => {
    const text = raw(row, pointer);
    if (text !== undefined && values.has(text)) return values.get(text);
    if (other !== undefined) return other.text;
    if (text === undefined) return undefined;
    throw fieldError(
      'contract-violation',
      pointer,
      `the mapping does not know the value "${text}".`,
    );
  };
}

function pairOf(pair: Json, pointer: string): [string, string | undefined] {
  const [from, to, ...more] = Array.isArray(pair) ? (pair as readonly Json[]) : [];
  if (typeof from !== 'string' || to === undefined || more.length > 0) {
    throw fieldError(
      'contract-violation',
      pointer,
      'is a pair, such as ["raw", "mapped"] or ["raw", null].',
    );
  }
  return [from, nullable(to, pointer)];
}

function nullable(value: Json, pointer: string): string | undefined {
  if (value === null) return undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw fieldError('contract-violation', pointer, 'is text, or null to leave the member out.');
}
