import {
  type FindingApproved,
  type FindingAssigned,
  type FindingCleared,
  type FindingDisposed,
  type FindingReported,
} from '../../src/controls/finding-work/finding-work.events';
import { parseStreamName } from '../../src/kernel/stream-name';
import { type Apply, type ProjectedEvent, type ProjectionDb } from '../read-model';

const PUT_OWNER = `
  INSERT INTO sod_finding_work (finding, owner, due) VALUES (:finding, :owner, :due)
      ON CONFLICT (finding) DO UPDATE SET owner = excluded.owner, due = excluded.due`;
const PUT_DISPOSITION = `
  INSERT INTO sod_finding_work (finding, outcome, reason, reference, decided_on, decided_by, decided_at, needs_approval)
  VALUES (:finding, :outcome, :reason, :reference, :evidence, :by, :at, :needsApproval)
      ON CONFLICT (finding) DO UPDATE
     SET outcome = excluded.outcome, reason = excluded.reason, reference = excluded.reference,
         decided_on = excluded.decided_on, decided_by = excluded.decided_by, decided_at = excluded.decided_at,
         needs_approval = excluded.needs_approval, approved_by = NULL`;
const APPROVE = `UPDATE sod_finding_work SET approved_by = :by WHERE finding = :finding`;
const REOPEN = `
  UPDATE sod_finding_work
     SET outcome = NULL, reason = NULL, reference = NULL, decided_on = NULL, decided_by = NULL, decided_at = NULL,
         approved_by = NULL, needs_approval = 0
   WHERE finding = :finding`;

const PUT_REPORT = `
  INSERT INTO sod_finding_work (finding, raised_at, told_status, told_on, reports)
  VALUES (:finding, :at, :status, :evidence, :report)
      ON CONFLICT (finding) DO UPDATE
     SET raised_at = coalesce(sod_finding_work.raised_at, excluded.raised_at), told_status = excluded.told_status,
         told_on = excluded.told_on, reports = excluded.reports`;
const PUT_CLEARED = `
  UPDATE sod_finding_work SET raised_at = NULL, told_status = NULL, told_on = NULL, reports = :report
   WHERE finding = :finding`;

const findingOf = ({ stream }: ProjectedEvent): string => parseStreamName(stream).key;
const dataOf = <T>({ entry }: ProjectedEvent): T => entry.data as unknown as T;

/** What was decided stays when the finding changes or goes: it may come back. */
export const FINDING_WORK: Readonly<Record<string, Apply>> = {
  'sod-finding.raised': putReport,
  'sod-finding.changed': putReport,
  'sod-finding.cleared': (event, db) => {
    const { report } = dataOf<FindingCleared>(event);
    db.run(PUT_CLEARED, { finding: findingOf(event), report });
  },
  'sod-finding.assigned': (event, db) => {
    const { owner, due = null } = dataOf<FindingAssigned>(event);
    db.run(PUT_OWNER, { finding: findingOf(event), owner, due });
  },
  'sod-finding.disposed': (event, db) => {
    const data = dataOf<FindingDisposed>(event);
    const { outcome, reason, reference = null, evidence, by, at } = data;
    const needsApproval = data.needsApproval ? 1 : 0;
    const finding = findingOf(event);
    db.run(PUT_DISPOSITION, {
      finding,
      outcome,
      reason,
      reference,
      evidence,
      by,
      at,
      needsApproval,
    });
  },
  'sod-finding.disposition-approved': (event, db) => {
    db.run(APPROVE, { finding: findingOf(event), by: dataOf<FindingApproved>(event).by });
  },
  'sod-finding.reopened': (event, db) => db.run(REOPEN, { finding: findingOf(event) }),
};

function putReport(event: ProjectedEvent, db: ProjectionDb): void {
  const { status, evidence, report } = dataOf<FindingReported>(event);
  const at = event.entry.recordedAt;
  db.run(PUT_REPORT, { finding: findingOf(event), at, status, evidence, report });
}
