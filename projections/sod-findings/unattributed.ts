import {
  findingId,
  worstStatus,
  type Finding,
  type FindingStatus,
} from '../../src/controls/finding.policy';
import { type Found } from '../../src/controls/rules/finding-of.policy';
import { type ProjectionDb } from '../read-model';
import { CLEAN_UNIT, type JudgedUnit, type Judging } from './unit';

const LIST_OF_OBJECT = `
  SELECT account, rule, n, status, reason FROM sod_unattributed WHERE object = :object ORDER BY account, rule, n`;
const DROP_OF_OBJECT = `DELETE FROM sod_unattributed WHERE object = :object`;
const PUT = `
  INSERT OR REPLACE INTO sod_unattributed (account, rule, n, object, status, reason)
  VALUES (:account, :rule, :n, :object, :status, :reason)`;
const LIST_OF_ACCOUNT = `
  SELECT u.rule, u.n, u.status, u.reason, a.event, a.at, a.amount_minor, a.currency
    FROM sod_unattributed AS u
    JOIN sod_act AS a ON a.n = u.n
   WHERE u.account = :account
   ORDER BY a.at, a.event`;

interface UnattributedRow {
  readonly account: string;
  readonly rule: string;
  readonly n: number;
  readonly status: string;
  readonly reason: string;
}

/** @returns accounts whose finding gained, lost or changed an act */
export function putUnattributed(
  object: string,
  {
    unattributed,
    acts,
  }: { readonly unattributed: readonly Found[]; readonly acts: JudgedUnit['acts'] },
  db: ProjectionDb,
): string[] {
  const before = db
    .all<Omit<UnattributedRow, 'n'> & { n: bigint }>(LIST_OF_OBJECT, { object })
    .map((row): UnattributedRow => ({ ...row, n: Number(row.n) }));
  const after = unattributed.flatMap((found) => rowsOf(found, acts)).sort(byPlace);
  if (JSON.stringify(before.map(cells)) === JSON.stringify(after.map(cells))) return [];
  if (before.length > 0) db.run(DROP_OF_OBJECT, { object });
  for (const row of after) db.run(PUT, { ...row, object });
  return [...before, ...after].map(({ account }) => account);
}

function rowsOf({ rule, scope, status, reasons, acts }: Found, known: JudgedUnit['acts']) {
  return acts.map(({ event }): UnattributedRow => ({
    account: scope,
    rule: rule.id,
    n: Number(known.get(event.id)?.n ?? 0),
    status,
    reason: reasons[0] ?? '',
  }));
}

const cells = ({ account, rule, n, status, reason }: UnattributedRow): unknown[] => [
  ...[account, rule, n, status, reason],
];

function byPlace(a: UnattributedRow, b: UnattributedRow): number {
  if (a.account !== b.account) return a.account < b.account ? -1 : 1;
  if (a.rule !== b.rule) return a.rule < b.rule ? -1 : 1;
  return a.n - b.n;
}

interface ProofRow {
  readonly rule: string;
  readonly n: bigint;
  readonly status: FindingStatus;
  readonly reason: string;
  readonly event: string;
  readonly at: string;
  readonly amount_minor: bigint | null;
  readonly currency: string | null;
}

/** What was done under one account without anybody behind it. */
export function judgeAccount(account: string, { db, day }: Judging): JudgedUnit {
  const rows = db.all<ProofRow>(LIST_OF_ACCOUNT, { account });
  if (rows.length === 0) return CLEAN_UNIT;
  const findings = day.rules.ofType('attribution').flatMap(({ id, severity }): Finding[] => {
    const own = rows.filter(({ rule }) => rule === id);
    if (own.length === 0) return [];
    const status = worstStatus(own.map((row) => row.status));
    const reasons = own.filter((row) => row.status === status).map(({ reason }) => reason);
    const last = own.findLast(({ amount_minor: minor }) => minor !== null);
    return [
      {
        id: findingId(id, null, account),
        ...{ rule: id, severity, person: null, kind: 'account', scope: account, status },
        reasons: [...new Set(reasons)].sort(),
        proofs: own.map(({ event }) => ({ event, side: 'right' })),
        // Nobody is missing from a register: either the source says who it was, or a mandate is granted.
        gaps: [],
        ...exposureOf(last),
      },
    ];
  });
  const acts = new Map(rows.map(({ event, n, at }) => [event, { n: String(n), at }]));
  return { findings, acts, turns: new Map() };
}

function exposureOf(row: ProofRow | undefined): Pick<Finding, 'exposure'> {
  if (row === undefined || row.amount_minor === null || row.currency === null) return {};
  return { exposure: { minor: row.amount_minor, currency: row.currency } };
}
