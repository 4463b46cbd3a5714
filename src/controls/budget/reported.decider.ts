import { type Decider } from '../../kernel/decider';
import { type FiguresReported, type ReportedEvent } from './reported.events';

export interface ReportedState {
  readonly last?: FiguresReported;
}

/** Figures of one system for one entity; the same file for the same date again changes nothing. */
export const reportedFigures: Decider<FiguresReported, ReportedEvent, ReportedState> = {
  initial: {},
  decide: (told, { last }) =>
    last?.asOf === told.asOf && last.lines.sha256 === told.lines.sha256
      ? []
      : [{ type: 'budget-figures.reported', data: told }],
  evolve: (_, event) => ({ last: event.data }),
};
