import { type Decider } from '../kernel/decider';
import { addMillis } from '../kernel/instant';
import { type LedgerAnchored, type LedgerAnchorEvent } from './ledger-anchors.events';

const HOUR_MS = 60 * 60 * 1_000;

export interface LedgerAnchorsState {
  /** size and instant of the last quorum that was recorded */
  readonly quorum?: { readonly size: number; readonly at: string };
  /** of the last token */
  readonly timestamp?: { readonly size: number; readonly at: string };
}

/** Every token is recorded; a quorum at most once an hour and only for a larger size. */
export const ledgerAnchors: Decider<LedgerAnchored, LedgerAnchorEvent, LedgerAnchorsState> = {
  initial: {},
  decide(anchored, { quorum }) {
    const isDue =
      anchored.kind === 'timestamp' ||
      quorum === undefined ||
      (anchored.size > quorum.size && anchored.at >= addMillis(quorum.at, HOUR_MS));
    return isDue ? [{ type: 'ledger.anchored', data: anchored }] : [];
  },
  evolve(state, { data }) {
    return { ...state, [data.kind]: { size: data.size, at: data.at } };
  },
};
