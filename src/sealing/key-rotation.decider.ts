import { type Decider } from '../kernel/decider';
import { notFound, TieoutError } from '../kernel/errors';
import { type KeyRotationEvent, type RotationRequested } from './key-rotation.events';

export interface KeyRotationState {
  readonly request?: RotationRequested;
  readonly approvedBy?: string;
}

export type KeyRotationCommand =
  | { readonly kind: 'request'; readonly request: RotationRequested }
  | { readonly kind: 'approve'; readonly by: string };

/** A new key of the log needs two persons: who asks, and another who approves. */
export const keyRotation: Decider<KeyRotationCommand, KeyRotationEvent, KeyRotationState> = {
  initial: {},
  decide(command, { request, approvedBy }) {
    if (command.kind === 'request') {
      return request === undefined
        ? [{ type: 'key-rotation.requested', data: command.request }]
        : [];
    }
    if (request === undefined) throw notFound('The key rotation');
    if (command.by === request.by) {
      throw new TieoutError('same-person', 'Who asked for a new key cannot approve it.');
    }
    return approvedBy === undefined
      ? [{ type: 'key-rotation.approved', data: { by: command.by } }]
      : [];
  },
  evolve(state, event) {
    return event.type === 'key-rotation.requested'
      ? { request: event.data }
      : { ...state, approvedBy: event.data.by };
  },
};
