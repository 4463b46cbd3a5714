import { parseCivilDate } from '../../kernel/civil-date';
import { fieldError } from '../../kernel/errors';
import { isJsonObject, type Json, type JsonObject } from '../../kernel/json';
import { checkDefinition } from '../matching/definition-check.policy';
import { type Definition } from '../matching/definition.policy';

/** What a member must be; a record of rules for an object. */
type Rule =
  | { readonly is: 'text'; readonly max?: number; readonly of?: readonly string[] }
  | { readonly is: 'integer' }
  | { readonly is: 'boolean' }
  | { readonly is: 'list'; readonly max: number; readonly each: Rule }
  | { readonly is: 'map'; readonly max: number; readonly each: Rule }
  | { readonly is: 'object'; readonly members: Members; readonly optional?: Members };
type Members = Readonly<Record<string, Rule>>;

const text = (max = 128): Rule => ({ is: 'text', max });
const oneOf = (...of: readonly string[]): Rule => ({ is: 'text', of });
const list = (each: Rule, max = 1_000): Rule => ({ is: 'list', max, each });
const map = (each: Rule, max = 200): Rule => ({ is: 'map', max, each });
const object = (members: Members, optional: Members = {}): Rule => ({
  is: 'object',
  members,
  optional,
});
const integer: Rule = { is: 'integer' };

const BASICS: Members = { entity: text(32), accounts: list(text()), freshnessDays: integer };

const LEDGER_SIDE = object(
  {
    name: text(),
    objects: map(
      object({ sign: oneOf('in', 'out'), states: list(text(64), 32) }, { where: map(text()) }),
      16,
    ),
  },
  {
    ...BASICS,
    level: oneOf('header', 'lines'),
    account: oneOf('bank', 'dimension', 'entities'),
  },
);
const FILE_SIDE = object(
  { name: text(), status: oneOf('booked', 'posted') },
  {
    ...BASICS,
    sources: list(text(64), 16),
    balance: oneOf('closing'),
    accountMap: list(object({ account: text(), as: text() })),
  },
);
const STATE_SIDE = object(
  { name: text(), system: text(64), types: list(text(64), 16) },
  { ...BASICS, lagDays: integer, compare: list(oneOf('amount', 'version'), 2) },
);
const BUDGET_SIDE = object(
  { name: text(), budget: oneOf('planned', 'committed', 'actual') },
  BASICS,
);

const PASS = object(
  {
    id: text(64),
    name: text(),
    shape: oneOf('1:1', '1:N', 'N:1', 'N:M', 'contra'),
    account: oneOf('same', 'not-named-by-A'),
    key: oneOf('endToEnd', 'document', 'batch', 'none'),
    amount: oneOf('equal', 'within', 'sum'),
    uniqueness: oneOf('mutual', 'group-equal'),
    outcome: oneOf('confirm', 'suggest'),
    ambiguous: oneOf('hold', 'pass-on'),
  },
  {
    counterparty: oneOf('equal', 'any'),
    tolerance: object(
      {},
      {
        absolute: map(text(32)),
        basisPoints: integer,
        base: oneOf('A', 'B', 'MAX', 'MIN'),
        both: oneOf('LESSER', 'GREATER'),
      },
    ),
    days: object({ from: integer, to: integer }),
    spreadDaysMax: integer,
    sums: object(
      { kind: oneOf('bucket', 'subset') },
      { sameDay: { is: 'boolean' }, poolMax: integer, sizeMax: integer, chancePpmMax: integer },
    ),
  },
);
const FIELD_TOLERANCE = object({}, { basisPoints: integer, absolute: text(32) });

const DEFINITION = object(
  {
    kind: oneOf(
      'bank',
      'subledger-gl',
      'intercompany',
      'three-way',
      'source-to-target',
      'balance',
      'budget',
    ),
    name: text(),
    effectiveFrom: text(10),
    sides: { is: 'map', max: 3, each: object({}) },
    passes: list(PASS, 32),
  },
  {
    tolerances: object(
      {},
      { quantity: FIELD_TOLERANCE, price: FIELD_TOLERANCE, tax: FIELD_TOLERANCE },
    ),
  },
);

/** Sides that a kind compares, and how many there are. */
const SIDES: Readonly<Record<string, readonly (readonly Rule[])[]>> = {
  bank: [[LEDGER_SIDE], [FILE_SIDE]],
  'subledger-gl': [[LEDGER_SIDE], [FILE_SIDE]],
  intercompany: [[LEDGER_SIDE], [LEDGER_SIDE]],
  'three-way': [[LEDGER_SIDE], [LEDGER_SIDE], [LEDGER_SIDE]],
  'source-to-target': [[STATE_SIDE], [STATE_SIDE]],
  balance: [
    [FILE_SIDE, LEDGER_SIDE],
    [FILE_SIDE, LEDGER_SIDE],
  ],
  budget: [[BUDGET_SIDE], [BUDGET_SIDE], [BUDGET_SIDE]],
};

/**
 * A definition as somebody proposes it: every member known and of its form, and what `checkDefinition` asks.
 *
 * @throws TieoutError `contract-violation`, `unknown-field`, `time-form` with the pointer
 */
export function parseDefinition(id: string, version: number, json: JsonObject): Definition {
  const { id: _id, version: _version, ...own } = json;
  if ((_id ?? id) !== id || (_version ?? version) !== version)
    throw fieldError('contract-violation', '/id', 'and version are those of the address.');
  check(
    { ...own, sides: Object.fromEntries(['A', 'B', 'C'].map((name) => [name, {}])) },
    DEFINITION,
    '',
  );
  parseCivilDate(own.effectiveFrom as string, '/effectiveFrom');
  const kinds = SIDES[own.kind as string] ?? [];
  if (!isJsonObject(own.sides)) throw wrong('/sides', 'is an object of sides.');
  const names = ['A', 'B', 'C'].slice(0, kinds.length);
  for (const name of Object.keys(own.sides))
    if (!names.includes(name)) throw wrong(`/sides/${name}`, `is no side of ${String(own.kind)}.`);
  names.forEach((name, at) =>
    checkSide((own.sides as JsonObject)[name], kinds[at] ?? [], `/sides/${name}`),
  );
  return checkDefinition({ ...own, id, version } as unknown as Definition);
}

function checkSide(side: Json | undefined, rules: readonly Rule[], pointer: string): void {
  if (!isJsonObject(side)) throw wrong(pointer, 'is missing: it is an object.');
  const rule = rules.find(
    (one) => one.is === 'object' && Object.keys(one.members).every((name) => name in side),
  );
  check(side, rule ?? (rules[0] as Rule), pointer);
}

function check(value: Json, rule: Rule, pointer: string): void {
  if (rule.is === 'object') return checkObject(value, rule, pointer);
  if (rule.is === 'list') {
    if (!Array.isArray(value) || value.length > rule.max)
      throw wrong(pointer, `is a list of at most ${rule.max}.`);
    value.forEach((item, at) => check(item, rule.each, `${pointer}/${at}`));
  } else if (rule.is === 'map') {
    if (!isJsonObject(value) || Object.keys(value).length > rule.max)
      throw wrong(pointer, `is an object of at most ${rule.max} members.`);
    for (const [name, item] of Object.entries(value)) check(item, rule.each, `${pointer}/${name}`);
  } else if (rule.is === 'text') {
    if (typeof value !== 'string' || value === '' || value.length > (rule.max ?? 128))
      throw wrong(pointer, `is text of 1 to ${rule.max ?? 128} characters.`);
    if (rule.of !== undefined && !rule.of.includes(value))
      throw wrong(pointer, `is one of ${rule.of.join(', ')}.`);
  } else if (rule.is === 'integer' ? !Number.isSafeInteger(value) : typeof value !== 'boolean')
    throw wrong(pointer, rule.is === 'integer' ? 'is a whole number.' : 'is true or false.');
}

function checkObject(
  value: Json,
  { members, optional = {} }: Extract<Rule, { is: 'object' }>,
  pointer: string,
): void {
  if (!isJsonObject(value)) throw wrong(pointer, 'is an object.');
  const isAny = Object.keys(members).length === 0 && Object.keys(optional).length === 0;
  if (isAny) return;
  for (const name of Object.keys(members))
    if (!Object.hasOwn(value, name)) throw wrong(`${pointer}/${name}`, 'is missing.');
  for (const [name, item] of Object.entries(value)) {
    const rule = Object.hasOwn(members, name) ? members[name] : optional[name];
    if (rule === undefined || !(Object.hasOwn(members, name) || Object.hasOwn(optional, name)))
      throw fieldError('unknown-field', `${pointer}/${name}`, 'is not a member of a definition.');
    check(item, rule, `${pointer}/${name}`);
  }
}

const wrong = (pointer: string, detail: string) =>
  fieldError('contract-violation', pointer, detail);
