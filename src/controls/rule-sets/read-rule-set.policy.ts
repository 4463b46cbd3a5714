import { parseCivilDate, type CivilDate } from '../../kernel/civil-date';
import { minorDigits } from '../../kernel/currencies';
import { fieldError } from '../../kernel/errors';
import { type JsonObject } from '../../kernel/json';
import { SettingsJson } from '../../kernel/settings-json';
import { type Duty, DUTY_CATEGORIES, type Rule, type RuleSet } from '../rule-set.policy';
import { readRule } from './read-rule.policy';
import { ID, listOf, optionalDate, refused, yesNo } from './read-settings.policy';

const MEMBERS_MAX = 1_000;

/** When a version holds. Local dates, both ends included; without `to` until another one begins. */
export interface Validity {
  readonly from: CivilDate;
  readonly to?: CivilDate;
}

/** A proposed rule set, read whole. */
export interface ReadRuleSet extends Validity {
  readonly set: RuleSet;
}

/**
 * Reads a proposed version of a rule set: every rule of a type that the evaluator knows, every duty it names there.
 *
 * @param name id and version, as in the path
 * @throws TieoutError `contract-violation`, `unknown-field`, `time-form`, at the first member that does not fit
 */
export function readRuleSet(
  entry: JsonObject,
  name: { readonly id: string; readonly version: string },
): ReadRuleSet {
  const body = SettingsJson.of(entry, '');
  const validity = readValidity(body);
  const baseCurrency = body.text('baseCurrency');
  if (minorDigits(baseCurrency) === undefined)
    throw refused('/baseCurrency', 'is an ISO 4217 code such as EUR.');
  body.optionalText('title');
  body.optionalText('owner');
  const duties = uniqueById(listOf(body, 'duties', { min: 1, max: MEMBERS_MAX }), readDuty);
  const known = new Set(duties.map(({ id }) => id));
  const rules = uniqueById(listOf(body, 'rules', { min: 1, max: MEMBERS_MAX }), (json) =>
    readRule(json, known),
  );
  body.finish();
  const ruleset = { ...name, effectiveFrom: validity.from, baseCurrency };
  return { ...validity, set: { ruleset, duties, rules: rules as Rule[] } };
}

/** `effectiveFrom` and `effectiveTo` of a proposal. */
export function readValidity(body: SettingsJson): Validity {
  const from = parseCivilDate(body.text('effectiveFrom'), '/effectiveFrom');
  const to = optionalDate(body, 'effectiveTo');
  if (to !== undefined && to < from)
    throw refused('/effectiveTo', 'it does not end before it begins.');
  return { from, ...(to === undefined ? {} : { to }) };
}

function readDuty(json: SettingsJson): Duty {
  const id = json.text('id');
  if (!ID.test(id))
    throw refused(json.at('id'), 'is 1 to 32 capitals, digits and dashes, such as PO-APPROVE.');
  const duty = {
    id,
    name: json.text('name'),
    process: json.text('process'),
    category: json.oneOf('category', DUTY_CATEGORIES),
    consequence: yesNo(json, 'consequence'),
  };
  json.get('crosswalk');
  json.finish();
  return duty;
}

function uniqueById<T extends { readonly id: string }>(
  list: readonly SettingsJson[],
  read: (json: SettingsJson) => T,
): T[] {
  const seen = new Set<string>();
  return list.map((json) => {
    const item = read(json);
    if (seen.has(item.id))
      throw fieldError('contract-violation', json.at('id'), `${item.id} is there twice.`);
    seen.add(item.id);
    return item;
  });
}
