import { projection, Projector } from '../../projections/read-model';
import { openSqliteReader } from '../../src/event-store/sqlite';
import { READ_SIDE } from './transition-history';

/**
 * Builds the read model of a ledger and kills itself in the transaction of some batch, after its rows were written and
 * before they are committed.
 */
const [, , ledgerFolder = '', modelFolder = '', killAt = ''] = process.argv;

let batches = 0;
const dies = projection('dies', 1, {
  schema: 'CREATE TABLE dies (never INTEGER) STRICT',
  onEvery: () => undefined,
  endOfBatch: () => {
    batches += 1;
    if (batches === Number(killAt)) process.kill(process.pid, 'SIGKILL');
  },
});

new Projector({
  folder: modelFolder,
  projections: [...READ_SIDE, dies],
  log: openSqliteReader(ledgerFolder),
  blobs: { read: () => undefined },
  clock: { now: () => new Date().toISOString() },
  randomness: { bytes: (length) => new Uint8Array(length) },
  tell: ({ kind }) => {
    if (kind === 'stopped') process.exit(3);
  },
}).start();
