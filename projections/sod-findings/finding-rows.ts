import { type Finding } from '../../src/controls/finding.policy';
import { SEVERITIES } from '../../src/controls/rule-set.policy';
import { sha256Hex } from '../../src/kernel/hash';
import { formatMinor } from '../../src/kernel/money';
import { type ProjectionDb } from '../read-model';
import { type JudgedChain } from './chain';

const LIST_FINDINGS = `SELECT id, evidence FROM sod_finding WHERE scope = :scope`;

const PUT_FINDING = `
  INSERT OR REPLACE INTO sod_finding (id, rule, severity, status, person, scope, reasons, gaps, events, first_at,
         last_at, amount_minor, currency, evidence)
  VALUES (:id, :rule, :severity, :status, :person, :scope, :reasons, :gaps, :events, :firstAt,
         :lastAt, :amountMinor, :currency, :evidence)`;

const DROP_FINDING = `DELETE FROM sod_finding WHERE id = :id`;
const PUT_PROOF = `
  INSERT OR REPLACE INTO sod_proof (finding, n, side) VALUES (:finding, :n, :side)`;
const DROP_PROOFS = `DELETE FROM sod_proof WHERE finding = :finding`;

/** Stores what differs between the findings of a chain and the rows of its last judgement. */
export function storeFindings(scope: string, chain: JudgedChain, db: ProjectionDb): void {
  const before = new Map(
    db
      .all<{ id: string; evidence: string }>(LIST_FINDINGS, { scope })
      .map((r) => [r.id, r.evidence]),
  );
  for (const finding of chain.findings) {
    const evidence = evidenceHash(finding);
    if (before.get(finding.id) !== evidence) putFinding(finding, evidence, chain, db);
    before.delete(finding.id);
  }
  for (const id of before.keys()) {
    db.run(DROP_FINDING, { id });
    db.run(DROP_PROOFS, { finding: id });
  }
}

function putFinding(
  finding: Finding,
  evidence: string,
  chain: JudgedChain,
  db: ProjectionDb,
): void {
  const { id, proofs, exposure } = finding;
  const times = proofs.map(({ event }) => chain.at.get(event) ?? '').sort();
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
    firstAt: times[0] ?? '',
    lastAt: times.at(-1) ?? '',
    amountMinor: exposure?.minor ?? null,
    currency: exposure?.currency ?? null,
    evidence,
  });
  db.run(DROP_PROOFS, { finding: id });
  for (const { event, side } of proofs) {
    db.run(PUT_PROOF, { finding: id, n: chain.acts.get(event) ?? -1, side });
  }
}

/** Changes whenever what proves a finding does: a disposition answers one state of it. */
function evidenceHash({ status, reasons, gaps, proofs, exposure }: Finding): string {
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
  ];
  return sha256Hex(`tieout/finding-evidence/v1\n${JSON.stringify(evidence)}`);
}
