import { type Decider } from '../kernel/decider';
import { notFound, TieoutError } from '../kernel/errors';
import { type AlarmResolutionEvent, type ResolutionRequested } from './ledger-alarms.events';

export interface AlarmResolutionState {
  readonly request?: ResolutionRequested;
  readonly approvedBy?: string;
}

export type AlarmResolutionCommand =
  | { readonly kind: 'request'; readonly request: ResolutionRequested }
  | { readonly kind: 'approve'; readonly by: string };

/** The end of an alarm needs two persons: who says what was found and done, and another who approves. */
export const alarmResolution: Decider<
  AlarmResolutionCommand,
  AlarmResolutionEvent,
  AlarmResolutionState
> = {
  initial: {},
  decide(command, { request, approvedBy }) {
    if (command.kind === 'request') {
      if (request === undefined)
        return [{ type: 'alarm-resolution.requested', data: command.request }];
      throw new TieoutError(
        'state-conflict',
        'Somebody asked to resolve this alarm before. Another person approves it.',
      );
    }
    if (request === undefined) throw notFound('The request to resolve this alarm');
    if (command.by === request.by) {
      throw new TieoutError('same-person', 'Who asked to resolve an alarm cannot approve it.');
    }
    return approvedBy === undefined
      ? [{ type: 'alarm-resolution.approved', data: { by: command.by } }]
      : [];
  },
  evolve(state, event) {
    return event.type === 'alarm-resolution.requested'
      ? { request: event.data }
      : { ...state, approvedBy: event.data.by };
  },
};
