import { type Decider } from '../../kernel/decider';
import { TieoutError } from '../../kernel/errors';
import { type JsonObject } from '../../kernel/json';
import { type Party, toldBy } from '../../kernel/party';
import { type Instant } from '../../kernel/runtime';
import {
  type BatchDecided,
  type BatchEvent,
  type BatchReceived,
  type BatchWithdrawn,
} from './batch.events';

export interface ReceiveBatch {
  readonly id: string;
  readonly received: BatchReceived;
}

export interface BatchState {
  readonly received?: BatchReceived;
  readonly accepted?: BatchDecided;
  readonly withdrawn?: BatchWithdrawn;
}

/** A batch is named by its source and the hash of its file, so the second import of one file meets the first. */
export const batch: Decider<ReceiveBatch, BatchEvent, BatchState> = {
  initial: {},
  decide({ id, received }, state) {
    if (state.received !== undefined) throw fileImported(id);
    return [{ type: 'batch.received', data: received as BatchReceived & JsonObject }];
  },
  evolve: evolveBatch,
};

export interface DecideBatch {
  readonly kind: 'accept-controls' | 'withdraw';
  readonly reason: string;
  readonly by: Party;
  readonly at: Instant;
  readonly supersededBy?: string | undefined;
}

/** What a person decides about a batch: that a failed control is no reason to refuse it, or that it is no more. */
export const batchDecision: Decider<DecideBatch, BatchEvent, BatchState> = {
  initial: {},
  decide({ kind, reason, by, at, supersededBy }, state) {
    if (state.received === undefined) throw new TieoutError('not-found', 'There is no such batch.');
    if (state.withdrawn !== undefined)
      throw conflict('The batch is withdrawn: there is nothing left to decide.', 'withdrawn');
    const decided = { at, ...toldBy(by), reason };
    if (kind === 'withdraw') {
      const more = supersededBy === undefined ? {} : { supersededBy };
      return [{ type: 'batch.withdrawn', data: { ...decided, ...more } }];
    }
    if (by.person === undefined)
      throw conflict(
        'A named person accepts a failed control; the register of accounts names none behind this client.',
        'unattributed',
      );
    if (failedControls(state.received) === 0)
      throw conflict('No control of the batch failed: there is nothing to accept.', 'passed');
    if (state.accepted !== undefined)
      throw conflict('Its failed controls were accepted before.', 'accepted');
    return [{ type: 'batch.controls-accepted', data: decided }];
  },
  evolve: evolveBatch,
};

function evolveBatch(state: BatchState, event: BatchEvent): BatchState {
  if (event.type === 'batch.received') return { received: event.data };
  if (event.type === 'batch.withdrawn') return { ...state, withdrawn: event.data };
  return { ...state, accepted: event.data };
}

const failedControls = ({ controls: { balance, summary, details } }: BatchReceived): number =>
  balance.failed + summary.failed + details.failed;

const conflict = (detail: string, state: string) =>
  new TieoutError('state-conflict', detail, { state, legal: [] });

export const fileImported = (id: string) =>
  new TieoutError(
    'file-imported',
    `This file was imported before, as batch ${id}. Nothing was added.`,
    { batch: id },
  );
