import { parentPort, workerData } from 'node:worker_threads';
import { Projector } from '../projections/read-model';
import { openBlobFolder } from './blob-store';
import { openSqliteReader } from './event-store/sqlite';
import { PROJECTIONS } from './projection-list';
import { type ProjectorThreadData, type ToProjector } from './projector-thread';
import { systemClock, systemRandomness } from './system';

/** The thread that owns the writing connection of the read model. */
function run(): void {
  const port = parentPort;
  if (port === null) throw new TypeError('this file is the entry of a worker thread');
  const { ledgerFolder, modelFolder, blobFolder } = workerData as ProjectorThreadData;
  const log = openSqliteReader(ledgerFolder);
  const projector = new Projector({
    folder: modelFolder,
    projections: PROJECTIONS,
    log,
    blobs: openBlobFolder(blobFolder),
    clock: systemClock,
    randomness: systemRandomness,
    tell: (message) => port.postMessage(message),
  });
  port.on('message', (message: ToProjector) => {
    if (message.to === 'log') log.notify();
    else if (message.to === 'projector') projector.handle(message.request);
    else void projector.close().then(() => port.close());
  });
  projector.start();
}

run();
