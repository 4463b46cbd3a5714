import {
  type CommitNotice,
  type CommitParticipant,
  openSqliteStore,
  type Sql,
  type SqliteStore,
} from '../../../src/event-store/sqlite';
import { TieoutError } from '../../../src/kernel/errors';
import { leafHash } from '../../../src/kernel/hash';
import { temporaryFolder } from '../../support/temporary-folder';
import { collect, event, events, newStream } from '../event-store/build';

const newFolder = temporaryFolder();
let folder: string;
beforeEach(() => {
  folder = newFolder();
});
let store: SqliteStore;
afterEach(() => store.close());

/** Says what it was told, and fails when the test wants it to. */
class Recorder implements CommitParticipant {
  readonly schema = 'CREATE TABLE seal (size INTEGER PRIMARY KEY) STRICT;';
  readonly told: string[] = [];
  fails: Error | undefined;
  failsAfterwards: Error | undefined;

  open(): void {
    this.told.push('open');
  }

  beforeCommit(
    sql: Sql,
    { firstIndex, leaves }: { firstIndex: number; leaves: readonly Uint8Array[] },
  ) {
    const size = firstIndex + leaves.length;
    this.told.push(`before ${firstIndex}+${leaves.length}`);
    sql.run('INSERT INTO seal (size) VALUES (:size)', { size });
    if (this.fails !== undefined) throw this.fails;
    return { size };
  }

  committed(): void {
    this.told.push('committed');
    if (this.failsAfterwards !== undefined) throw this.failsAfterwards;
  }

  rolledBack(): void {
    this.told.push('rolled back');
  }
}

async function openWith(recorder: Recorder): Promise<CommitNotice[]> {
  const notices: CommitNotice[] = [];
  store = await openSqliteStore({
    folder,
    ledger: 'main',
    mode: 'inline',
    participant: () => recorder,
  });
  store.onCommit((notice) => notices.push(notice));
  return notices;
}

const sizes = () =>
  store
    .reader()
    .all<{ size: bigint }>('SELECT size FROM seal')
    .map((r) => r.size);
const readOnly = { code: 'store-unavailable', members: { reason: 'read-only' } };

it('commits appends that wait together in one transaction', async () => {
  const recorder = new Recorder();
  const notices = await openWith(recorder);
  const calls = Array.from({ length: 300 }, () =>
    store.append(newStream(), 'no-stream', events(2)),
  );
  await Promise.all(calls);
  expect(recorder.told).toEqual(['open', 'before 0+600', 'committed']);
  expect(notices).toMatchObject([{ firstIndex: 0, count: 600, participant: { size: 600 } }]);
});

it('tells leaves in log order, before the append is answered', async () => {
  const notices = await openWith(new Recorder());
  const list = events(3);
  await store.append(newStream(), 'no-stream', [event()]);
  let seen = 0;
  const call = store.append(newStream(), 'no-stream', list).then(() => {
    seen = notices.length;
  });
  await call;
  expect(seen).toBe(2);
  expect(notices[1]).toMatchObject({ firstIndex: 1, count: 3, participant: { size: 4 } });
  expect(Buffer.from(notices[1]!.leaves)).toEqual(
    Buffer.concat(list.map((e) => leafHash(e.entry))),
  );
});

it('makes no commit for repeats and conflicts alone', async () => {
  const recorder = new Recorder();
  const notices = await openWith(recorder);
  const [stream, list] = [newStream(), events(2)];
  await store.append(stream, 'no-stream', list);
  await store.append(stream, 'no-stream', list);
  await expect(store.append(stream, 'no-stream', events(1))).rejects.toThrow();
  expect(notices).toHaveLength(1);
  expect(recorder.told).toEqual(['open', 'before 0+2', 'committed']);
});

it('does the group again without an append whose entry id is taken', async () => {
  const recorder = new Recorder();
  await openWith(recorder);
  const twice = event();
  const settled = await Promise.allSettled([
    store.append(newStream(), 'no-stream', [twice]),
    store.append(newStream(), 'no-stream', [event({ id: twice.id })]),
    store.append(newStream(), 'no-stream', events(2)),
  ]);
  expect(settled.map((s) => s.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(recorder.told).toEqual(['open', 'rolled back', 'before 0+3', 'committed']);
  expect(sizes()).toEqual([3n]);
});

it('keeps the size of each commit, so that the first receipt can be made again', async () => {
  await openWith(new Recorder());
  await Promise.all([1, 2].map(() => store.append(newStream(), 'no-stream', events(2))));
  await store.append(newStream(), 'no-stream', events(1));
  const rows = store.reader().all('SELECT position, tree_size FROM event ORDER BY position');
  expect(rows.map((r) => (r as { tree_size: bigint }).tree_size)).toEqual([4n, 4n, 4n, 4n, 5n]);
});

it('stores nothing and halts when the commit cannot be sealed; reads go on', async () => {
  const recorder = new Recorder();
  const notices = await openWith(recorder);
  const stream = newStream();
  await store.append(stream, 'no-stream', [event()]);
  recorder.fails = new TieoutError('seal-refused', 'the roots differ');
  await expect(store.append(stream, 0n, [event()])).rejects.toMatchObject(readOnly);
  expect(recorder.told.slice(-2)).toEqual(['before 1+1', 'rolled back']);
  expect(store.finding).toMatchObject({ code: 'seal-refused', message: 'the roots differ' });
  recorder.fails = undefined;
  await expect(store.append(stream, 0n, [event()])).rejects.toMatchObject(readOnly);
  expect(await collect(store.readStream(stream))).toHaveLength(1);
  expect(sizes()).toEqual([1n]);
  expect(notices).toHaveLength(1);
});

it('halts on a fault of the sealing code too', async () => {
  const recorder = new Recorder();
  await openWith(recorder);
  recorder.fails = new RangeError('index out of range');
  await expect(store.append(newStream(), 'no-stream', [event()])).rejects.toMatchObject(readOnly);
  expect(store.finding).toMatchObject({ code: 'seal-refused' });
  expect(await store.head()).toBeUndefined();
});

it('answers what was committed even when the participant fails afterwards', async () => {
  const recorder = new Recorder();
  await openWith(recorder);
  recorder.failsAfterwards = new RangeError('late');
  const stream = newStream();
  expect((await store.append(stream, 'no-stream', [event()])).revision).toBe(0n);
  await expect(store.append(stream, 0n, [event()])).rejects.toMatchObject(readOnly);
});

it('can be halted from outside', async () => {
  await openWith(new Recorder());
  store.halt(new TieoutError('store-corrupt', 'the monitor found a changed entry'));
  store.halt(new TieoutError('store-corrupt', 'a second finding'));
  await expect(store.append(newStream(), 'no-stream', [event()])).rejects.toMatchObject(readOnly);
  expect(store.finding?.message).toBe('the monitor found a changed entry');
});

it('takes the bytes as they are at the call', async () => {
  await openWith(new Recorder());
  const [stream, entry] = [newStream(), Buffer.from('as it was')];
  const call = store.append(stream, 'no-stream', [event({ entry })]);
  entry.fill(0);
  await call;
  const [read] = await collect(store.readStream(stream));
  expect(Buffer.from(read!.entry).toString()).toBe('as it was');
});
