import { type Decider } from '../../kernel/decider';
import { type Instant } from '../../kernel/runtime';
import { type FindingReportEvent, type FoundNow, type ReportPins } from './finding-work.events';

export interface ReportFinding {
  /** absent: the facts support it no more */
  readonly found?: FoundNow;
  readonly at: Instant;
  readonly pins: ReportPins;
}

export interface ReportedState {
  /** how many reports there are */
  readonly reports: number;
  /** as told last; absent before the first report and once it was cleared */
  readonly told?: { readonly status: string; readonly evidence: string };
}

/** Nodes that see the same tell it once: who comes second finds it told. */
export const findingReport: Decider<ReportFinding, FindingReportEvent, ReportedState> = {
  initial: { reports: 0 },
  decide({ found, at, pins }, { reports, told }) {
    const report = reports + 1;
    if (found === undefined) {
      if (told === undefined) return [];
      const data = { at, report, evidence: told.evidence, pins };
      return [{ type: 'sod-finding.cleared', data }];
    }
    const data = { at, report, ...found, pins };
    if (told === undefined) return [{ type: 'sod-finding.raised', data }];
    if (told.status === found.status && told.evidence === found.evidence) return [];
    return [{ type: 'sod-finding.changed', data }];
  },
  evolve(state, event) {
    // Work on the finding is in the same stream.
    switch (event.type) {
      case 'sod-finding.raised':
      case 'sod-finding.changed': {
        const { report, status, evidence } = event.data;
        return { reports: report, told: { status, evidence } };
      }
      case 'sod-finding.cleared':
        return { reports: event.data.report };
      default:
        return state;
    }
  },
};
