import { parentPort, workerData } from 'node:worker_threads';
import { BlockWorker, memoryOf, type BlockRequest, type BlockWorkData } from './sealing';

/** A thread that checks blocks of a log, one after the other, as they are asked for. */
function run(): void {
  const port = parentPort;
  if (port === null) throw new TypeError('this file is the entry of a worker thread');
  const worker = new BlockWorker(workerData as BlockWorkData);
  port.on('message', (request: BlockRequest) => {
    const block = worker.check(request);
    port.postMessage(block, memoryOf(block));
  });
}

run();
