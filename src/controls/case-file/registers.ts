import { type Decimal } from '../../kernel/decimal';
import { isTimeZone } from '../../kernel/civil-date';
import { present } from '../../kernel/present';
import { isInForce, type Registers } from '../registers.policy';
import { type Instant } from '../../kernel/runtime';
import { type CompiledRules } from '../rule-set.policy';
import { type PayeeGroup, payeesOf } from '../registers/payee-groups.policy';
import { type Fields, refused } from './fields';

const AS_OF_DEFAULT = '2026-12-31T00:00:00.000Z';

/** Lists of a case, with those of the file's defaults before them. */
export type ListOf = (name: string) => Fields[];

/** The registers a case states. */
export function registersOf(given: Fields, listOf: ListOf, rules: CompiledRules): Registers {
  for (const name of ['delegations', 'doa', 'autoApprovalPolicies', 'entitlements'])
    for (const entry of listOf(name)) refuseUnknownDuty(entry, rules);
  for (const entry of listOf('exceptions')) {
    if (rules.rule(entry.text('rule')) === undefined)
      throw refused(entry.at('rule'), `the rule set has no rule ${entry.text('rule')}.`);
  }
  const zones = zonesOf(listOf('entities'));
  const rates = ratesOf(listOf('fx'));
  const payeeOf = payeesOf(payeeGroups(listOf('vendors')));
  const people = listOf('people').map((person) => ({
    id: person.text('id'),
    manager: person.optional('manager'),
    from: person.instant('managerFrom'),
    to: person.instant('managerTo'),
  }));
  const asOf = given.instant('asOf') ?? AS_OF_DEFAULT;
  return {
    asOf,
    delegations: listOf('delegations').map(delegation),
    limits: listOf('doa').map(limit),
    autoApprovals: listOf('autoApprovalPolicies').map(autoApproval),
    exceptions: listOf('exceptions').map(exception),
    sessions: listOf('emergencySessions').map((fields) => session(fields, asOf)),
    entitlements: listOf('entitlements').map(entitlement),
    timeZoneOf: (entity) => zones.get(entity) ?? 'UTC',
    rateOf: (from, to, date) => rates.get(`${from} ${to} ${date}`),
    payeeOf,
    hasManagers: people.some(({ manager }) => manager !== undefined),
    managerOf: (id, at) =>
      people.findLast(
        (one) => one.id === id && one.manager !== undefined && isInForce(present(one), at),
      )?.manager,
  };
}

/** A misspelt duty would never match, in silence. */
function refuseUnknownDuty(entry: Fields, rules: CompiledRules): void {
  const named = [entry.optional('duty') ?? [], entry.texts('duties')].flat();
  const unknown = named.find((duty) => rules.duty(duty) === undefined);
  if (unknown !== undefined)
    throw refused(entry.at('duty'), `the rule set has no duty ${unknown}.`);
}

function zonesOf(entities: readonly Fields[]): ReadonlyMap<string, string> {
  return new Map(
    entities.map((entity) => {
      entity.only('id', 'tz', 'currency');
      const zone = entity.text('tz');
      if (!isTimeZone(zone))
        throw refused(entity.at('tz'), `${zone} is no time zone of the IANA list.`);
      return [entity.text('id'), zone];
    }),
  );
}

function ratesOf(rates: readonly Fields[]): ReadonlyMap<string, Decimal> {
  const known = new Map<string, Decimal>();
  for (const rate of rates) {
    rate.only('date', 'from', 'to', 'rate');
    const date = rate.date('date') ?? rate.missing('date');
    const key = `${rate.text('from')} ${rate.text('to')} ${date}`;
    if (known.has(key)) throw refused(rate.at('date'), 'there is another rate of that date.');
    known.set(key, rate.decimal('rate') ?? rate.missing('rate'));
  }
  return known;
}

/** Vendors that share a bank account or a group. */
function payeeGroups(vendors: readonly Fields[]): PayeeGroup[] {
  const groups = new Map<string, string[]>();
  for (const vendor of vendors) {
    vendor.only('id', 'bankAccount', 'vendorGroup');
    for (const link of ['bankAccount', 'vendorGroup']) {
      const value = vendor.optional(link);
      if (value === undefined) continue;
      const key = `${link}:${value}`;
      groups.set(key, [...(groups.get(key) ?? []), vendor.text('id')]);
    }
  }
  return [...groups.values()];
}

function delegation(fields: Fields): Registers['delegations'][number] {
  fields.only(
    ...['id', 'from_person', 'to_person', 'duties', 'entity', 'from', 'to', 'cap'],
    ...['revokedAt', 'basedOn', 'reason'],
  );
  return present({
    id: fields.text('id'),
    fromPerson: fields.text('from_person'),
    toPerson: fields.text('to_person'),
    duties: fields.texts('duties'),
    entity: fields.optional('entity'),
    from: fields.instant('from'),
    to: fields.instant('to'),
    cap: fields.decimal('cap'),
    revokedAt: fields.instant('revokedAt'),
    basedOn: fields.optional('basedOn'),
  });
}

function limit(fields: Fields): Registers['limits'][number] {
  fields.only('person', 'duty', 'limit', 'entity', 'from', 'to');
  return present({
    person: fields.text('person'),
    duty: fields.text('duty'),
    limit: fields.decimal('limit') ?? fields.missing('limit'),
    entity: fields.optional('entity'),
    from: fields.date('from'),
    to: fields.date('to'),
  });
}

function autoApproval(fields: Fields): Registers['autoApprovals'][number] {
  fields.only('id', 'duties', 'limit', 'approver', 'approvedBy', 'from', 'to');
  return present({
    id: fields.text('id'),
    duties: fields.texts('duties'),
    limit: fields.decimal('limit') ?? fields.missing('limit'),
    from: fields.instant('from'),
    to: fields.instant('to'),
  });
}

function exception(fields: Fields): Registers['exceptions'][number] {
  fields.only(
    ...['id', 'rule', 'person', 'approvedBy', 'approvedAt', 'requestedBy', 'reason', 'scope'],
    ...['compensatingControl', 'from', 'to', 'controlDueAt', 'controlEvidence'],
  );
  const evidence = fields.part('controlEvidence');
  return present({
    id: fields.text('id'),
    rule: fields.text('rule'),
    person: fields.text('person'),
    approvedBy: fields.optional('approvedBy'),
    approvedAt: fields.instant('approvedAt'),
    scope: fields.map('scope'),
    compensatingControl: fields.optional('compensatingControl'),
    from: fields.instant('from'),
    to: fields.instant('to'),
    controlDueAt: fields.instant('controlDueAt'),
    controlEvidence:
      evidence === undefined
        ? undefined
        : { by: evidence.text('by'), at: evidence.instant('at') ?? evidence.missing('at') },
  });
}

/** A review after the instant of the question is not known then. */
function session(fields: Fields, asOf: Instant): Registers['sessions'][number] {
  fields.only(
    ...['id', 'user', 'from', 'to', 'approvedBy', 'approvedAt', 'controller', 'reviewedBy'],
    ...['reviewedAt', 'reason'],
  );
  const reviewedAt = fields.instant('reviewedAt');
  const isKnown = reviewedAt !== undefined && reviewedAt <= asOf;
  const reviewedBy = fields.optional('reviewedBy');
  return present({
    id: fields.text('id'),
    user: fields.text('user'),
    from: fields.instant('from') ?? fields.missing('from'),
    to: fields.instant('to') ?? fields.missing('to'),
    approvedBy: fields.optional('approvedBy'),
    approvedAt: fields.instant('approvedAt'),
    reviewedBy: isKnown ? reviewedBy : undefined,
    reviewedAt: isKnown ? reviewedAt : undefined,
  });
}

function entitlement(fields: Fields): Registers['entitlements'][number] {
  fields.only('person', 'duty', 'entity', 'from', 'to', 'source', 'evidence');
  return present({
    person: fields.text('person'),
    duty: fields.text('duty'),
    entity: fields.optional('entity') ?? '*',
    from: fields.instant('from'),
    to: fields.instant('to'),
  });
}
