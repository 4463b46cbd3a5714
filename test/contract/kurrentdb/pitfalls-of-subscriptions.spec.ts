import { type KurrentStore } from '../../../src/event-store/kurrentdb';
import { type StandInServer } from '../../support/kurrentdb';
import { collect, events, newStream, storeIds, take, until } from '../event-store/build';
import { append, failure, FaultStage } from './fault-stage';

let stage: FaultStage;
let server: StandInServer;
const open: FaultStage['open'] = (...given) => stage.open(...given);

beforeEach(async () => {
  stage = await FaultStage.start();
  server = stage.server;
});
afterEach(() => stage.stop());

describe('subscriptions', () => {
  const dropped = async (store: KurrentStore) => {
    const seen: string[] = [];
    const watching = (async () => {
      const { signal } = new AbortController();
      for await (const d of store.subscribe(undefined, signal)) {
        if ('event' in d) seen.push(d.event.storeId);
      }
      return 'ended in silence';
    })();
    const error = await failure(watching);
    return { error, seen };
  };

  it.each(['ok', 'unavailable', 'cancelled'] as const)(
    '13: that the server ends with %s are dropped behind what was delivered',
    async (how) => {
      const store = await open();
      const list = events(3);
      const { position } = await store.append(newStream(), 'no-stream', list);
      server.faults.endReads = { after: 4, with: how };
      const { error, seen } = await dropped(store);
      expect(seen).toEqual(storeIds(list));
      expect(error).toMatchObject({
        code: 'dropped',
        members: { after: store.positions.print(position) },
        cause: { code: 'store-unavailable' },
      });
    },
  );

  it('14: that are left leave no call open on the server', async () => {
    const store = await open();
    await store.append(newStream(), 'no-stream', events(5));
    for (let i = 0; i < 20; i += 1) {
      await until(store.subscribe(undefined, new AbortController().signal), () => true);
    }
    while (server.seen.openReads > 0) await new Promise((resolve) => setImmediate(resolve));
    expect([store.openCalls, server.log.listening]).toEqual([0, 0]);
  });

  it('17: that begin ahead of the log, or are silent with events to come, are dropped', async () => {
    const store = await open();
    await append(store);
    const begun = store.subscribe(undefined, new AbortController().signal);
    await until(begun, (d) => 'progress' in d);
    server.faults.muteSubscriptions = true;
    const watching = dropped(store);
    await append(store);
    expect((await watching).error.cause).toMatchObject({ members: { reason: 'timeout' } });
  });

  it('15: keep their place when only foreign events are added', async () => {
    const store = await open();
    const { position } = await append(store);
    const thing = {
      type: 't',
      contentType: 'x',
      customMetadata: Buffer.alloc(0),
      data: Buffer.alloc(9),
    };
    for (let i = 0; i < 200; i += 1) {
      server.log.append('noise', 'any', [{ ...thing, id: crypto.randomUUID() }]);
    }
    const [last] = (
      await until(
        store.subscribe(position, new AbortController().signal),
        (d) => 'progress' in d && store.positions.compare(d.progress, position) > 0,
      )
    ).slice(-1);
    expect(last).toHaveProperty('progress');
  });

  it.each(['twice', 'swapped'] as const)('that deliver %s are a finding', async (deliver) => {
    const store = await open();
    await store.append(newStream(), 'no-stream', events(4));
    server.faults.deliver = deliver;
    expect((await dropped(store)).error.cause).toMatchObject({ code: 'store-corrupt' });
  });

  it('23: that are not confirmed are dropped', async () => {
    const store = await open();
    server.faults.noConfirmation = true;
    expect((await dropped(store)).error.cause).toMatchObject({ members: { reason: 'timeout' } });
  });

  it('23: beyond 50 have a connection of their own', async () => {
    const store = await open({ timing: {} });
    const ends = Array.from({ length: 110 }, () => new AbortController());
    const taking = ends.map(({ signal }) => collect(store.subscribe(undefined, signal)));
    const list = events(1);
    await store.append(newStream(), 'no-stream', list);
    expect(storeIds(await take(store, undefined, 1))).toEqual(storeIds(list));
    for (const end of ends) end.abort();
    for (const items of await Promise.all(taking)) expect(items.length).toBeGreaterThanOrEqual(0);
    expect(store.openCalls).toBe(0);
  });

  it('of other connections do not end with one that breaks', async () => {
    const store = await open();
    const list = events(2);
    const taken = take(store, undefined, 2);
    await store.append(newStream(), 'no-stream', list.slice(0, 1));
    server.faults.refusal = 'busy';
    await failure(append(store));
    server.faults.refusal = undefined;
    await store.append(newStream(), 'no-stream', list.slice(1));
    expect(storeIds(await taken)).toEqual(storeIds(list));
  });
});

describe('the end', () => {
  it('29, 3: is bounded while the server is silent', async () => {
    const store = await open({ limits: { appendDeadlineMs: 60_000 } });
    const end = new AbortController();
    const watching = failure(collect(store.subscribe(undefined, end.signal)));
    server.faults.silent = true;
    const open1 = failure(append(store));
    const begun = performance.now();
    await store.close();
    expect(performance.now() - begun).toBeLessThan(4_000);
    expect((await watching).code).toBe('dropped');
    expect((await open1).code).toBe('outcome-unknown');
  });

  it('13 of the contract holds between two nodes', async () => {
    const [one, two] = [await open(), await open()];
    const stream = newStream();
    await one.append(stream, 'no-stream', events(1));
    const settled = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? one : two).append(stream, 0n, events(1))),
    );
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('comes back on the same object after the server asked everybody to go away', async () => {
    const store = await open();
    await append(store);
    server.drain();
    server.stop();
    await server.startAgain();
    for (let tries = 0; ; tries += 1) {
      const done = await append(store).then(
        () => true,
        () => false,
      );
      if (done) break;
      if (tries > 100) throw new Error('the store stays away');
    }
    expect(await collect(store.readAll())).not.toHaveLength(0);
  });
});
