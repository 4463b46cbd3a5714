/** The machine's clock stepped back: what follows is recorded with its word, which is never adjusted. */
export type LedgerClockEvent = {
  readonly type: 'ledger.clock-regressed';
  readonly data: ClockRegressed;
};

export type ClockRegressed = {
  /** highest instant of recording before */
  readonly from: string;
  readonly to: string;
};

export const CLOCK_STREAM = 'ledger-_.clock';
