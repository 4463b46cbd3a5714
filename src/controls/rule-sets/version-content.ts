import { type JsonObject } from '../../kernel/json';
import { compileRows, DEFAULT_DUTY_MAPPING } from '../duty-mapping.policy';
import { compileRules, DEFAULT_RULE_SET } from '../rule-set.policy';
import { DUTY_MAPPING, type RegisterKind, RULE_SET } from '../registers/register-kinds.policy';
import { readDutyMapping } from './read-duty-mapping.policy';
import { readRuleSet } from './read-rule-set.policy';
import { type Pin, type RulesOfDay } from './rule-book.policy';
import { missingCritical } from './version-conflicts.policy';

/** A kind whose versions begin on dates: what it ships with, and what is said about a version of it. */
export interface VersionContent {
  readonly kind: RegisterKind;
  readonly shipped: { readonly id: string; readonly version: string; readonly entry: JsonObject };
  /** further members of the reply about an entry */
  tell(entry: JsonObject): JsonObject;
  /** the rules of a day as they would be with an entry in force, beside what is in force on that day */
  dayWith(entry: JsonObject, pin: Pin, beside: RulesOfDay): RulesOfDay;
}

const { id, version, effectiveFrom, baseCurrency } = DEFAULT_RULE_SET.ruleset;

export const RULE_SETS: VersionContent = {
  kind: RULE_SET,
  shipped: {
    id,
    version,
    entry: {
      ...{ effectiveFrom, baseCurrency },
      ...{ duties: json(DEFAULT_RULE_SET.duties), rules: json(DEFAULT_RULE_SET.rules) },
    },
  },
  tell: (entry) => {
    const { set } = readRuleSet(entry, { id: '', version: '' });
    return { missingCritical: missingCritical(compileRules(set)) };
  },
  dayWith: (entry, ruleSet, { duties, dutyMapping }) => {
    const { id, version } = ruleSet;
    const rules = compileRules(readRuleSet(entry, { id, version }).set);
    return {
      rules,
      duties: compileRows(duties.mapping, rules),
      ruleSet,
      dutyMapping,
      isInForce: true,
    };
  },
};

export const DUTY_MAPPINGS: VersionContent = {
  kind: DUTY_MAPPING,
  shipped: {
    id: DEFAULT_DUTY_MAPPING.id,
    version: DEFAULT_DUTY_MAPPING.version,
    entry: {
      effectiveFrom: DEFAULT_DUTY_MAPPING.effectiveFrom,
      ...{ ruleSet: DEFAULT_DUTY_MAPPING.ruleSet, rows: json(DEFAULT_DUTY_MAPPING.rows) },
    },
  },
  tell: () => ({}),
  dayWith: (entry, dutyMapping, { rules, ruleSet }) => {
    const { id, version } = dutyMapping;
    const { mapping } = readDutyMapping(entry, { id, version });
    return { rules, duties: compileRows(mapping, rules), ruleSet, dutyMapping, isInForce: true };
  },
};

function json(list: readonly object[]): readonly JsonObject[] {
  return list as readonly JsonObject[];
}

/** A version in a path; undefined for anything but a number from 1. */
export function versionNumber(text: string): number | undefined {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}
