import { type Decider } from '../../kernel/decider';
import { TieoutError } from '../../kernel/errors';
import { type JsonObject } from '../../kernel/json';
import { type BreakAssigned, type BreakEvent } from './break.events';

export interface AssignBreak {
  readonly assigned: BreakAssigned;
  /** whether the caller named the revision it saw */
  readonly isGuarded: boolean;
}

export interface BreakState {
  readonly assigned?: BreakAssigned;
}

/** Decisions on one break. The first needs no revision, since there is none yet. */
export const breakWork: Decider<AssignBreak, BreakEvent, BreakState> = {
  initial: {},
  decide({ assigned, isGuarded }, state) {
    if (state.assigned !== undefined && !isGuarded) {
      throw new TieoutError(
        'precondition-required',
        'The break is assigned already. Read it, then send If-Match with its ETag.',
      );
    }
    return [{ type: 'break.assigned', data: assigned as BreakAssigned & JsonObject }];
  },
  evolve: (_, { data }) => ({ assigned: data }),
};
