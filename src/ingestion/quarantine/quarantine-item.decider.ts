import { type Decider } from '../../kernel/decider';
import { notFound, TieoutError } from '../../kernel/errors';
import { type JsonObject } from '../../kernel/json';
import {
  type Assigned,
  type Delivery,
  type QuarantineEvent,
  type ReplayFailed,
} from '../quarantine.events';

export type ItemStatus = 'open' | 'replayed' | 'discarded' | 'superseded';

export interface ItemState {
  /** absent until the first delivery */
  readonly status?: ItemStatus;
  /** the last one */
  readonly delivery?: Delivery;
  readonly deliveries: number;
}

export type ItemCommand =
  | { readonly kind: 'deliver'; readonly delivery: Delivery }
  | { readonly kind: 'assign'; readonly assigned: Assigned }
  | { readonly kind: 'discard'; readonly reason: string }
  | { readonly kind: 'replayed'; readonly eventId: string }
  | { readonly kind: 'replay-failed'; readonly failed: ReplayFailed }
  | { readonly kind: 'supersede'; readonly eventId: string }
  | { readonly kind: 'look' };

/** One thing that could not be accepted: what was delivered, and what became of it. */
export const quarantineItem: Decider<ItemCommand, QuarantineEvent, ItemState> = {
  initial: { deliveries: 0 },
  decide,
  evolve,
};

function decide(command: ItemCommand, state: ItemState): readonly QuarantineEvent[] {
  if (command.kind === 'deliver') {
    const type = state.status === undefined ? 'quarantine.received' : 'quarantine.repeated';
    return [{ type, data: command.delivery as Delivery & JsonObject }];
  }
  if (command.kind === 'supersede') {
    if (state.status !== 'open') return [];
    return [{ type: 'quarantine.superseded', data: { eventId: command.eventId } }];
  }
  const { status, delivery } = state;
  if (status === undefined || delivery === undefined) throw notFound('This quarantine item');
  if (command.kind === 'look') return [];
  if (status !== 'open') throw closed(status);
  if (command.kind === 'assign')
    return [{ type: 'quarantine.assigned', data: command.assigned as Assigned & JsonObject }];
  if (command.kind === 'discard') {
    return [
      { type: 'quarantine.discarded', data: { sha256: delivery.sha256, reason: command.reason } },
    ];
  }
  if (command.kind === 'replayed')
    return [{ type: 'quarantine.replayed', data: { eventId: command.eventId } }];
  return [{ type: 'quarantine.replay-failed', data: command.failed as ReplayFailed & JsonObject }];
}

function evolve(state: ItemState, event: QuarantineEvent): ItemState {
  switch (event.type) {
    case 'quarantine.received':
    case 'quarantine.repeated':
      return delivered(state, event.data);
    case 'quarantine.replayed':
      return { ...state, status: 'replayed' };
    case 'quarantine.discarded':
      return { ...state, status: 'discarded' };
    case 'quarantine.superseded':
      return { ...state, status: 'superseded' };
    case 'quarantine.assigned':
    case 'quarantine.replay-failed':
      return state;
  }
}

/** The same bytes again change no status; other bytes under the same id need somebody to look again. */
function delivered(state: ItemState, delivery: Delivery): ItemState {
  const isKnown = state.delivery?.sha256 === delivery.sha256;
  return {
    status: isKnown ? (state.status ?? 'open') : 'open',
    delivery,
    deliveries: state.deliveries + 1,
  };
}

function closed(status: ItemStatus): TieoutError {
  return new TieoutError('state-conflict', `This item is ${status} already. Read it again.`, {
    state: status,
    legal: [],
  });
}
