import { isJsonObject, type Json } from '../../kernel/json';
import { parseMoney, type MoneyJson } from '../../kernel/money';
import { present } from '../../kernel/present';
import { parseStrictJson } from '../../kernel/strict-json';
import { type Cancellation, type DutyEvent } from '../duty-event.policy';
import { type Facts } from '../evaluate.policy';
import { STATUSES, type FindingStatus } from '../finding.policy';
import { survivors, type AccountPeriod, type Identities } from '../identity.policy';
import { type CompiledRules } from '../rule-set.policy';
import { Fields, refused } from './fields';
import { type ListOf, registersOf } from './registers';

/** A case with its facts, and what is expected of them if the file says so. */
export interface SodCase {
  readonly id: string;
  readonly title: string;
  readonly facts: Facts;
  readonly expected?: ExpectedJudgement;
}

export interface ExpectedJudgement {
  readonly verdict: FindingStatus;
  /** null of a case without events */
  readonly decision: string | null;
  readonly findings: readonly ExpectedFinding[];
}

export interface ExpectedFinding {
  readonly rule: string;
  readonly person: string | null;
  readonly status: FindingStatus;
  /** sequence numbers; compared where given */
  readonly events?: readonly number[];
  readonly reason?: string;
}

/** Event ids of a case sort as its sequence numbers do. */
export const caseEventId = (seq: number): string => `event-${String(seq).padStart(6, '0')}`;
export const sequenceOf = (eventId: string): number => Number(eventId.slice('event-'.length));

/**
 * Reads a case file: one case, or `cases` with `defaults` (people, accounts, legal entities) for all of them.
 *
 * @throws TieoutError `json-*`, or `contract-violation`, `unknown-field`, `time-form`, `money-form` with the place
 */
export function readCases(bytes: Uint8Array, rules: CompiledRules): SodCase[] {
  const json = parseStrictJson(bytes, { freeNamesOf: 'format' });
  const file = Fields.of(json, '');
  if (file.raw('cases') === undefined) return [readCase(file, undefined, rules)];
  const defaults = file.part('defaults');
  return file.list('cases').map((one) => readCase(one, defaults, rules));
}

const GIVEN = [
  ...['events', 'entities', 'people', 'accounts', 'vendors', 'delegations', 'doa', 'fx', 'asOf'],
  ...['exceptions', 'emergencySessions', 'autoApprovalPolicies', 'entitlements'],
];

const EVENT = [
  ...['seq', 'at', 'account', 'duty', 'object', 'lineage', 'refs', 'entity', 'amount', 'version'],
  ...['material', 'onBehalfOf', 'initiatedBy', 'autoApprovalPolicy', 'emergencySession', 'cancels'],
];

function readCase(one: Fields, defaults: Fields | undefined, rules: CompiledRules): SodCase {
  one.only('id', 'tags', 'semantics', 'title', 'why', 'given', 'expect');
  const given = Fields.of(one.raw('given'), one.at('given')).only(...GIVEN);
  // A case replaces the legal entities of the file, and adds to its people and accounts.
  const listOf: ListOf = (name) =>
    name === 'entities' && given.raw(name) !== undefined
      ? given.list(name)
      : [...(defaults?.list(name) ?? []), ...given.list(name)];
  const events = given.list('events').map((event) => event.only(...EVENT));
  const expected = one.part('expect');
  return {
    id: one.text('id'),
    title: one.optional('title') ?? '',
    facts: {
      events: events.filter((e) => e.raw('cancels') === undefined).map((e) => dutyEvent(e, rules)),
      cancellations: cancellations(events),
      identities: identitiesOf(listOf('accounts'), listOf('people')),
      registers: registersOf(given, listOf, rules),
    },
    ...(expected === undefined ? {} : { expected: judgement(expected) }),
  };
}

function dutyEvent(event: Fields, rules: CompiledRules): DutyEvent {
  const duty = event.text('duty');
  if (rules.duty(duty) === undefined)
    throw refused(event.at('duty'), `the rule set has no duty ${duty}.`);
  const amount = event.part('amount')?.only('amount', 'currency');
  return present({
    id: caseEventId(event.whole('seq') ?? event.missing('seq')),
    at: event.instant('at') ?? event.missing('at'),
    duties: [duty],
    object: event.text('object'),
    entity: event.optional('entity') ?? 'E-DE',
    account: event.text('account'),
    onBehalfOf: event.optional('onBehalfOf'),
    initiatedBy: event.optional('initiatedBy'),
    lineages: lineagesOf(event),
    refs: Object.entries(event.map('refs')).map(([key, value]) => `${key}:${value}`),
    version: event.whole('version') ?? 1,
    isChange: false,
    isMaterial: event.flag('material') ?? true,
    amount: amount === undefined ? undefined : parseMoney(moneyOf(amount), event.at('amount')),
    autoApprovalPolicy: event.optional('autoApprovalPolicy'),
    emergencySession: event.optional('emergencySession'),
  });
}

function lineagesOf(event: Fields): string[] {
  const lineage = event.raw('lineage');
  const chains = Array.isArray(lineage) ? event.texts('lineage') : [event.text('lineage')];
  if (chains.length === 0) event.missing('lineage');
  return chains.sort();
}

const moneyOf = (amount: Fields): MoneyJson => ({
  amount: amount.text('amount'),
  currency: amount.text('currency'),
});

function cancellations(events: readonly Fields[]): Cancellation[] {
  const known = new Set(events.map((event) => event.whole('seq')));
  return events.flatMap((event) => {
    const cancels = event.whole('cancels');
    if (cancels === undefined) return [];
    if (!known.has(cancels)) throw refused(event.at('cancels'), `there is no event ${cancels}.`);
    const id = caseEventId(event.whole('seq') ?? event.missing('seq'));
    const at = event.instant('at') ?? event.missing('at');
    return [{ id, at, cancels: caseEventId(cancels) }];
  });
}

function identitiesOf(accounts: readonly Fields[], people: readonly Fields[]): Identities {
  const periods = new Map<string, AccountPeriod[]>();
  for (const account of accounts) {
    account.only('id', 'kind', 'person', 'owner', 'from', 'to', 'add', 'system');
    const id = account.text('id');
    const known = account.flag('add') === true ? (periods.get(id) ?? []) : [];
    periods.set(id, [...known, periodOf(account)]);
  }
  const merges = new Map<string, string>();
  for (const person of people) {
    person.only('id', 'name', 'manager', 'managerFrom', 'managerTo', 'mergedInto');
    const into = person.optional('mergedInto');
    if (into !== undefined) merges.set(person.text('id'), into);
  }
  for (const person of people) refuseCycle(person, merges);
  return {
    periodsOf: (account) => periods.get(account) ?? [],
    survivorOf: survivors(merges),
  };
}

function refuseCycle(person: Fields, merges: ReadonlyMap<string, string>): void {
  const seen = new Set<string>();
  for (let id: string | undefined = person.text('id'); id !== undefined; id = merges.get(id)) {
    if (seen.has(id)) throw refused(person.at('mergedInto'), 'the merges go round in a circle.');
    seen.add(id);
  }
}

const KINDS = ['human', 'service', 'shared'] as const;

function periodOf(account: Fields): AccountPeriod {
  const kind = KINDS.find((one) => one === account.text('kind'));
  if (kind === undefined) throw refused(account.at('kind'), `one of ${KINDS.join(', ')}.`);
  return present({
    kind,
    person: account.optional('person'),
    from: account.instant('from'),
    to: account.instant('to'),
  });
}

function judgement(expect: Fields): ExpectedJudgement {
  expect.only('verdict', 'decision', 'findings');
  return {
    verdict: statusOf(expect, 'verdict'),
    decision: expect.optional('decision') ?? null,
    findings: expect.list('findings').map((finding) => {
      finding.only('rule', 'person', 'status', 'events', 'reason');
      return present({
        rule: finding.text('rule'),
        person: finding.optional('person') ?? null,
        status: statusOf(finding, 'status'),
        events: sequences(finding.raw('events'), finding.at('events')),
        reason: finding.optional('reason'),
      });
    }),
  };
}

function statusOf(fields: Fields, name: string): FindingStatus {
  const status = STATUSES.find((one) => one === fields.text(name));
  if (status === undefined) throw refused(fields.at(name), `one of ${STATUSES.join(', ')}.`);
  return status;
}

function sequences(value: Json | undefined, pointer: string): number[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || isJsonObject(value)) throw refused(pointer, 'a list is wanted.');
  return (value as readonly Json[]).map((seq, i) => {
    if (typeof seq !== 'number') throw refused(`${pointer}/${i}`, 'a number is wanted.');
    return seq;
  });
}
