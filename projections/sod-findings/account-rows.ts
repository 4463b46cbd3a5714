import { type AccountApproved, type AccountMapped } from '../../src/controls/account.events';
import { periodsInForce, type Mapping } from '../../src/controls/account.policy';
import { type AccountPeriod, type Identities } from '../../src/controls/identity.policy';
import { parseStreamName } from '../../src/kernel/stream-name';
import { survivorsIn } from '../control-registers';
import { type ProjectedEvent, type ProjectionDb, type ReadDb } from '../read-model';
import { dirtyOf } from './dirty';

const PUT_MAPPING = `
  INSERT OR IGNORE INTO sod_account (account, mapping, kind, person, valid_from, valid_to, approved)
  VALUES (:account, :mapping, :kind, :person, :validFrom, :validTo, 0)`;

const APPROVE_MAPPING = `
  UPDATE sod_account SET approved = 1 WHERE account = :account AND mapping = :mapping`;

const LIST_APPROVED = `
  SELECT mapping, kind, person, valid_from, valid_to
    FROM sod_account
   WHERE account = :account AND approved = 1
   ORDER BY mapping`;

export function putMapping({ entry, stream }: ProjectedEvent, db: ProjectionDb): void {
  const { mapping, kind, person, validFrom, validTo } = entry.data as unknown as AccountMapped;
  db.run(PUT_MAPPING, {
    account: accountOf(stream),
    mapping,
    kind,
    person: person ?? null,
    validFrom,
    validTo: validTo ?? null,
  });
}

export function approveMapping({ entry, stream }: ProjectedEvent, db: ProjectionDb): void {
  const { mapping } = entry.data as unknown as AccountApproved;
  const account = accountOf(stream);
  db.run(APPROVE_MAPPING, { account, mapping });
  dirtyOf(db).accounts.add(account);
}

function accountOf(stream: string): string {
  return parseStreamName(stream).key;
}

const LIST_MAPPED = `
  SELECT DISTINCT account, person FROM sod_account WHERE approved = 1 AND person IS NOT NULL`;

/** Every account that is or was one of these persons', under whichever record. */
export function accountsOf(persons: readonly string[], db: ReadDb): string[] {
  const survivorOf = survivorsIn(db);
  const meant = new Set(persons.map(survivorOf));
  const mapped = db.all<{ account: string; person: string }>(LIST_MAPPED);
  const own = mapped.filter(({ person }) => meant.has(survivorOf(person)));
  return [...new Set(own.map(({ account }) => account))];
}

interface MappingRow {
  readonly mapping: bigint;
  readonly kind: AccountMapped['kind'];
  readonly person: string | null;
  readonly valid_from: string;
  readonly valid_to: string | null;
}

/** The register as it is now; each account is read once. */
export function identitiesIn(db: ReadDb): Identities {
  const known = new Map<string, readonly AccountPeriod[]>();
  return {
    periodsOf: (account) => {
      let periods = known.get(account);
      if (periods === undefined) {
        periods = periodsInForce(db.all<MappingRow>(LIST_APPROVED, { account }).map(mappingOf)).map(
          periodOf,
        );
        known.set(account, periods);
      }
      return periods;
    },
    survivorOf: survivorsIn(db),
  };
}

function mappingOf(row: MappingRow): Mapping {
  return {
    mapping: Number(row.mapping),
    kind: row.kind,
    ...(row.person === null ? {} : { person: row.person }),
    validFrom: row.valid_from,
    ...(row.valid_to === null ? {} : { validTo: row.valid_to }),
    by: '',
    isApproved: true,
  };
}

function periodOf({ kind, person, validFrom, validTo }: Mapping): AccountPeriod {
  return {
    kind,
    ...(person === undefined ? {} : { person }),
    from: validFrom,
    ...(validTo === undefined ? {} : { to: validTo }),
  };
}
