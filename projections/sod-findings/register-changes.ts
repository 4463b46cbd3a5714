import { DEFAULT_RULES } from '../../src/controls/rule-set.policy';
import { addDays } from '../../src/kernel/civil-date';
import { type Instant } from '../../src/kernel/runtime';
import { payeesOf } from '../../src/controls/registers/payee-groups.policy';
import { parseStreamName, streamName } from '../../src/kernel/stream-name';
import { survivorsIn } from '../control-registers';
import { type Apply, type ProjectionDb } from '../read-model';
import { accountsOf } from './account-rows';
import { bookOf } from './act-rows';
import { dirtyOf, markUnit } from './dirty';
import { typesWith } from './rule-periods';
import { type UnitName } from './unit';

/** An entry of a register that was approved, revoked, evidenced or reviewed. */
interface Changed {
  readonly id: string;
  /** when it was decided */
  readonly at: Instant;
  /** every version, the decided one among them */
  readonly versions: readonly Entry[];
}

interface Entry {
  readonly person?: string;
  readonly user?: string;
  readonly principal?: string;
  readonly mergedInto?: string;
  readonly duty?: string;
  readonly rule?: string;
  readonly vendors?: readonly { readonly entity: string; readonly id: string }[];
  readonly from?: string;
  readonly date?: string;
}

const BASE_CURRENCY = DEFAULT_RULES.set.ruleset.baseCurrency;

const LIST_VERSIONS = `SELECT entry FROM control_entry WHERE type = :type AND id = :id ORDER BY version`;
const LIST_FINDINGS_OF_PERSON = `
  SELECT kind, scope FROM sod_finding WHERE person = :person AND (:rule IS NULL OR rule = :rule)`;
const LIST_ON_BEHALF = `
  SELECT DISTINCT a.object AS name FROM json_each(:keys) AS k JOIN sod_act AS a ON a.on_behalf_of = k.value`;
const LIST_UNDER_POLICY = `SELECT DISTINCT object AS name FROM sod_act WHERE policy = :key`;
const LIST_IN_CURRENCY = `
  SELECT DISTINCT object AS name FROM sod_act
   WHERE currency <> '${BASE_CURRENCY}' AND currency = :currency
     AND at >= :since AND at < :until`;
const LIST_PREPARED_BY = `
  SELECT DISTINCT a.object AS name
    FROM json_each(:keys) AS k JOIN sod_act AS a ON a.account = k.value
   WHERE a.type IN (SELECT value FROM json_each(:types))`;
const LIST_MANAGERS = `
  WITH RECURSIVE above(id) AS (
    SELECT :person
     UNION
    SELECT p.value
      FROM above AS b
      JOIN control_entry AS e ON e.type = 'person' AND e.id = b.id
      JOIN json_each(json_array(e.entry ->> 'manager', e.entry ->> 'mergedInto')) AS p
     WHERE p.value IS NOT NULL)
  SELECT id AS name FROM above WHERE id <> :person`;
const LIST_HOLDERS = `
  SELECT person AS name FROM control_entitlement WHERE system = :system AND person IS NOT NULL
   UNION
  SELECT s.person
    FROM control_entitlement AS e
    JOIN sod_account AS s ON s.account = e.account
   WHERE e.system = :system AND s.approved = 1 AND s.person IS NOT NULL`;
const LIST_PAYEE_GROUPS = `SELECT entry FROM control_entry WHERE type = 'payee-group'`;
const LIST_ABOUT = `
  SELECT DISTINCT a.object AS name
    FROM json_each(:refs) AS k
    JOIN sod_act_ref AS r ON r.ref = k.value
    JOIN sod_act AS a ON a.n = r.n
   WHERE r.type IN (SELECT value FROM json_each(:types))`;
const LIST_SESSIONS = `
  SELECT DISTINCT id, entry ->> 'user' AS user FROM control_entry WHERE type = 'emergency-session'`;

/** What each register bears on: units that hold its facts are judged anew, however late it changes. */
export const REGISTER_CHANGES: Readonly<Record<string, Apply>> = {
  'authority-limit.approved': on(limitChanged),
  'authority-limit.revoked': on(limitChanged),
  'delegation.approved': on(delegationChanged),
  'delegation.revoked': on(delegationChanged),
  'auto-approval.approved': on(({ id }, db) => rejudge(LIST_UNDER_POLICY, { key: id }, db)),
  'auto-approval.revoked': on(({ id }, db) => rejudge(LIST_UNDER_POLICY, { key: id }, db)),
  'exchange-rate.approved': on(rateChanged),
  'exchange-rate.revoked': on(rateChanged),
  'sod-exception.approved': on(exceptionChanged),
  'sod-exception.revoked': on(exceptionChanged),
  'sod-exception.evidenced': on(exceptionChanged),
  'emergency-session.approved': on(sessionChanged),
  'emergency-session.revoked': on(sessionChanged),
  'emergency-session.reviewed': on(sessionChanged),
  'entitlement-list.approved': on(rightsChanged),
  'entitlement-list.revoked': on(rightsChanged),
  'legal-entity.approved': on(entityChanged),
  'legal-entity.revoked': on(entityChanged),
  'payee-group.approved': on(payeeChanged),
  'payee-group.revoked': on(payeeChanged),
  'person.approved': on(personChanged),
  'person.revoked': on(personChanged),
};

function on(change: (changed: Changed, db: ProjectionDb) => void): Apply {
  return (event, db) => {
    dirtyOf(db).registersChanged = true;
    const { objectType: type, key: id } = parseStreamName(event.stream);
    const versions = db
      .all<{ entry: string }>(LIST_VERSIONS, { type, id })
      .map(({ entry }) => JSON.parse(entry) as Entry);
    const { at = event.entry.recordedAt } = event.entry.data as { readonly at?: Instant };
    change({ id, at, versions }, db);
  };
}

function rejudge(sql: string, params: Readonly<Record<string, string>>, db: ProjectionDb): void {
  const { rejudged } = dirtyOf(db);
  for (const { name } of db.all<{ name: string }>(sql, params)) rejudged.add(name);
}

/** A limit has effect from its approval, and ends with its revocation: acts before are judged as they were. */
function limitChanged({ at, versions }: Changed, db: ProjectionDb): void {
  const { limited } = dirtyOf(db);
  for (const { duty = '' } of versions) {
    const known = limited.get(duty);
    if (known === undefined || at < known) limited.set(duty, at);
  }
}

function delegationChanged({ versions }: Changed, db: ProjectionDb): void {
  const principals = versions.flatMap(({ principal }) => principal ?? []);
  rejudge(LIST_ON_BEHALF, { keys: JSON.stringify(accountsOf(principals, db)) }, db);
}

/** The dates are local ones: a day more on either side. */
function rateChanged({ versions }: Changed, db: ProjectionDb): void {
  for (const { from: currency, date } of versions) {
    if (currency === undefined || date === undefined) continue;
    const span = { since: addDays(date, -1), until: addDays(date, 2) };
    rejudge(LIST_IN_CURRENCY, { currency, ...span }, db);
  }
}

function exceptionChanged({ versions }: Changed, db: ProjectionDb): void {
  for (const { rule, person } of versions) findingsOf(person, rule, db);
}

function sessionChanged({ id, versions }: Changed, db: ProjectionDb): void {
  markUnit({ kind: 'session', scope: id }, dirtyOf(db));
  for (const { user } of versions) findingsOf(user, undefined, db);
}

function findingsOf(person: string | undefined, rule: string | undefined, db: ProjectionDb): void {
  if (person === undefined) return;
  const params = { person: survivorsIn(db)(person), rule: rule ?? null };
  for (const unit of db.all<UnitName>(LIST_FINDINGS_OF_PERSON, params)) markUnit(unit, dirtyOf(db));
  // An exception lifts rights too, at its own time.
  dirtyOf(db).persons.add(params.person);
}

const orderingTypes = (db: ProjectionDb): string => {
  const book = bookOf(db);
  const rules = book.turns.flatMap((day) => book.ruleSetOn(day).rules.ofType('aggregate'));
  return JSON.stringify(
    typesWith((duty) => rules.some(({ config }) => config.duty === duty), book),
  );
};

/** The lists of one system follow each other: what one repeats, and what it ends, is in one table. */
function rightsChanged({ id }: Changed, db: ProjectionDb): void {
  const { persons } = dirtyOf(db);
  for (const { name } of db.all<{ name: string }>(LIST_HOLDERS, { system: id })) persons.add(name);
}

/** Dates of acts are local ones: what lay in a window, or on a date with a rate, may do so no more. */
function entityChanged({ id }: Changed, db: ProjectionDb): void {
  const name = streamName('x', id, 'k');
  dirtyOf(db).entities.add(name.slice(1, -1));
}

/** Groups that ever shared a vendor are taken as one: who was paid as whom before and after, nobody need remember. */
function payeeChanged({ versions }: Changed, db: ProjectionDb): void {
  const groups = db
    .all<{ entry: string }>(LIST_PAYEE_GROUPS)
    .map(({ entry }) => vendorsOf(JSON.parse(entry) as Entry));
  const payeeOf = payeesOf(groups);
  const payees = new Set(versions.flatMap(vendorsOf).map(payeeOf));
  const vendors = new Set(groups.flat().filter((vendor) => payees.has(payeeOf(vendor))));
  const refs = JSON.stringify([...vendors].map((vendor) => `vendor:${vendor}`));
  rejudge(LIST_ABOUT, { refs, types: orderingTypes(db) }, db);
}

const vendorsOf = ({ vendors = [] }: Entry): string[] =>
  vendors.map(({ entity, id }) => streamName('supplier', entity, id));

const preparingTypes = (db: ProjectionDb): string => {
  const book = bookOf(db);
  const sets = book.turns.map((day) => book.ruleSetOn(day).rules);
  return JSON.stringify(typesWith((duty) => sets.some((set) => set.isPreparing(duty)), book));
};

/** Identity holds for the past too; so does whose superior somebody is of what was prepared. */
function personChanged({ id, versions }: Changed, db: ProjectionDb): void {
  const records = [id, ...versions.flatMap(({ mergedInto }) => mergedInto ?? [])];
  const { accounts } = dirtyOf(db);
  for (const account of accountsOf(records, db)) accounts.add(account);
  for (const record of records) dirtyOf(db).persons.add(record);
  const survivorOf = survivorsIn(db);
  const meant = new Set(records.map(survivorOf));
  for (const { id: scope, user } of db.all<{ id: string; user: string }>(LIST_SESSIONS))
    if (meant.has(survivorOf(user))) markUnit({ kind: 'session', scope }, dirtyOf(db));
  const superiors = db.all<{ name: string }>(LIST_MANAGERS, { person: id });
  if (superiors.length === 0) return;
  const keys = JSON.stringify(
    accountsOf(
      superiors.map(({ name }) => name),
      db,
    ),
  );
  rejudge(LIST_PREPARED_BY, { keys, types: preparingTypes(db) }, db);
}
