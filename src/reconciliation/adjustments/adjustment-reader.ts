import { type BreakRules } from '../breaks/break-rules.policy';
import { type AdjustedBreak } from './adjustment.decider';

/** A break with what an adjustment of it is counted under. */
export interface AdjustableBreak extends AdjustedBreak {
  readonly definition: string;
  /** fiscal period of the definition's last run */
  readonly period: string;
}

/** Reads what adjustments rest on. Implemented by the reconciliation board. */
export interface AdjustmentReader {
  /** Waits until everything that is recorded now can be read. */
  reachHead(): Promise<void>;
  adjustable(id: string): AdjustableBreak | undefined;
  rulesOf(definition: string): BreakRules & { readonly version: number };
  /** where an adjustment was proposed, and of which break */
  adjustment(
    id: string,
  ): { readonly definition: string; readonly period: string; readonly break: string } | undefined;
}
