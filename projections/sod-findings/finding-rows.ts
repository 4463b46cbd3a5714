import { type Finding } from '../../src/controls/finding.policy';
import { SEVERITIES } from '../../src/controls/rule-set.policy';
import { sha256Hex } from '../../src/kernel/hash';
import { formatMinor } from '../../src/kernel/money';
import { type ProjectionDb, type ReadDb } from '../read-model';
import { type JudgedUnit, type Turn, type UnitName } from './unit';

const LIST_FINDINGS = `
  SELECT id, evidence FROM sod_finding
   WHERE scope = :scope AND kind = :kind AND (:person IS NULL OR person = :person)`;

/** Rule, person and scope are in the id; only what changed is written again. */
const PUT_FINDING = `
  INSERT INTO sod_finding (id, rule, severity, status, person, kind, scope, reasons, gaps, events, first_at,
         last_at, amount_minor, currency, evidence, turns)
  VALUES (:id, :rule, :severity, :status, :person, :kind, :scope, :reasons, :gaps, :events, :firstAt,
         :lastAt, :amountMinor, :currency, :evidence, :turns)
      ON CONFLICT (id) DO UPDATE
     SET severity = excluded.severity, status = excluded.status, reasons = excluded.reasons, gaps = excluded.gaps, events = excluded.events,
         first_at = excluded.first_at, last_at = excluded.last_at,
         amount_minor = excluded.amount_minor, currency = excluded.currency, evidence = excluded.evidence, turns = excluded.turns`;

const DROP_FINDING = `DELETE FROM sod_finding WHERE id = :id`;

const LIST_PROOFS = `SELECT n, side FROM sod_proof WHERE finding = :id`;
const PUT_PROOF = `INSERT OR REPLACE INTO sod_proof (finding, n, side) VALUES (:id, :n, :side)`;
const DROP_PROOF = `DELETE FROM sod_proof WHERE finding = :id AND n = :n`;
const DROP_PROOFS = `DELETE FROM sod_proof WHERE finding = :id`;

const LIST_SCOPES = `
  SELECT DISTINCT f.scope FROM json_each(:scopes) AS s JOIN sod_finding AS f ON f.scope = s.value AND f.kind = :kind`;

/** Of these scopes those with findings; one statement for all of a batch. */
export function scopesWithFindings(
  kind: UnitName['kind'],
  scopes: Iterable<string>,
  db: ReadDb,
): ReadonlySet<string> {
  const params = { kind, scopes: JSON.stringify([...scopes]) };
  return new Set(db.all<{ scope: string }>(LIST_SCOPES, params).map(({ scope }) => scope));
}

/** Evidence hashes of a unit's findings as last judged, by finding id. */
export function storedFindings({ kind, scope, person }: UnitName, db: ReadDb): Map<string, string> {
  const rows = db.all<{ id: string; evidence: string }>(LIST_FINDINGS, {
    kind,
    scope,
    person: person ?? null,
  });
  return new Map(rows.map(({ id, evidence }) => [id, evidence]));
}

/** Stores what differs between the findings of a unit and the rows of its last judgement. */
export function storeFindings(name: UnitName, unit: JudgedUnit, db: ProjectionDb): void {
  const before = storedFindings(name, db);
  for (const finding of unit.findings) {
    const evidence = evidenceHash(finding, unit.turns.get(finding.id));
    if (before.get(finding.id) !== evidence) putFinding(finding, evidence, unit, db);
    before.delete(finding.id);
  }
  for (const id of before.keys()) {
    db.run(DROP_FINDING, { id });
    db.run(DROP_PROOFS, { id });
  }
}

function putFinding(finding: Finding, evidence: string, unit: JudgedUnit, db: ProjectionDb): void {
  const { id, proofs, exposure } = finding;
  const acts = proofs.map(({ event, side }) => ({ side, ...actOf(event, unit) }));
  db.run(PUT_FINDING, {
    id,
    rule: finding.rule,
    severity: SEVERITIES.indexOf(finding.severity),
    status: finding.status,
    person: finding.person,
    kind: finding.kind,
    scope: finding.scope,
    reasons: JSON.stringify(finding.reasons),
    gaps: JSON.stringify(finding.gaps),
    events: proofs.length,
    firstAt: acts[0]?.at ?? '',
    lastAt: acts.at(-1)?.at ?? '',
    amountMinor: exposure?.minor ?? null,
    currency: exposure?.currency ?? null,
    evidence,
    turns: turnsJson(unit.turns.get(id)),
  });
  putProofs(id, new Map(acts.map(({ n, side }) => [Number(n), side])), db);
}

function putProofs(id: string, sides: ReadonlyMap<number, string>, db: ProjectionDb): void {
  const known = new Map<number, string>();
  for (const { n, side } of db.all<{ n: bigint; side: string }>(LIST_PROOFS, { id })) {
    if (sides.has(Number(n))) known.set(Number(n), side);
    else db.run(DROP_PROOF, { id, n });
  }
  for (const [n, side] of sides) if (known.get(n) !== side) db.run(PUT_PROOF, { id, n, side });
}

function actOf(event: string, unit: JudgedUnit): { readonly n: string; readonly at: string } {
  const act = unit.acts.get(event);
  if (act === undefined) throw new TypeError(`${event} proves a finding of a unit it is not in`);
  return act;
}

const turnsJson = (turns: readonly Turn[] = []): string | null =>
  turns.length === 0 ? null : JSON.stringify(turns);

/** Changes whenever what proves a finding does: a disposition answers one state of it. */
function evidenceHash(
  { status, reasons, gaps, proofs, exposure }: Finding,
  turns: readonly Turn[] = [],
): string {
  const amount =
    exposure === undefined
      ? null
      : [formatMinor(exposure.minor, exposure.currency), exposure.currency];
  const evidence = [
    status,
    reasons,
    gaps.map((g) => [g.account, g.reason]),
    amount,
    proofs.map((p) => [p.event, p.side]),
    ...(turns.length === 0 ? [] : [turnsJson(turns)]),
  ];
  return sha256Hex(`tieout/finding-evidence/v1\n${JSON.stringify(evidence)}`);
}
