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

eventStoreContract('the SQLite store, in a worker thread', {
  capabilities: new Set([
    'restart',
    'kill',
    'second-opening',
    'second-reader',
    'lost-request',
    'lost-reply',
    'silence',
    'outage',
    'full',
    'busy',
    'tamper',
  ]),
  cases: 59,
  stage: async () =>
    new SqliteStage({ mode: 'worker', workerFile: worker.file, childFile: child.file }),
});
