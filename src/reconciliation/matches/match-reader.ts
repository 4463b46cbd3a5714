import { type CivilDate } from '../../kernel/civil-date';
import { type ExplainedLine } from '../matching/explain.policy';

/** A line that a person may put into a group. */
export interface OpenLine extends ExplainedLine {
  readonly id: string;
  readonly bookDate: CivilDate;
  /** the live group of the definition that holds it */
  readonly group?: string;
}

/** A group of the board, live or not. */
export interface KnownGroup {
  readonly definition: string;
  readonly status: string;
  /** in order of id */
  readonly lines: readonly string[];
}

/** Reads what a decision rests on. Implemented by the reconciliation board. */
export interface MatchReader {
  /** Waits until everything that is recorded now can be read. */
  reachHead(): Promise<void>;
  lines(definition: string, ids: readonly string[]): readonly OpenLine[];
  group(id: string): KnownGroup | undefined;
}
