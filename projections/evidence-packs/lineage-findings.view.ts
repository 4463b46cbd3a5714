import { type FindingFacts } from '../../evidence/pack';
import { type ReadDb } from '../read-model';
import { type FindingDetail, findingsOf } from '../sod-findings';

/**
 * Findings that an act on one of these objects proves, by id, when all of their acts lie below the size. A finding that
 * a later event changed since is shown as it stands: the projection keeps no earlier versions.
 */
export function lineageFindings(
  db: ReadDb,
  streams: readonly string[],
  size: number,
): FindingFacts[] {
  return findingsOf(db, streams)
    .filter(({ events }) => events.every(({ index }) => index < size))
    .map(factsOf)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function factsOf(finding: FindingDetail): FindingFacts {
  const { id, rule, status, severity, person, reasons, scope, pins, explanation } = finding;
  return {
    id,
    rule,
    ruleTitle: finding.title,
    ruleSet: `${pins.ruleSet.id} ${pins.ruleSet.version}`,
    status,
    severity,
    person: person ?? 'not resolved',
    scope: scope.name,
    reasons,
    events: finding.events.map((event) => event.id),
    sentence: explanation.join(' '),
  };
}
