import { writeSync } from 'node:fs';
import { openSqliteStore } from '../../src/event-store/sqlite';
import { CONCURRENT_CALLS, PLANNED_CALLS, plannedCall } from './append-plan';

/**
 * Opens a ledger and says `open`; with `append` it then appends the plan, 50 at a time, and names each append that was
 * acknowledged. It is killed from outside.
 */
async function main(): Promise<void> {
  const [, , folder = '', mode, workerFile, task] = process.argv;
  const faults = new Int32Array(new SharedArrayBuffer(4));
  const store = await openSqliteStore({
    folder,
    ledger: 'main',
    ...(mode === 'worker'
      ? { mode, workerFile: workerFile ?? '', workerData: { faults } }
      : { mode: 'inline' }),
  });
  writeSync(1, 'open\n');
  if (task !== 'append') {
    setInterval(() => {}, 1_000);
    return;
  }
  let next = 0;
  const appendOn = async () => {
    while (next < PLANNED_CALLS) {
      const i = next;
      next += 1;
      const { stream, events } = plannedCall(i);
      await store.append(stream, 'no-stream', events);
      writeSync(1, `${i}\n`);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT_CALLS }, appendOn));
}

void main();
