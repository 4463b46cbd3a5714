import { isTieoutError } from '../../kernel/errors';
import { type Expected, type NewEvent, type Revision } from '../port';
import { type KurrentCalls } from './kurrent-calls';
import { appendFailure, readFailure } from './outcomes';
import { type ServerRecord } from './record';

/** What a node appends to `<ledger>~checkpoints`: no event of the ledger, which does not seal its own seals. */
export interface CheckpointStream {
  /** @throws TieoutError as an append of the port */
  append(expected: Expected, event: NewEvent): Promise<void>;
  /** @throws TieoutError as a read of the port; `undefined` where there is none */
  at(revision: Revision): Promise<ServerRecord | undefined>;
  last(): Promise<ServerRecord | undefined>;
}

export function checkpointStream(calls: KurrentCalls, name: string): CheckpointStream {
  const found = async (read: () => Promise<ServerRecord | undefined>) => {
    try {
      return await read();
    } catch (error) {
      const failure = readFailure(error, name);
      if (isTieoutError(failure, 'stream-missing')) return undefined;
      throw failure;
    }
  };
  return {
    append: async (expected, event) => {
      try {
        await calls.append(name, expected, [event]);
      } catch (error) {
        throw appendFailure(error, { stream: name, expected, bytes: event.entry.length });
      }
    },
    at: (revision) => found(async () => (await calls.readStream(name, revision, 1))[0]),
    last: () => found(() => calls.lastOf(name)),
  };
}
