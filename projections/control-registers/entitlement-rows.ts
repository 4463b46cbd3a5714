import { type DecisionVerb } from '../../src/controls/registers/register.events';
import { type Entitlement } from '../../src/controls/registers.policy';
import { present } from '../../src/kernel/present';
import { type Instant } from '../../src/kernel/runtime';
import {
  Conditions,
  type Page,
  type PageKey,
  pageOf,
  type ProjectionDb,
  type ReadDb,
  type Snapshot,
} from '../read-model';

/** Every right of every approved list. A right holds from `valid_from` to the instant `valid_to`, which is outside. */
export const ENTITLEMENTS_SCHEMA = `
  CREATE TABLE control_entitlement (
    system     TEXT NOT NULL,
    version    INTEGER NOT NULL,
    n          INTEGER NOT NULL,
    -- a person, or the opaque name of an account
    person     TEXT,
    account    TEXT,
    duty       TEXT NOT NULL,
    entity     TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to   TEXT,
    evidence   TEXT,
    PRIMARY KEY (system, version, n)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX control_entitlement_by_person ON control_entitlement (person) WHERE person IS NOT NULL;
  CREATE INDEX control_entitlement_by_account ON control_entitlement (account) WHERE account IS NOT NULL;
`;

interface ListName {
  readonly id: string;
  readonly version: number;
}

const PUT_ROWS = `
  INSERT OR REPLACE INTO control_entitlement (system, version, n, person, account, duty, entity, valid_from, valid_to, evidence)
  SELECT :id, :version, r.key, r.value ->> 'person', r.value ->> 'account', r.value ->> 'duty',
         coalesce(r.value ->> 'entity', '*'), coalesce(r.value ->> 'from', e.entry ->> 'asOf'), r.value ->> 'to',
         r.value ->> 'evidence'
    FROM control_entry AS e, json_each(e.entry, '$.rows') AS r
   WHERE e.type = 'entitlement-list' AND e.id = :id AND e.version = :version`;
const FIND_AS_OF = `
  SELECT entry ->> 'asOf' AS at FROM control_entry
   WHERE type = 'entitlement-list' AND id = :id AND version = :version`;
/** What the next list does not repeat has ended by then. */
const END_EARLIER = `
  UPDATE control_entitlement SET valid_to = :at
   WHERE system = :id AND version < :version AND (valid_to IS NULL OR valid_to > :at)`;
const END_OWN = `
  UPDATE control_entitlement SET valid_to = :at
   WHERE system = :id AND version = :version AND (valid_to IS NULL OR valid_to > :at)`;
const FIND_REVOKED = `
  SELECT at FROM control_decision
   WHERE type = 'entitlement-list' AND id = :id AND version = :version AND verb = 'revoked'`;

/** Keeps the rights of a list that is approved, and ends those of one that is revoked. */
export function keepEntitlements(
  verb: DecisionVerb,
  { id, version }: ListName,
  db: ProjectionDb,
): void {
  const name = { id, version };
  if (verb === 'approved') {
    const at = db.get<{ at: Instant }>(FIND_AS_OF, name)?.at ?? '';
    db.run(PUT_ROWS, name);
    db.run(END_EARLIER, { ...name, at });
  }
  if (verb === 'revoked') {
    const at = db.get<{ at: Instant }>(FIND_REVOKED, name)?.at ?? '';
    db.run(END_OWN, { ...name, at });
  }
}

interface EntitlementRow {
  readonly system: string;
  readonly version: bigint;
  readonly n: bigint;
  readonly person: string | null;
  readonly account: string | null;
  readonly duty: string;
  readonly entity: string;
  readonly valid_from: Instant;
  readonly valid_to: Instant | null;
  readonly evidence: string | null;
}

const SELECT = `
  SELECT system, version, n, person, account, duty, entity, valid_from, valid_to, evidence FROM control_entitlement`;
const LIST_HELD = `
  ${SELECT}
   WHERE (person IN (SELECT value FROM json_each(:persons)) OR account IN (SELECT value FROM json_each(:accounts)))
     AND (valid_to IS NULL OR valid_from < valid_to)
   ORDER BY system, version, n`;

/** A right as it is held: by a person, or by an account that is somebody's in a period. */
export interface HeldEntitlement extends Omit<Entitlement, 'person'> {
  readonly person?: string;
  readonly account?: string;
}

/** Rights of these persons and accounts, in every system. */
export function entitlementsOf(
  db: ReadDb,
  holders: { readonly persons: readonly string[]; readonly accounts: readonly string[] },
): HeldEntitlement[] {
  const params = {
    persons: JSON.stringify(holders.persons),
    accounts: JSON.stringify(holders.accounts),
  };
  return db.all<EntitlementRow>(LIST_HELD, params).map((row) =>
    present({
      person: row.person ?? undefined,
      account: row.account ?? undefined,
      duty: row.duty,
      entity: row.entity,
      from: row.valid_from,
      to: row.valid_to ?? undefined,
    }),
  );
}

export interface EntitlementFilter {
  readonly system?: string | undefined;
  readonly person?: string | undefined;
  readonly account?: string | undefined;
  readonly duty?: string | undefined;
  /** rights that hold at this instant */
  readonly at?: Instant | undefined;
}

/** Rights by system, list and place in it. */
export function listEntitlements(
  db: Snapshot,
  request: { readonly filter: EntitlementFilter; readonly limit: number; readonly after?: PageKey },
): Page<object> {
  const { system, person, account, duty, at } = request.filter;
  const [afterSystem, afterVersion = '0', afterN = '0'] = request.after ?? [];
  const conditions = new Conditions()
    .add('system = :system', { system })
    .add('person = :person', { person })
    .add('account = :account', { account })
    .add('duty = :duty', { duty })
    .add('valid_from <= :at AND (valid_to IS NULL OR valid_to > :at)', { at })
    .add('(system, version, n) > (:afterSystem, :afterVersion, :afterN)', {
      afterSystem,
      afterVersion: BigInt(afterVersion),
      afterN: BigInt(afterN),
    });
  const sql = `${SELECT} ${conditions.where} ORDER BY system, version, n LIMIT :limit`;
  const rows = db.all<EntitlementRow>(sql, { ...conditions.params, limit: request.limit + 1 });
  return pageOf(rows, request.limit, {
    keyOf: (row) => [row.system, String(row.version), String(row.n)],
    item: ({ system: of, version, valid_from: from, valid_to: to, ...row }) =>
      present({
        ...{ system: of, list: Number(version), duty: row.duty, entity: row.entity, from },
        person: row.person ?? undefined,
        account: row.account ?? undefined,
        to: to ?? undefined,
        evidence: row.evidence ?? undefined,
      }),
    position: db.position,
  });
}
