import { compile, type Compiled } from '../../support/compile';
import { eventStoreContract } from './contract';
import { SqliteStage } from './sqlite-stage';

let worker: Compiled;
let child: Compiled;

beforeAll(() => {
  worker = compile('test/support/faulty-writer.worker.ts');
  child = compile('test/support/appender.child.ts');
});
afterAll(() => {
  worker.remove();
  child.remove();
});

// A writer in the caller's thread has no channel that could lose a message, and no thread that could die.
eventStoreContract('the SQLite store, inline', {
  capabilities: new Set([
    'restart',
    'kill',
    'second-opening',
    'second-reader',
    'full',
    'busy',
    'tamper',
  ]),
  cases: 54,
  stage: async () =>
    new SqliteStage({ mode: 'inline', workerFile: worker.file, childFile: child.file }),
});
