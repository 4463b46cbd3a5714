import { StandInLog, type StandInServer } from '../../support/kurrentdb';
import { binaryEvent } from '@eventstore/db-client';
import { readConnectionString } from '../../../src/event-store/kurrentdb';
import { openClient } from '../../../src/event-store/kurrentdb/open-client';
import { collect, event, events, fill, newStream, storeIds } from '../event-store/build';
import { append, failure, FaultStage, SHORT } from './fault-stage';

let stage: FaultStage;
let server: StandInServer;
const open: FaultStage['open'] = (...given) => stage.open(...given);

beforeEach(async () => {
  stage = await FaultStage.start();
  server = stage.server;
});
afterEach(() => stage.stop());

describe('appends', () => {
  it('1, 2, 3, 11, 25: never go by batch, and ask for no features', async () => {
    const store = await open();
    const asked = server.seen.features;
    await Promise.all(Array.from({ length: 20 }, () => append(store)));
    expect(server.seen).toMatchObject({ appends: 20, batchAppends: 0, features: asked });
  });

  it('4, 26: are bytes, which come back as they went', async () => {
    const store = await open();
    const stream = newStream();
    const entry = Buffer.from('{"10":1,"9":2,"n":12345678901234567890}');
    await store.append(stream, 'no-stream', [event({ entry })]);
    expect(server.log.records[0]).toMatchObject({ contentType: 'application/octet-stream' });
    expect(Buffer.from((await collect(store.readStream(stream)))[0]!.entry)).toEqual(entry);
  });

  it('6: tell what is there in our own words', async () => {
    const store = await open();
    const error = await failure(store.append(newStream(), 4n, events(1)));
    expect(error).toMatchObject({ code: 'revision-conflict', members: { actual: 'no-stream' } });
    expect(error.message).toMatch(/is at revision no-stream, not at 4/);
  });

  it('7: have a position where the server gives none', async () => {
    const store = await open();
    const [stream, list] = [newStream(), events(2)];
    const first = await store.append(stream, 'no-stream', list);
    server.faults.repeatWithoutPosition = true;
    expect(await store.append(stream, 'no-stream', list)).toEqual(first);
  });

  it.each(['commit-timeout', 'unknown', 'busy'] as const)(
    '8: whose outcome is open say so: %s',
    async (refusal) => {
      const store = await open();
      server.faults.refusal = refusal;
      expect((await failure(append(store))).code).toBe('outcome-unknown');
    },
  );

  it('9, 10: that the server finds too large name its setting, by either of its names', async () => {
    const store = await open();
    server.faults.appendBytesMax = 10;
    for (const newer of [false, true]) {
      server.faults.newerSizeError = newer;
      const error = await failure(append(store));
      expect(error).toMatchObject({ code: 'too-large', members: { server: true } });
      expect(error.message).toMatch(/MaxAppendSize/);
    }
  });

  it('12: go to the leader that a follower names, and give up when it is none either', async () => {
    const follower = await stage.serve({ log: server.log });
    follower.isLeader = false;
    follower.members = server.members = [server, follower];
    const store = await open({}, follower.url);
    const { revision } = await append(store);
    expect([revision, server.log.records.length]).toEqual([0n, 1]);
    server.faults.notLeader = 'always';
    expect(await failure(append(store))).toMatchObject({
      code: 'store-unavailable',
      members: { reason: 'connect' },
    });
  });

  it('19: that go on behind a deleted stream halt the ledger', async () => {
    const store = await open();
    const stream = newStream();
    await store.append(stream, 'no-stream', events(3));
    server.log.softDelete(`main~${stream}`);
    expect((await failure(store.append(stream, 'no-stream', events(1)))).code).toBe(
      'store-corrupt',
    );
    expect((await failure(append(store))).members['reason']).toBe('read-only');
  });

  it('of a stream with a tombstone halt the ledger', async () => {
    const store = await open();
    const stream = newStream();
    await store.append(stream, 'no-stream', events(1));
    server.log.tombstone(`main~${stream}`);
    expect((await failure(store.append(stream, 0n, events(1)))).code).toBe('store-corrupt');
    expect((await failure(collect(store.readStream(stream)))).code).toBe('store-corrupt');
    expect(store.finding).toMatchObject({ code: 'store-corrupt' });
  });

  it('23: are 32 at once at most, and those behind them have their whole deadline', async () => {
    const store = await open();
    server.faults.delayMs = 100;
    await Promise.all(Array.from({ length: 96 }, () => append(store)));
    expect(server.seen.appendsAtOnceMax).toBe(32);
  });

  it('30: with a reply that says nothing end by our own timer', async () => {
    const store = await open(SHORT);
    server.faults.emptyReply = true;
    const begun = performance.now();
    expect((await failure(append(store))).code).toBe('outcome-unknown');
    expect(performance.now() - begun).toBeLessThan(1_300);
  });
});

describe('a reconnect', () => {
  it('that shuts the channel under an append fails it, and does not end the process', async () => {
    const client = openClient(readConnectionString(server.url), 'pitfalls', 2_000);
    const send = () =>
      client.appendToStream('s', binaryEvent({ type: 'a.b', data: Buffer.from('x') }), {
        credentials: { username: 'u', password: 'p' },
      });
    await send();
    const getChannel = Reflect.get(client, 'getChannel') as () => Promise<{ close(): void }>;
    (await getChannel()).close();
    const settled = await Promise.allSettled([send(), send()]);
    expect(settled).toEqual([
      { status: 'rejected', reason: expect.objectContaining({ type: 'unavailable' }) },
      { status: 'rejected', reason: expect.objectContaining({ type: 'unavailable' }) },
    ]);
    await send();
    await client.end();
  });
});

describe('reads', () => {
  it('24: end when the server is silent', async () => {
    const store = await open();
    await append(store);
    server.faults.silent = true;
    const timeout = { code: 'store-unavailable', members: { reason: 'timeout' } };
    expect(await failure(collect(store.readAll()))).toMatchObject(timeout);
    expect(await failure(collect(store.readStream(newStream())))).toMatchObject(timeout);
    expect(await failure(store.head())).toMatchObject(timeout);
  });

  it('leave no call open on the server, however the loop is left', async () => {
    const store = await open();
    const stream = newStream();
    await fill(store, stream, 700);
    for await (const one of store.readStream(stream)) if (one.revision === 3n) break;
    for await (const one of store.readAll()) if (one.revision === 600n) break;
    await store.head();
    while (server.seen.openReads > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(server.seen.openReads).toBe(0);
  });

  it('18: of everything pass over what is not the ledger’s', async () => {
    const store = await open();
    const thing = {
      id: crypto.randomUUID(),
      type: 't',
      contentType: 'application/json',
      customMetadata: Buffer.alloc(0),
      data: Buffer.from('{}'),
    };
    for (const name of ['$stats', 'other~x', 'main2~y', '$$other~x']) {
      server.log.append(name, 'any', [{ ...thing, id: crypto.randomUUID() }]);
    }
    const list = events(2);
    await store.append(newStream(), 'no-stream', list);
    expect(storeIds(await collect(store.readAll()))).toEqual(storeIds(list));
  });

  it('JSON that somebody wrote into a stream of the ledger is no event of ours', async () => {
    const store = await open();
    const stream = newStream();
    const data = Buffer.from('{"a":1}');
    server.log.append(`main~${stream}`, 'any', [
      {
        id: crypto.randomUUID(),
        type: 'a.b',
        contentType: 'application/json',
        customMetadata: Buffer.alloc(0),
        data,
      },
    ]);
    expect((await failure(collect(store.readStream(stream)))).message).toMatch(
      /not written by Tieout/,
    );
  });

  it('21, 22: keep positions beyond 2^53 exact, and both of their halves', async () => {
    const far = await stage.serve({ log: new StandInLog(2n ** 62n + 1n) });
    const store = await open({}, far.url);
    const { position } = await append(store);
    expect(store.positions.print(position)).toBe('k.4611686018427387905.4611686018427387905');
    const at = (text: string) => store.positions.parse(text);
    expect(store.positions.compare(at('k.7.3'), at('k.7.7'))).toBe(-1);
    expect(store.positions.compare(at('k.7.7'), at('k.8.0'))).toBe(-1);
    expect(await collect(store.readAll(position))).toEqual([]);
  });
});
