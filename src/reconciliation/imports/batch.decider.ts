import { type Decider } from '../../kernel/decider';
import { TieoutError } from '../../kernel/errors';
import { type JsonObject } from '../../kernel/json';
import { type BatchReceived, type BatchReceivedEvent } from './batch.events';

export interface ReceiveBatch {
  readonly id: string;
  readonly received: BatchReceived;
}

export interface BatchState {
  readonly received?: BatchReceived;
}

/** A batch is named by its source and the hash of its file, so the second import of one file meets the first. */
export const batch: Decider<ReceiveBatch, BatchReceivedEvent, BatchState> = {
  initial: {},
  decide({ id, received }, state) {
    if (state.received !== undefined) throw fileImported(id);
    return [{ type: 'batch.received', data: received as BatchReceived & JsonObject }];
  },
  evolve: (_, { data }) => ({ received: data }),
};

export const fileImported = (id: string) =>
  new TieoutError(
    'file-imported',
    `This file was imported before, as batch ${id}. Nothing was added.`,
    { batch: id },
  );
