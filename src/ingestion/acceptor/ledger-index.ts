import { type Position } from '../../event-store';

/** How the store's positions relate to places in the log. On the embedded store they are the same count. */
export interface LedgerIndex {
  /** 0-based place in the log */
  indexOf(position: Position): number;
  /** printed position of the event at that place */
  positionAt(index: number): string;
}
