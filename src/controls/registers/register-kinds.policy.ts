import { type CivilDate, isTimeZone } from '../../kernel/civil-date';
import { compareDecimal, parseDecimal } from '../../kernel/decimal';
import { fieldError } from '../../kernel/errors';
import { millisOf } from '../../kernel/instant';
import { type JsonObject } from '../../kernel/json';
import { BUDGET_RULE } from '../budget/budget-rule.policy';
import { BUDGET_TRANSFER, BUDGET_VERSION } from '../budget/plan-kinds.policy';
import { readDutyMapping } from '../rule-sets/read-duty-mapping.policy';
import { readRuleSet } from '../rule-sets/read-rule-set.policy';
import { type Vocabulary } from './vocabulary.policy';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** One register: what an entry of it must be, and whom its approval may not come from. */
export interface RegisterKind {
  /** object type, as in streams and event types */
  readonly type: string;
  /** as in paths */
  readonly path: string;
  /** what an entry is, for messages */
  readonly noun: string;
  /** @throws TieoutError `contract-violation` */
  check(entry: JsonObject, words: Vocabulary): void;
  /** first local date of a version that begins on a date; never before the day after its approval */
  beginOf?(entry: JsonObject): CivilDate;
  /** the entry with accounts of a source by their opaque names: how a source calls them is not for the ledger */
  opaque?(
    entry: JsonObject,
    opaqueOf: (accounts: readonly string[]) => readonly string[],
  ): JsonObject;
  /** the person an entry is for: nobody approves what is for oneself */
  beneficiaryOf?(entry: JsonObject): string | undefined;
}

const text = (entry: JsonObject, name: string): string | undefined => {
  const value = entry[name];
  return typeof value === 'string' ? value : undefined;
};

const refuse = (pointer: string, detail: string) =>
  fieldError('contract-violation', pointer, detail);

function checkDuties(duties: readonly string[], pointer: string, words: Vocabulary): void {
  const unknown = duties.find((duty) => !words.hasDuty(duty));
  if (unknown !== undefined) throw refuse(pointer, `the rule set has no duty ${unknown}.`);
}

/** Limits and caps are in the base currency: another currency would need a rate at every approval. */
function checkLimit(entry: JsonObject, name: string, { baseCurrency }: Vocabulary): void {
  const money = entry[name] as { readonly amount: string; readonly currency: string } | undefined;
  if (money === undefined) return;
  if (money.currency !== baseCurrency)
    throw refuse(`/${name}/currency`, `limits are in ${baseCurrency}, the base currency.`);
  if (compareDecimal(parseDecimal(money.amount, `/${name}/amount`), { unscaled: 0n, scale: 0 }) < 0)
    throw refuse(`/${name}/amount`, 'a limit is not negative.');
}

function checkSpan(entry: JsonObject): void {
  const [from, to] = [text(entry, 'from'), text(entry, 'to')];
  if (from !== undefined && to !== undefined && to <= from)
    throw refuse('/to', 'it ends after it begins.');
}

export const AUTHORITY_LIMIT: RegisterKind = {
  type: 'authority-limit',
  path: 'authority-limits',
  noun: 'authority limit',
  check(entry, words) {
    checkDuties([String(entry['duty'])], '/duty', words);
    checkLimit(entry, 'limit', words);
    const [from, to] = [text(entry, 'from'), text(entry, 'to')];
    // Local dates, both ends included: one day is a valid period.
    if (from !== undefined && to !== undefined && to < from)
      throw refuse('/to', 'it does not end before it begins.');
  },
  beneficiaryOf: (entry) => text(entry, 'person'),
};

export const DELEGATION: RegisterKind = {
  type: 'delegation',
  path: 'delegations',
  noun: 'delegation',
  check(entry, words) {
    checkDuties(entry['duties'] as readonly string[], '/duties', words);
    checkLimit(entry, 'cap', words);
    checkSpan(entry);
    if (entry['principal'] === entry['delegate'])
      throw refuse('/delegate', 'nobody delegates to oneself.');
  },
  beneficiaryOf: (entry) => text(entry, 'delegate'),
};

export const AUTO_APPROVAL: RegisterKind = {
  type: 'auto-approval',
  path: 'auto-approvals',
  noun: 'auto-approval policy',
  check(entry, words) {
    checkDuties(entry['duties'] as readonly string[], '/duties', words);
    checkLimit(entry, 'limit', words);
    checkSpan(entry);
  },
};

export const EXCHANGE_RATE: RegisterKind = {
  type: 'exchange-rate',
  path: 'exchange-rates',
  noun: 'exchange rate',
  check(entry) {
    const rate = parseDecimal(String(entry['rate']), '/rate', 12);
    if (rate.unscaled <= 0n) throw refuse('/rate', 'a rate is above zero.');
    if (entry['from'] === entry['to']) throw refuse('/to', 'a rate is between two currencies.');
  },
};

export const SOD_EXCEPTION: RegisterKind = {
  type: 'sod-exception',
  path: 'exceptions',
  noun: 'exception',
  check(entry, words) {
    const id = String(entry['rule']);
    const rule = words.rule(id);
    if (rule === undefined) throw refuse('/rule', `the rule set has no rule ${id}.`);
    if (!rule.exception.allowed) throw refuse('/rule', `rule ${id} allows no exception.`);
    checkSpan(entry);
    const length = millisOf(String(entry['to'])) - millisOf(String(entry['from']));
    if (length > rule.exception.maxDays * DAY_MS)
      throw refuse('/to', `rule ${id} allows an exception of ${rule.exception.maxDays} days.`);
  },
  beneficiaryOf: (entry) => text(entry, 'person'),
};

export const EMERGENCY_SESSION: RegisterKind = {
  type: 'emergency-session',
  path: 'emergency-sessions',
  noun: 'emergency session',
  check(entry, { sessionHoursMax: hours }) {
    checkSpan(entry);
    const length = millisOf(String(entry['to'])) - millisOf(String(entry['from']));
    if (length > hours * HOUR_MS) throw refuse('/to', `a session lasts at most ${hours} hours.`);
  },
  beneficiaryOf: (entry) => text(entry, 'user'),
};

export const PERSON: RegisterKind = {
  type: 'person',
  path: 'persons',
  noun: 'person',
  check(entry) {
    if (entry['managerFrom'] !== undefined || entry['managerTo'] !== undefined) {
      if (entry['manager'] === undefined)
        throw refuse('/manager', 'a period of management names the manager.');
    }
    checkSpan({ from: entry['managerFrom'] ?? null, to: entry['managerTo'] ?? null });
  },
};

export const LEGAL_ENTITY: RegisterKind = {
  type: 'legal-entity',
  path: 'legal-entities',
  noun: 'legal entity',
  check(entry) {
    const zone = String(entry['timeZone']);
    if (!isTimeZone(zone)) throw refuse('/timeZone', `${zone} is no time zone of the IANA list.`);
  },
};

export const PAYEE_GROUP: RegisterKind = {
  type: 'payee-group',
  path: 'payee-groups',
  noun: 'payee group',
  check(entry) {
    const vendors = entry['vendors'] as readonly JsonObject[];
    const names = vendors.map((one) => `${String(one['entity'])} ${String(one['id'])}`);
    if (new Set(names).size !== names.length) throw refuse('/vendors', 'a vendor is there twice.');
  },
};

export const ENTITLEMENT_LIST: RegisterKind = {
  type: 'entitlement-list',
  path: 'entitlement-lists',
  noun: 'list of entitlements',
  check(entry, words) {
    for (const [i, row] of (entry['rows'] as readonly JsonObject[]).entries()) {
      const at = `/rows/${i}`;
      if ((row['person'] === undefined) === (row['account'] === undefined))
        throw refuse(at, 'an entitlement is held by a person or by an account, not both.');
      if (!words.hasDuty(String(row['duty'])))
        throw refuse(`${at}/duty`, `the rule set has no duty ${String(row['duty'])}.`);
      const [from, to] = [text(row, 'from'), text(row, 'to')];
      if (from !== undefined && to !== undefined && to <= from)
        throw refuse(`${at}/to`, 'it ends after it begins.');
    }
  },
  opaque(entry, opaqueOf) {
    const rows = entry['rows'] as readonly JsonObject[];
    const accounts = [...new Set(rows.flatMap((row) => text(row, 'account') ?? []))];
    const opaque = opaqueOf(accounts);
    const names = new Map(accounts.map((account, i) => [account, opaque[i] ?? '']));
    const named = (row: JsonObject): JsonObject => {
      const account = names.get(text(row, 'account') ?? '');
      return account === undefined ? row : { ...row, account };
    };
    return { ...entry, rows: rows.map(named) };
  },
};

const UNNAMED = { id: '', version: '' };

export const RULE_SET: RegisterKind = {
  type: 'rule-set',
  path: 'rule-sets',
  noun: 'rule set',
  check: (entry) => void readRuleSet(entry, UNNAMED),
  beginOf: (entry) => String(entry['effectiveFrom']),
};

export const DUTY_MAPPING: RegisterKind = {
  type: 'duty-mapping',
  path: 'duty-mappings',
  noun: 'duty mapping',
  check: (entry) => void readDutyMapping(entry, UNNAMED),
  beginOf: (entry) => String(entry['effectiveFrom']),
};

export const REGISTER_KINDS: readonly RegisterKind[] = [
  AUTHORITY_LIMIT,
  DELEGATION,
  AUTO_APPROVAL,
  BUDGET_RULE,
  BUDGET_VERSION,
  BUDGET_TRANSFER,
  EXCHANGE_RATE,
  SOD_EXCEPTION,
  EMERGENCY_SESSION,
  PERSON,
  LEGAL_ENTITY,
  PAYEE_GROUP,
  ENTITLEMENT_LIST,
  RULE_SET,
  DUTY_MAPPING,
];
