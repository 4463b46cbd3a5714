import { parseDecimal } from '../../kernel/decimal';
import { type JsonObject } from '../../kernel/json';
import { type SettingsJson } from '../../kernel/settings-json';
import { DUTY_CATEGORIES, type EvaluationMode, type Rule, SEVERITIES } from '../rule-set.policy';
import { amountText, listOf, refused, texts, whole, yesNo } from './read-settings.policy';

const RULE_ID = /^[A-Z0-9]{2,8}-[0-9]{2,3}$/;
const TYPES: readonly Rule['type'][] = [
  'pair',
  'limit',
  'quorum',
  'delegation',
  'aggregate',
  'approval-effective',
  'hierarchy',
  'attribution',
  'emergency',
];
const MODES: readonly EvaluationMode['mode'][] = ['static', 'lineage', 'relation'];
const CONTROLS = ['preventive', 'detective'] as const;
const DAYS = { min: 0, max: 3_660 };
const NAMES = { min: 1, max: 256 };

type Reads = (json: SettingsJson, duties: ReadonlySet<string>) => JsonObject;

/**
 * Reads one rule of a set.
 *
 * @param duties ids of the set's duties: a rule that names another one would never fire, in silence
 * @throws TieoutError `contract-violation`, `unknown-field`
 */
export function readRule(json: SettingsJson, duties: ReadonlySet<string>): Rule {
  const id = json.text('id');
  if (!RULE_ID.test(id)) throw refused(json.at('id'), 'is a rule id such as P2P-04.');
  const type = json.oneOf('type', TYPES);
  json.optionalText('process');
  const rule = {
    ...{ id, type, name: json.text('name'), risk: json.text('risk') },
    severity: json.oneOf('severity', SEVERITIES),
    control: controlsOf(json),
    exception: exceptionOf(json),
    ...(BY_TYPE[type] ?? (() => ({})))(json, duties),
  };
  // Words about the rule, for those who read it; what decides is read above.
  if (BY_TYPE[type] === undefined) json.get('config');
  json.finish();
  return rule as unknown as Rule;
}

function controlsOf(json: SettingsJson): string[] {
  const controls = texts(json, 'control', { min: 1, max: 2 });
  if (controls.some((one) => !CONTROLS.some((known) => known === one)))
    throw refused(json.at('control'), `names ${CONTROLS.join(' or ')}.`);
  return controls;
}

function exceptionOf(json: SettingsJson): JsonObject {
  const exception = json.object('exception');
  const read = {
    allowed: yesNo(exception, 'allowed'),
    maxDays: whole(exception, 'maxDays', DAYS),
    requires: texts(exception, 'requires', { min: 0, max: 16 }),
    compensatingControls: texts(exception, 'compensatingControls', { min: 0, max: 16 }),
  };
  exception.finish();
  return read;
}

function dutiesAt(json: SettingsJson, name: string, duties: ReadonlySet<string>): string[] {
  const named = texts(json, name, NAMES);
  const unknown = named.find((duty) => !duties.has(duty));
  if (unknown !== undefined) throw refused(json.at(name), `the rule set has no duty ${unknown}.`);
  return named;
}

const pair: Reads = (json, duties) => ({
  left: dutiesAt(json, 'left', duties),
  right: dutiesAt(json, 'right', duties),
  evaluate: listOf(json, 'evaluate', { min: 1, max: 16 }).map(modeOf),
  versioned: json.get('versioned') !== undefined && yesNo(json, 'versioned'),
});

function modeOf(json: SettingsJson): JsonObject {
  const mode = json.oneOf('mode', MODES);
  const key = mode === 'relation' ? json.text('key') : undefined;
  const days = mode === 'relation' ? whole(json, 'windowDays', DAYS) : undefined;
  json.finish();
  return key === undefined || days === undefined ? { mode } : { mode, key, windowDays: days };
}

/** Members of `config` that are words beside those that decide are kept and not asked for. */
const configOf =
  (read: (config: SettingsJson, duties: ReadonlySet<string>) => JsonObject): Reads =>
  (json, duties) => ({ config: read(json.object('config'), duties) });

const quorum = configOf((config, duties) => ({
  duties: dutiesAt(config, 'duties', duties),
  executionDuties: dutiesAt(config, 'executionDuties', duties),
  thresholdBase: amountText(config, 'thresholdBase'),
  minDistinct: whole(config, 'minDistinct', { min: 2, max: 16 }),
}));

const aggregate = configOf((config, duties) => {
  const duty = config.text('duty');
  if (!duties.has(duty)) throw refused(config.at('duty'), `the rule set has no duty ${duty}.`);
  const tiersBase = texts(config, 'tiersBase', { min: 1, max: 32 });
  for (const [i, tier] of tiersBase.entries()) parseDecimal(tier, `${config.at('tiersBase')}/${i}`);
  return { duty, tiersBase, windowDays: whole(config, 'windowDays', DAYS) };
});

const approvalEffective = configOf((config, duties) => {
  const requires = config.object('requires');
  const unknown = requires.names.find((duty) => !duties.has(duty));
  if (unknown !== undefined)
    throw refused(requires.pointer, `the rule set has no duty ${unknown}.`);
  const read = requires.names.map((duty) => [duty, dutiesAt(requires, duty, duties)] as const);
  return { requires: Object.fromEntries(read) };
});

const KINDS = ['shared', 'service'];
const attribution = configOf((config) => {
  const accountKinds = texts(config, 'accountKinds', { min: 1, max: 2 });
  if (accountKinds.some((kind) => !KINDS.includes(kind)))
    throw refused(config.at('accountKinds'), `names ${KINDS.join(' or ')}.`);
  const categories = texts(config, 'categories', { min: 0, max: DUTY_CATEGORIES.length });
  if (categories.some((one) => !DUTY_CATEGORIES.some((known) => known === one)))
    throw refused(config.at('categories'), `names ${DUTY_CATEGORIES.join(', ')}.`);
  return { accountKinds, ...(categories.length === 0 ? {} : { categories }) };
});

const emergency = configOf((config) => ({
  maxHours: whole(config, 'maxHours', { min: 1, max: 168 }),
  reviewSlaDays: whole(config, 'reviewSlaDays', { min: 1, max: 366 }),
}));

const BY_TYPE: Readonly<Partial<Record<Rule['type'], Reads>>> = {
  pair,
  quorum,
  aggregate,
  'approval-effective': approvalEffective,
  attribution,
  emergency,
};
