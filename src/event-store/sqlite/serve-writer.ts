import { parentPort, workerData } from 'node:worker_threads';
import { isTieoutError, TieoutError } from '../../kernel/errors';
import { unpack } from './append-packet';
import { type CommitParticipantFactory } from './commit-participant';
import { toFailure } from './failures';
import { GroupCommit } from './group-commit';
import { type FromWriter, toMessage, type ToWriter, type WriterData } from './worker-protocol';
import { Writer } from './writer';

/** The thread's end of the channel to the store. */
export interface WriterPort {
  postMessage(message: FromWriter): void;
  on(event: 'message', listener: (message: ToWriter) => void): unknown;
}

/**
 * Serves a ledger from a worker thread; the whole of `writer.worker.ts` but for the participant it joins in.
 *
 * @param participantOf makes the factory from what the store was opened with as `workerData`
 * @throws Error outside a worker thread
 */
export function serveWriter(
  participantOf: (data: unknown) => CommitParticipantFactory | undefined,
  port: WriterPort | null = parentPort,
): void {
  if (port === null) throw new Error('the writer is started by its store, in a thread of its own');
  const { folder, ledger, data } = workerData as WriterData;
  try {
    const writer = Writer.open({ folder, ledger, participant: participantOf(data) });
    serve(writer, port);
  } catch (error) {
    port.postMessage({ kind: 'refused', failure: toFailure(asTieoutError(error)) });
  }
}

function serve(writer: Writer, port: WriterPort): void {
  const commits = new GroupCommit<number>(writer, (committed, tickets) => {
    port.postMessage(toMessage(tickets, committed));
    if (writer.finding !== undefined) {
      port.postMessage({ kind: 'halted', failure: toFailure(writer.finding) });
    }
  });
  port.on('message', (message) => {
    if (message.kind === 'append') {
      const { buffer, byteOffset, byteLength } = message.packet;
      const appends = unpack(Buffer.from(buffer, byteOffset, byteLength));
      appends.forEach((append, i) => commits.push(append, message.first + i));
    } else {
      commits.flush();
      writer.close();
      port.postMessage({ kind: 'closed' });
    }
  });
  port.postMessage({ kind: 'ready', settings: writer.settings });
}

const asTieoutError = (error: unknown): TieoutError =>
  isTieoutError(error)
    ? error
    : new TieoutError('internal', 'The ledger could not be opened.', {}, { cause: error });
