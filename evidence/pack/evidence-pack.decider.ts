import { type Decider } from '../../src/kernel/decider';
import { notFound, TieoutError } from '../../src/kernel/errors';
import {
  type EvidencePackEvent,
  type PackBuilt,
  type PackDownloaded,
  type PackFailed,
  type PackRequested,
} from './evidence-pack.events';

export interface EvidencePackState {
  readonly phase: 'none' | 'requested' | 'built' | 'failed' | 'cancelled';
  readonly requested?: PackRequested;
  readonly built?: PackBuilt;
  readonly failed?: PackFailed;
}

export type EvidencePackCommand =
  | { readonly kind: 'request'; readonly request: PackRequested }
  | { readonly kind: 'record-built'; readonly built: PackBuilt }
  | { readonly kind: 'record-failed'; readonly failed: PackFailed }
  | { readonly kind: 'cancel'; readonly by: string }
  | { readonly kind: 'record-download'; readonly download: PackDownloaded };

/** Life of a pack: asked for, then built, failed or cancelled; a built one is downloaded any number of times. */
export const evidencePack: Decider<EvidencePackCommand, EvidencePackEvent, EvidencePackState> = {
  initial: { phase: 'none' },
  decide(command, state) {
    switch (command.kind) {
      case 'request':
        return request(command.request, state);
      case 'record-built':
        return whileRequested(state, { type: 'evidence-pack.built', data: command.built });
      case 'record-failed':
        return whileRequested(state, { type: 'evidence-pack.failed', data: command.failed });
      case 'cancel':
        return cancel(command.by, state);
      case 'record-download':
        return download(command.download, state);
    }
  },
  evolve(state, event) {
    switch (event.type) {
      case 'evidence-pack.requested':
        return { phase: 'requested', requested: event.data };
      case 'evidence-pack.built':
        return { ...state, phase: 'built', built: event.data };
      case 'evidence-pack.failed':
        return { ...state, phase: 'failed', failed: event.data };
      case 'evidence-pack.cancelled':
        return { ...state, phase: 'cancelled' };
      default:
        return state;
    }
  },
};

function request(asked: PackRequested, state: EvidencePackState): readonly EvidencePackEvent[] {
  if (state.phase !== 'none') throw new TieoutError('state-conflict', 'This pack id is taken.');
  return [{ type: 'evidence-pack.requested', data: asked }];
}

/** A job that ends after a cancellation, or after another run of itself, records nothing. */
function whileRequested(
  state: EvidencePackState,
  event: EvidencePackEvent,
): readonly EvidencePackEvent[] {
  return state.phase === 'requested' ? [event] : [];
}

function cancel(by: string, state: EvidencePackState): readonly EvidencePackEvent[] {
  if (state.phase === 'none') throw notFound('The pack');
  if (state.phase === 'cancelled') return [];
  if (state.phase !== 'requested') {
    throw new TieoutError(
      'state-conflict',
      `The pack is ${state.phase}: there is nothing left to cancel.`,
      { state: state.phase },
    );
  }
  return [{ type: 'evidence-pack.cancelled', data: { by } }];
}

function download(taken: PackDownloaded, state: EvidencePackState): readonly EvidencePackEvent[] {
  if (state.phase === 'none') throw notFound('The pack');
  if (state.phase !== 'built') {
    throw new TieoutError(
      'state-conflict',
      `The pack is ${state.phase}; there is no file to take.`,
      {
        state: state.phase,
      },
    );
  }
  return [{ type: 'evidence-pack.downloaded', data: taken }];
}
