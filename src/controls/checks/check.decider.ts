import { type Decider } from '../../kernel/decider';
import { type CheckDecided, type CheckEvent } from './check.events';

export interface CheckState {
  readonly decided?: CheckDecided;
}

/** A check is decided once: a repeat of its request meets the first answer. */
export const check: Decider<CheckDecided, CheckEvent, CheckState> = {
  initial: {},
  decide: (decided, state) =>
    state.decided === undefined ? [{ type: 'check.decided', data: decided }] : [],
  evolve: (_, event) => ({ decided: event.data }),
};
