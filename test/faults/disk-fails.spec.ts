import { execFileSync } from 'node:child_process';
import { openSqliteStore } from '../../src/event-store/sqlite';
import { collect } from '../contract/event-store/build';
import { plannedCall } from '../support/append-plan';
import { compile, type Compiled } from '../support/compile';
import { temporaryFolder } from '../support/temporary-folder';

const CALLS = 200;
/** In units of 512 or 1,024 bytes, as the shell has it: reached after some twenty appends. */
const FILE_SIZE_LIMIT = 4_096;

const newFolder = temporaryFolder();
let folder: string;
beforeEach(() => {
  folder = newFolder();
});
let child: Compiled;
beforeAll(() => {
  child = compile('test/support/full-file.child.ts');
});
afterAll(() => child.remove());

interface Told {
  readonly acknowledged: readonly number[];
  readonly refused: readonly { call: number; code: string; reason: unknown }[];
  readonly finding: string | null;
}

/** The shell's limit makes the real system call fail with an error that is not "disk full". */
function appendUntilTheDiskFails(): Told {
  const command = `ulimit -f ${FILE_SIZE_LIMIT}; exec "$0" "$@"`;
  const args = ['-c', command, process.execPath, child.file, folder, `${CALLS}`];
  return JSON.parse(execFileSync('sh', args, { encoding: 'utf8' })) as Told;
}

it('loses nothing and invents nothing when a write fails during a commit', async () => {
  const { acknowledged, refused, finding } = appendUntilTheDiskFails();
  expect(acknowledged.length).toBeGreaterThan(5);
  expect(refused[0]).toMatchObject({ code: 'store-unavailable', reason: 'connect' });
  expect(finding).toBeNull();

  const store = await openSqliteStore({ folder, ledger: 'main', mode: 'inline' });
  const stored = new Map<string, number>();
  for (const { stream } of await collect(store.readAll())) {
    stored.set(stream, (stored.get(stream) ?? 0) + 1);
  }
  const unknown = refused.filter((r) => r.code === 'outcome-unknown').map((r) => r.call);
  for (let call = 0; call < CALLS; call += 1) {
    const { stream, events } = plannedCall(call);
    const count = stored.get(stream) ?? 0;
    if (unknown.includes(call)) expect([0, events.length]).toContain(count);
    else expect(count).toBe(acknowledged.includes(call) ? events.length : 0);
  }
  const first = plannedCall(refused[0]!.call);
  expect((await store.append(first.stream, 'no-stream', first.events)).revision).toBe(2n);
  await store.close();
});
