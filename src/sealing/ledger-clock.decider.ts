import { type Decider } from '../kernel/decider';
import { type ClockRegressed, type LedgerClockEvent } from './ledger-clock.events';

/** Every step back is told once. */
export const ledgerClock: Decider<ClockRegressed, LedgerClockEvent, null> = {
  initial: null,
  decide: (data) => [{ type: 'ledger.clock-regressed', data }],
  evolve: () => null,
};
