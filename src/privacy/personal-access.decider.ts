import { type Decider } from '../kernel/decider';
import { type PersonalAccessEvent, type PersonalRead } from './personal-access.events';

/** Who opened the personal values of one event: every reading is a fact of its own. */
export const personalAccess: Decider<PersonalRead, PersonalAccessEvent, null> = {
  initial: null,
  decide: (read) => [{ type: 'personal-access.read', data: read }],
  evolve: (state) => state,
};
