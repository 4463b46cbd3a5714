import { type Finding } from '../../src/controls/finding.policy';
import { SEVERITIES } from '../../src/controls/rule-set.policy';
import { sha256Hex } from '../../src/kernel/hash';
import { type Instant } from '../../src/kernel/runtime';
import { formatMinor } from '../../src/kernel/money';
import { type ProjectionDb, type ReadDb } from '../read-model';
import { type JudgedChain } from './chain';

const LIST_FINDINGS = `SELECT id, evidence FROM sod_finding WHERE scope = :scope`;

/** Rule, person and scope are in the id; only what changed is written again. */
const PUT_FINDING = `
  INSERT INTO sod_finding (id, rule, severity, status, person, scope, reasons, gaps, events, proofs, first_at,
         last_at, amount_minor, currency, evidence, turns_at)
  VALUES (:id, :rule, :severity, :status, :person, :scope, :reasons, :gaps, :events, :proofs, :firstAt,
         :lastAt, :amountMinor, :currency, :evidence, :turnsAt)
      ON CONFLICT (id) DO UPDATE
     SET status = excluded.status, reasons = excluded.reasons, gaps = excluded.gaps, events = excluded.events,
         proofs = excluded.proofs, first_at = excluded.first_at, last_at = excluded.last_at,
         amount_minor = excluded.amount_minor, currency = excluded.currency, evidence = excluded.evidence, turns_at = excluded.turns_at`;

const DROP_FINDING = `DELETE FROM sod_finding WHERE id = :id`;

/** Evidence hashes of a chain's findings as last judged, by finding id. */
export function storedFindings(scope: string, db: ReadDb): Map<string, string> {
  const rows = db.all<{ id: string; evidence: string }>(LIST_FINDINGS, { scope });
  return new Map(rows.map(({ id, evidence }) => [id, evidence]));
}

/** Stores what differs between the findings of a chain and the rows of its last judgement. */
export function storeFindings(
  chain: JudgedChain,
  before: ReadonlyMap<string, string>,
  db: ProjectionDb,
): void {
  const gone = new Set(before.keys());
  for (const finding of chain.findings) {
    const evidence = evidenceHash(finding, chain.turns.get(finding.id));
    if (before.get(finding.id) !== evidence) putFinding(finding, evidence, chain, db);
    gone.delete(finding.id);
  }
  for (const id of gone) db.run(DROP_FINDING, { id });
}

function putFinding(
  finding: Finding,
  evidence: string,
  chain: JudgedChain,
  db: ProjectionDb,
): void {
  const { id, proofs, exposure } = finding;
  const acts = proofs.map(({ event, side }) => ({ side, ...actOf(event, chain) }));
  db.run(PUT_FINDING, {
    id,
    rule: finding.rule,
    severity: SEVERITIES.indexOf(finding.severity),
    status: finding.status,
    person: finding.person,
    scope: finding.scope,
    reasons: JSON.stringify(finding.reasons),
    gaps: JSON.stringify(finding.gaps),
    events: proofs.length,
    proofs: JSON.stringify(acts.map(({ n, side }) => [Number(n), side])),
    firstAt: acts[0]?.at ?? '',
    lastAt: acts.at(-1)?.at ?? '',
    amountMinor: exposure?.minor ?? null,
    currency: exposure?.currency ?? null,
    evidence,
    turnsAt: chain.turns.get(id) ?? null,
  });
}

function actOf(event: string, chain: JudgedChain): { readonly n: string; readonly at: string } {
  const act = chain.acts.get(event);
  if (act === undefined) throw new TypeError(`${event} proves a finding of a chain it is not on`);
  return act;
}

/** Changes whenever what proves a finding does: a disposition answers one state of it. */
function evidenceHash(
  { status, reasons, gaps, proofs, exposure }: Finding,
  turnsAt: Instant | undefined,
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
    ...(turnsAt === undefined ? [] : [turnsAt]),
  ];
  return sha256Hex(`tieout/finding-evidence/v1\n${JSON.stringify(evidence)}`);
}
