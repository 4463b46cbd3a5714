import { type CivilDate } from '../../kernel/civil-date';

export type Side = 'A' | 'B';

export { type SideName } from './sides.policy';

export const otherSide = (side: Side): Side => (side === 'A' ? 'B' : 'A');

/** One line as the engine sees it. Equal signed amounts match: the sign convention of its side has been applied. */
export interface MatchLine {
  /** 64 hex, unique over both sides */
  readonly id: string;
  readonly side: Side;
  /** normalised; empty when the source names none */
  readonly account: string;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly bookDate: CivilDate;
  /** normalised references by kind, sorted, without repeats */
  readonly keys: Readonly<Record<'endToEnd' | 'document', readonly string[]>> & {
    /** payout, batch or group ids that a whole set of lines carries */
    readonly batch?: readonly string[];
  };
  /** canonical; empty or absent when the source names none */
  readonly counterparty?: string;
}
