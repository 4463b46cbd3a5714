import { type Decider } from '../kernel/decider';
import { type PoliciesEvent, type PoliciesSet, type RetentionPolicy } from './privacy.events';

export interface PoliciesState {
  readonly policies: readonly RetentionPolicy[];
}

/** How long each class of values is kept. Setting it erases nothing; it defers what is asked for too early. */
export const retentionPolicies: Decider<PoliciesSet, PoliciesEvent, PoliciesState> = {
  initial: { policies: [] },
  decide: (command, state) =>
    isSame(command.policies, state.policies)
      ? []
      : [{ type: 'privacy.policies-set', data: command }],
  evolve: (_, { data: { policies } }) => ({ policies }),
};

function isSame(a: readonly RetentionPolicy[], b: readonly RetentionPolicy[]): boolean {
  return (
    a.length === b.length &&
    a.every((one, i) => {
      const other = b[i];
      return (
        one.class === other?.class &&
        one.trigger === other.trigger &&
        one.duration === other.duration &&
        one.authority === other.authority
      );
    })
  );
}
