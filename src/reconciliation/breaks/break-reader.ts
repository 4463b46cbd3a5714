import { type BreakFacts } from './break-work.policy';

/** Reads what a decision on a break rests on. Implemented by the reconciliation board. */
export interface BreakReader {
  /** Waits until everything that is recorded now can be read. */
  reachHead(): Promise<void>;
  break(id: string): BreakFacts | undefined;
}
