import { type FindingFacts } from '../../evidence/pack';
import { DEFAULT_RULES } from '../../src/controls';
import { SEVERITIES } from '../../src/controls/rule-set.policy';
import { type ReadDb } from '../read-model';

interface FindingRow {
  readonly id: string;
  readonly rule: string;
  readonly severity: bigint;
  readonly status: FindingFacts['status'];
  readonly person: string | null;
  readonly scope: string;
  readonly reasons: string;
}

const LIST_FINDINGS_ON = `
  SELECT DISTINCT f.id, f.rule, f.severity, f.status, f.person, f.scope, f.reasons
    FROM sod_act AS a JOIN sod_proof AS p ON p.n = a.n JOIN sod_finding AS f ON f.id = p.finding
   WHERE a.object = :stream
   ORDER BY f.id`;

const LIST_PROOFS = `
  SELECT a.event, a.n FROM sod_proof AS p JOIN sod_act AS a ON a.n = p.n
   WHERE p.finding = :finding ORDER BY a.at, a.event`;

/**
 * Findings that an act on one of these objects proves, by id, when all of their acts lie below the size. A finding that
 * a later event changed since is shown as it stands: the projection keeps no earlier versions.
 */
export function lineageFindings(
  db: ReadDb,
  streams: readonly string[],
  size: number,
): FindingFacts[] {
  const found = new Map<string, FindingFacts>();
  for (const stream of streams) {
    for (const row of db.all<FindingRow>(LIST_FINDINGS_ON, { stream })) {
      const proofs = db.all<{ event: string; n: bigint }>(LIST_PROOFS, { finding: row.id });
      if (proofs.some(({ n }) => n >= BigInt(size))) continue;
      found.set(
        row.id,
        factsOf(
          row,
          proofs.map(({ event }) => event),
        ),
      );
    }
  }
  return [...found.keys()].sort().flatMap((id) => found.get(id) ?? []);
}

function factsOf(row: FindingRow, events: readonly string[]): FindingFacts {
  const rule = DEFAULT_RULES.rule(row.rule);
  const { id, version } = DEFAULT_RULES.set.ruleset;
  return {
    id: row.id,
    rule: row.rule,
    ruleTitle: rule?.name ?? '',
    ruleSet: `${id} ${version}`,
    status: row.status,
    severity: SEVERITIES[Number(row.severity)] ?? 'low',
    person: row.person ?? 'not resolved',
    scope: row.scope,
    reasons: JSON.parse(row.reasons) as string[],
    events,
    sentence: rule?.risk ?? '',
  };
}
