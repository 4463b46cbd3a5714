import { type DutyMapping } from '../../src/controls/duty-mapping.policy';
import { type RuleSet } from '../../src/controls/rule-set.policy';
import { readDutyMapping } from '../../src/controls/rule-sets/read-duty-mapping.policy';
import { readRuleSet, type Validity } from '../../src/controls/rule-sets/read-rule-set.policy';
import {
  type Effective,
  type RuleBook,
  ruleBookOf,
  SHIPPED_BOOK,
} from '../../src/controls/rule-sets/rule-book.policy';
import { type Neighbour } from '../../src/controls/rule-sets/version-conflicts.policy';
import { type JsonObject } from '../../src/kernel/json';
import { type Instant } from '../../src/kernel/runtime';
import { type ReadDb } from '../read-model';

const LIST_APPROVED = `
  SELECT e.type, e.id, e.version, e.hash, d.at
    FROM control_entry AS e
    JOIN control_decision AS d ON d.type = e.type AND d.id = e.id AND d.version = e.version AND d.verb = 'approved'
   WHERE e.type IN ('duty-mapping', 'rule-set') AND d.at <= :asOf
   ORDER BY e.type, e.id, e.version`;
const FIND_ENTRY = `
  SELECT entry FROM control_entry WHERE type = :type AND id = :id AND version = :version`;

interface ApprovedRow {
  readonly type: string;
  readonly id: string;
  readonly version: bigint;
  readonly hash: string;
  readonly at: Instant;
}

const BOOKS_MAX = 8;
/**
 * Books by the versions they hold. Compiling one costs far more than asking which versions are approved, and the hashes
 * say that what is compiled is the same.
 */
const known = new Map<string, RuleBook>();
const NO_END = '9999-12-31T23:59:59.999Z';

/**
 * Every approved rule set and duty mapping of the ledger, by date.
 *
 * @param asOf what was approved by then; everything by default
 */
export function ruleBookIn(db: ReadDb, asOf: Instant = NO_END): RuleBook {
  const rows = db.all<ApprovedRow>(LIST_APPROVED, { asOf });
  if (rows.length === 0) return SHIPPED_BOOK;
  const key = rows.map((row) => Object.values(row).map(String).join(' ')).join('\n');
  const book = known.get(key) ?? ruleBookOf(setsOf(rows, db), mappingsOf(rows, db));
  known.delete(key);
  known.set(key, book);
  const [oldest] = known.keys();
  if (known.size > BOOKS_MAX && oldest !== undefined) known.delete(oldest);
  return book;
}

function setsOf(rows: readonly ApprovedRow[], db: ReadDb): Effective<RuleSet>[] {
  return rows
    .filter(({ type }) => type === 'rule-set')
    .map((row) => {
      const { set, ...validity } = readRuleSet(entryOf(row, db), nameOf(row));
      return effective(row, validity, set);
    });
}

function mappingsOf(rows: readonly ApprovedRow[], db: ReadDb): Effective<DutyMapping>[] {
  return rows
    .filter(({ type }) => type === 'duty-mapping')
    .map((row) => {
      const { mapping, ...validity } = readDutyMapping(entryOf(row, db), nameOf(row));
      return effective(row, validity, mapping);
    });
}

const nameOf = ({ id, version }: ApprovedRow) => ({ id, version: String(version) });

function entryOf({ type, id, version }: ApprovedRow, db: ReadDb): JsonObject {
  const row = db.get<{ entry: string }>(FIND_ENTRY, { type, id, version });
  return JSON.parse(row?.entry ?? '{}') as JsonObject;
}

function effective<T>(row: ApprovedRow, validity: Validity, content: T): Effective<T> {
  return { ...nameOf(row), ...validity, hash: row.hash, approvedAt: row.at, content };
}

const LIST_VALIDITIES = `
  SELECT e.id, e.version, e.entry ->> 'effectiveFrom' AS valid_from, e.entry ->> 'effectiveTo' AS valid_to
    FROM control_entry AS e
   WHERE e.type = :type AND e.state = 'approved'
   ORDER BY valid_from, e.id, e.version`;

/** When the approved versions of a kind hold. */
export function approvedValidities(db: ReadDb, type: string): Neighbour[] {
  return db
    .all<{ id: string; version: bigint; valid_from: string; valid_to: string | null }>(
      LIST_VALIDITIES,
      { type },
    )
    .map(({ id, version, valid_from: from, valid_to: to }) => ({
      name: `${id}@${version}`,
      from,
      ...(to === null ? {} : { to }),
    }));
}
