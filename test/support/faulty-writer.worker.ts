import { parentPort, workerData } from 'node:worker_threads';
import { type CommitParticipant, serveWriter, type Sql } from '../../src/event-store/sqlite';
import { FAULTS, limitPages } from './writer-faults';

/** A writer like any other, behind a channel that loses what the test tells it to lose. */

const { faults } = (workerData as { readonly data: { readonly faults: Int32Array } }).data;
const current = () => FAULTS[Atomics.load(faults, 0)];
let connection: Sql | undefined;

const probe: CommitParticipant = {
  schema: '',
  open(sql) {
    connection = sql;
  },
  beforeCommit: () => undefined,
  committed() {},
  rolledBack() {},
};

serveWriter(() => () => probe, {
  postMessage(message) {
    if (message.kind === 'committed' && current() === 'lose-reply') return;
    parentPort?.postMessage(message);
  },
  on(event, listener) {
    return parentPort?.on(event, (message) => {
      const fault = current();
      if (message.kind === 'append') {
        if (fault === 'lose-request' || fault === 'silence') return;
        if (fault === 'die') process.exit(1);
        if (connection !== undefined) limitPages(connection, fault === 'full');
      }
      listener(message);
    });
  },
});
