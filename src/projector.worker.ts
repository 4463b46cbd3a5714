import { parentPort, workerData } from 'node:worker_threads';
import { Projector } from '../projections/read-model';
import { openBlobFolder } from './blob-store';
import { openSqliteReader } from './event-store/sqlite';
import { giveWay } from './give-way';
import { PROJECTIONS } from './projection-list';
import { type Found, type ProjectorThreadData, type ToProjector } from './projector-thread';
import { systemClock, systemRandomness } from './system';

/** The thread that owns the writing connection of the read model. */
function run(): void {
  const port = parentPort;
  if (port === null) throw new TypeError('this file is the entry of a worker thread');
  const { ledgerFolder, modelFolder, blobFolder } = workerData as ProjectorThreadData;
  const log = openSqliteReader(ledgerFolder, ({ code, message, members }) =>
    port.postMessage({ kind: 'found', finding: { code, message, members } } satisfies Found),
  );
  const projector = new Projector({
    folder: modelFolder,
    projections: PROJECTIONS,
    log,
    blobs: openBlobFolder(blobFolder),
    clock: systemClock,
    randomness: systemRandomness,
    restMs: REST_MS,
    tell: (message) => port.postMessage(message),
  });
  port.on('message', (message: ToProjector) => {
    if (message.to === 'log') log.notify();
    else if (message.to === 'projector') projector.handle(message.request);
    else void projector.close().then(() => port.close());
  });
  projector.start();
  // Not before the views are served: a start that waits for other work looks like one that failed.
  giveWay();
}

/** What a reader of fresh rows does not notice; some fifty events of a busy ledger. */
const REST_MS = 25;

run();
