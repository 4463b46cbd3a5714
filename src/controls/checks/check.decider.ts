import { type Decider } from '../../kernel/decider';
import { type CheckEvent, type DecidedCheck } from './check.events';

export interface CheckState {
  readonly decided?: DecidedCheck;
}

/** A check is decided once: a repeat of its request meets the first answer. */
export const check: Decider<DecidedCheck, CheckEvent, CheckState> = {
  initial: {},
  decide: (decided, state) =>
    state.decided === undefined ? [{ type: 'check.decided', data: decided }] : [],
  evolve: (_, event) => ({ decided: event.data }),
};
