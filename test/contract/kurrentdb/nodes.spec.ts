import {
  EntryIdMap,
  openKurrentStore,
  readConnectionString,
} from '../../../src/event-store/kurrentdb';
import { encodeForStore, type Entry } from '../../../src/kernel/entry';
import { SqliteLog } from '../../../src/sealing';
import { type NodeLedger } from '../../../src/sequencing';
import { KurrentNodes } from '../../support/kurrent-nodes';
import { check, foundTestLedger, TEST_ORIGIN, TestWriter } from '../../support/sealed-ledger';
import { event, newStream } from '../event-store/build';

let nodes: KurrentNodes;
beforeEach(async () => {
  nodes = await KurrentNodes.start();
});
afterEach(() => nodes.stop());

const logOf = (store: NodeLedger) => new SqliteLog(store.reader(), TEST_ORIGIN);

/** Every checkpoint of a node, newest last. */
const notesOf = (store: NodeLedger): string[] =>
  store
    .reader()
    .all<{ size: bigint }>('SELECT size FROM checkpoint ORDER BY size')
    .map(({ size }) => logOf(store).checkpointAt(Number(size)).note);

/** Until a node has sealed so many events. */
async function reaches(store: NodeLedger, size: number): Promise<void> {
  const end = new AbortController();
  for await (const delivery of store.subscribe(undefined, end.signal)) {
    if ('progress' in delivery && logOf(store).size() >= size) end.abort();
  }
}

describe('several nodes over one server', () => {
  it('derive the same log, checkpoint for checkpoint, whoever appended and sealed', async () => {
    const one = await nodes.open();
    await foundTestLedger(one.store);
    const two = await nodes.open();
    const writers = [new TestWriter(one.store), new TestWriter(two.store)];
    await Promise.all(
      writers.map(async (writer, w) => {
        for (let i = 0; i < 10; i += 1) await writer.append(`N${w}-${i % 3}`, 3);
      }),
    );
    await Promise.all([reaches(one.store, 61), reaches(two.store, 61)]);
    expect(notesOf(two.store)).toEqual(notesOf(one.store));
    const fresh = await nodes.open();
    expect(logOf(fresh.store).size()).toBe(61);
    expect(notesOf(fresh.store)).toEqual(notesOf(one.store));
    for (const { store } of [one, two, fresh]) await store.close();
    for (const folder of nodes.folders) {
      const { size, findings } = await check(folder);
      // The two writers of this test have clocks of their own.
      const others = findings.filter(({ code }) => code !== 'time-regress');
      expect({ size, others }).toEqual({ size: 61, others: [] });
    }
  });

  it('answer an append with its place in the sealed log, the same on every node', async () => {
    const one = await nodes.open();
    await foundTestLedger(one.store);
    const two = await nodes.open();
    await new TestWriter(one.store).append('A');
    const [first] = await read(one.store, 'invoice-E_DE.A');
    const [second] = await read(two.store, 'invoice-E_DE.A');
    expect(one.store.positions.print(first!.position)).toBe('s.2');
    expect(second).toEqual(first);
    expect(await one.store.find([])).toEqual(new Map());
  });

  it('take one founding when both begin on an empty server', async () => {
    const both = await Promise.all([nodes.open(), nodes.open()]);
    await Promise.all(both.map(({ store }) => foundTestLedger(store)));
    await Promise.all(both.map(({ store }) => reaches(store, 1)));
    expect(notesOf(both[0]!.store)).toEqual(notesOf(both[1]!.store));
  });

  it('go on where they ended, and see what others appended meanwhile', async () => {
    const one = await nodes.open();
    await foundTestLedger(one.store);
    const folder = nodes.newFolder();
    const two = await nodes.open({ folder });
    await two.store.close();
    const writer = new TestWriter(one.store);
    for (let i = 0; i < 5; i += 1) await writer.append('A', 2);
    const again = await nodes.open({ folder });
    expect(notesOf(again.store)).toEqual(notesOf(one.store));
  });

  it('that only follow seal nothing, and have what others seal', async () => {
    const one = await nodes.open();
    await foundTestLedger(one.store);
    const follower = await nodes.open({ signerOf: undefined });
    await new TestWriter(follower.store).append('A');
    expect(notesOf(follower.store)).toEqual(notesOf(one.store));
    await one.store.close();
    const alone = await nodes.open({ signerOf: undefined, sealWaitMs: 200 });
    await expect(new TestWriter(alone.store).append('B')).rejects.toMatchObject({
      code: 'not-sealed',
      members: { pending: { stream: 'invoice-E_DE.B', revision: 0 } },
    });
  });

  it('keep appending through an outage of the server', async () => {
    const { store } = await nodes.open();
    await foundTestLedger(store);
    const writer = new TestWriter(store);
    await writer.append('A');
    nodes.server.stop();
    await expect(new TestWriter(store).append('B')).rejects.toMatchObject({
      code: expect.stringMatching(/^(store-unavailable|outcome-unknown)$/),
    });
    await nodes.server.startAgain();
    await writer.append('A');
    expect(logOf(store).size()).toBe(3);
    expect(store.finding).toBeUndefined();
  });
});

describe('what must never be passed over', () => {
  const halted = async (store: NodeLedger): Promise<void> => {
    while (store.finding === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    await expect(new TestWriter(store).append('Z')).rejects.toMatchObject({
      code: 'store-unavailable',
      members: { reason: 'read-only' },
    });
  };
  const founded = async () => {
    const node = await nodes.open();
    await foundTestLedger(node.store);
    await new TestWriter(node.store).append('A', 3);
    return node.store;
  };
  const raw = () =>
    openKurrentStore({
      connection: readConnectionString(nodes.server.url),
      ledger: 'main',
      node: 'raw',
      ids: new EntryIdMap(),
    });
  const intruder = {
    id: crypto.randomUUID(),
    type: 'thing.put',
    contentType: 'application/octet-stream',
    customMetadata: Buffer.alloc(0),
    data: Buffer.from('x'),
  };

  it('an entry that is not canonical', async () => {
    const store = await founded();
    const foreign = await raw();
    await foreign.append(newStream(), 'no-stream', [event()]);
    await halted(store);
    expect(store.finding).toMatchObject({ code: 'store-corrupt' });
    await foreign.close();
  });

  it('one id on two streams', async () => {
    const store = await founded();
    const foreign = await raw();
    const [known] = await read(store, 'invoice-E_DE.A');
    const entry = JSON.parse(Buffer.from(known!.entry).toString('utf8')) as Entry;
    const again = encodeForStore({ ...entry, stream: 'invoice-E_DE.OTHER' });
    await foreign.append('invoice-E_DE.OTHER', 'no-stream', [again]);
    await halted(store);
    expect(store.finding?.message).toMatch(/has the id .* of another event/);
    await foreign.close();
  });

  it('a stream under the prefix that is no stream of a ledger', async () => {
    const store = await founded();
    nodes.server.log.append('main~nonsense', 'any', [intruder]);
    await halted(store);
    expect(store.finding?.message).toMatch(/no stream of this ledger/);
  });

  it.each([
    ['truncation', '{"$tb":2}'],
    ['a longest age', '{"$maxAge":10}'],
    ['a highest count', '{"$maxCount":1}'],
  ])('metadata: %s', async (_name, metadata) => {
    const store = await founded();
    nodes.server.log.setMetadata('main~invoice-E_DE.A', Buffer.from(metadata));
    await halted(store);
    expect(store.finding?.message).toMatch(/Metadata .* was changed/);
  });

  it('a deleted stream', async () => {
    const store = await founded();
    nodes.server.log.softDelete('main~invoice-E_DE.A');
    await halted(store);
  });

  it('a checkpoint that somebody else wrote', async () => {
    const store = await founded();
    nodes.server.log.append('main~checkpoints', 'any', [intruder]);
    await halted(store);
    expect(store.finding?.message).toMatch(/is no checkpoint/);
  });

  it('streams of other ledgers and of nobody are not looked at', async () => {
    const store = await founded();
    nodes.server.log.append('other~nonsense', 'any', [intruder]);
    nodes.server.log.append('whatever', 'any', [{ ...intruder, id: crypto.randomUUID() }]);
    await new TestWriter(store).append('B');
    expect(store.finding).toBeUndefined();
  });

  it('a server that was wiped, or put back to an older copy', async () => {
    const store = await founded();
    const folder = nodes.folders[0]!;
    await store.close();
    const count = nodes.server.log.records.length;
    nodes.server.log.restore(count - 1);
    const older = await nodes.open({ folder });
    expect(older.store.finding?.message).toMatch(/restored to an older state/);
    expect(logOf(older.store).size()).toBe(4);
    await older.store.close();
    nodes.server.log.wipe();
    const wiped = await nodes.open({ folder });
    expect(wiped.store.finding).toMatchObject({ members: { expected: 4, found: 0 } });
  });

  it('the last sealed event changed on the server', async () => {
    const store = await founded();
    await store.close();
    const record = nodes.server.log.recordAt('main~invoice-E_DE.A', 2n);
    record.data = Buffer.from(Buffer.from(record.data).toString().replace('1190.00', '1190.01'));
    const again = await nodes.open({ folder: nodes.folders[0]! });
    expect(again.store.finding?.message).toMatch(/gone from the server, changed or moved/);
  });

  it('a lost event between the ones of a checkpoint', async () => {
    const store = await founded();
    await store.close();
    nodes.server.log.remove('main~invoice-E_DE.A', [1n]);
    const fresh = await nodes.open();
    expect(fresh.store.finding?.message).toMatch(/revision 2 does not follow its revision 0/);
  });
});

async function read(store: NodeLedger, stream: string) {
  const found = [];
  for await (const one of store.readStream(stream)) found.push(one);
  return found;
}
