import {
  BACKWARDS,
  END,
  type EventStoreDBClient,
  FORWARDS,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { ServerFeaturesClient } from '@eventstore/db-client/generated/serverfeatures_grpc_pb';
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb';
import { Empty } from '@eventstore/db-client/generated/shared_pb';
import { ReadReq } from '@eventstore/db-client/generated/streams_pb';
import * as grpc from '@grpc/grpc-js';
import { randomUUID } from 'node:crypto';
import { StandInLog, StandInServer } from '../../support/kurrentdb';
import { all, anEvent, CREDENTIALS, rawClient, someEvents } from './raw-client';

let server: StandInServer;
let client: EventStoreDBClient;
const clients: EventStoreDBClient[] = [];

const open = async (log?: StandInLog) => {
  server = await StandInServer.start(log === undefined ? {} : { log });
  client = rawClient(server.url);
  clients.push(client);
};
beforeEach(() => open());
afterEach(async () => {
  for (const one of clients.splice(0)) await one.dispose();
  server.stop();
});

const append = (stream: string, count: number) =>
  client.appendToStream(stream, someEvents(count), { ...CREDENTIALS, expectedRevision: 'any' });
const revisions = (events: readonly { event?: { revision: bigint } }[]) =>
  events.map(({ event }) => event?.revision);

describe('reading a stream', () => {
  it('runs forwards from a revision, and backwards from one or the end, both inclusive', async () => {
    await append('s', 5);
    const read = async (
      from: bigint | typeof END,
      maxCount: number,
      direction: typeof FORWARDS | typeof BACKWARDS,
    ) => revisions(await all(client.readStream('s', { fromRevision: from, maxCount, direction })));
    expect(await read(1n, 3, FORWARDS)).toEqual([1n, 2n, 3n]);
    expect(await read(5n, 3, FORWARDS)).toEqual([]);
    expect(await read(3n, 2, BACKWARDS)).toEqual([3n, 2n]);
    expect(await read(END, 2, BACKWARDS)).toEqual([4n, 3n]);
  });

  it('says that a stream is missing, soft-deleted or gone for ever', async () => {
    const missing = { type: 'stream-not-found' };
    await expect(all(client.readStream('s'))).rejects.toMatchObject(missing);
    await append('s', 1);
    await client.deleteStream('s', CREDENTIALS);
    await expect(all(client.readStream('s'))).rejects.toMatchObject(missing);
    await client.tombstoneStream('s', CREDENTIALS);
    await expect(all(client.readStream('s'))).rejects.toMatchObject({ type: 'stream-deleted' });
  });

  it('starts at the first event that truncation left, without a word', async () => {
    await append('s', 5);
    await client.setStreamMetadata('s', { truncateBefore: 3 }, CREDENTIALS);
    expect(revisions(await all(client.readStream('s')))).toEqual([3n, 4n]);
    await client.setStreamMetadata('s', { maxCount: 1 }, CREDENTIALS);
    expect(revisions(await all(client.readStream('s')))).toEqual([4n]);
  });

  it('gives back id, type, bytes and the place in both orders', async () => {
    const sent = anEvent(randomUUID(), '{"1":"a"}');
    const { position } = await client.appendToStream('s', sent, CREDENTIALS);
    const [{ event } = { event: undefined }] = await all(client.readStream('s'));
    expect(event).toMatchObject({ id: sent.id, type: sent.type, streamId: 's', position });
    expect(Buffer.from(event?.data as Uint8Array).toString()).toBe('{"1":"a"}');
  });
});

describe('reading all', () => {
  it('is inclusive at its position, in both directions, and shows metadata and deleted streams', async () => {
    await append('a', 2);
    await append('b', 1);
    await client.deleteStream('a', CREDENTIALS);
    const whole = await all(client.readAll());
    expect(whole.map(({ event }) => event?.streamId)).toEqual(['a', 'a', 'b', '$$a']);
    const at = whole[1]?.event?.position;
    if (at === undefined) throw new Error('an event has its position');
    const read = async (direction: typeof FORWARDS | typeof BACKWARDS) =>
      (await all(client.readAll({ fromPosition: at, direction }))).map((e) => e.event?.streamId);
    expect(await read(FORWARDS)).toEqual(['a', 'b', '$$a']);
    expect(await read(BACKWARDS)).toEqual(['a', 'a']);
    const last = await all(
      client.readAll({ fromPosition: END, direction: BACKWARDS, maxCount: 1 }),
    );
    expect(last[0]?.event?.streamId).toBe('$$a');
  });

  it('refuses a position that no log has', async () => {
    const bad = client.readAll({ fromPosition: { commit: 1n, prepare: 2n } });
    await expect(all(bad)).rejects.toMatchObject({ code: grpc.status.INVALID_ARGUMENT });
  });

  it('keeps positions beyond 2^53 exact', async () => {
    server.stop();
    await open(new StandInLog(2n ** 53n + 1n));
    const { position } = await append('s', 1);
    expect(position?.commit).toBe(9_007_199_254_740_993n);
    expect((await all(client.readAll()))[0]?.event?.position).toEqual(position);
  });
});

describe('a subscription to all', () => {
  const watch = (
    options: Parameters<EventStoreDBClient['subscribeToAll']>[0],
    enough: (seen: string[]) => boolean,
  ) => watchUntil(client, options, enough);

  it('confirms, gives history, says that it caught up, and goes on live', async () => {
    await append('a', 2);
    const seen = watch({}, (s) => s.length === 5);
    while (server.log.listening === 0) await new Promise((resolve) => setImmediate(resolve));
    await append('b', 1);
    expect(await seen).toEqual(['confirmation', 'a@0', 'a@1', 'caughtUp', 'b@0']);
  });

  it('is exclusive at its position', async () => {
    await append('a', 3);
    const first = server.log.records[0]!;
    const fromPosition = { commit: first.commit, prepare: first.prepare };
    expect(await watch({ fromPosition }, (s) => s.includes('caughtUp'))).toEqual([
      'confirmation',
      'a@1',
      'a@2',
      'caughtUp',
    ]);
  });

  it('accepts a start ahead of the log and is silent then', async () => {
    await append('a', 1);
    const fromPosition = { commit: 10n ** 9n, prepare: 10n ** 9n };
    expect(await watch({ fromPosition }, (s) => s.includes('caughtUp'))).toEqual([
      'confirmation',
      'caughtUp',
    ]);
  });

  it('filters by expression or prefixes, with checkpoints for what it passed over', async () => {
    await append('x', 6);
    await append('acme~a', 1);
    const checkpoints: bigint[] = [];
    const filter = streamNameFilter({
      regex: '^([$][$])?acme~',
      maxSearchWindow: 2,
      checkpointInterval: 2,
      checkpointReached: async (_, { commit }) => void checkpoints.push(commit),
    });
    expect(await watch({ filter }, (s) => s.includes('caughtUp'))).toEqual([
      'confirmation',
      'acme~a@0',
      'caughtUp',
    ]);
    const commits = server.log.records.map(({ commit }) => commit);
    expect(checkpoints).toEqual([commits[3], commits[6]]);
    const prefixes = streamNameFilter({ prefixes: ['y', 'acme'] });
    expect(await watch({ filter: prefixes }, (s) => s.includes('caughtUp'))).toContain('acme~a@0');
  });

  it.each([
    ['ok', { ended: true }],
    ['unavailable', { type: 'unavailable' }],
    ['cancelled', { type: 'cancelled' }],
  ] as const)('can end with %s', async (how, outcome) => {
    await append('a', 3);
    server.faults.endReads = { after: 2, with: how };
    const ending = all(client.subscribeToAll({ fromPosition: START })).then(() => ({
      ended: true,
    }));
    await expect(ending.catch((error: unknown) => error)).resolves.toMatchObject(outcome);
  });
});

async function watchUntil(
  client: EventStoreDBClient,
  options: Parameters<EventStoreDBClient['subscribeToAll']>[0],
  enough: (seen: string[]) => boolean,
): Promise<string[]> {
  const seen: string[] = [];
  const subscription = client.subscribeToAll(options);
  const done = new Promise<void>((resolve) => {
    const note = (what: string): void => {
      seen.push(what);
      if (enough(seen)) resolve();
    };
    subscription.on('confirmation', () => note('confirmation'));
    // Events are read behind it: what is said now belongs behind the events that wait.
    subscription.on('caughtUp', () => setImmediate(() => note('caughtUp')));
    subscription.on('data', ({ event }) => note(`${event?.streamId}@${event?.revision}`));
  });
  await done;
  await subscription.unsubscribe();
  return seen;
}

describe('combinations that the protocol does not have', () => {
  const read = (change: (options: ReadReq.Options) => void) => {
    const options = new ReadReq.Options();
    const allOptions = new ReadReq.Options.AllOptions();
    allOptions.setStart(new Empty());
    options.setAll(allOptions);
    options.setCount('1');
    options.setNoFilter(new Empty());
    const uuid = new ReadReq.Options.UUIDOption();
    uuid.setString(new Empty());
    options.setUuidOption(uuid);
    change(options);
    const request = new ReadReq();
    request.setOptions(options);
    const raw = new StreamsClient(`127.0.0.1:${server.port}`, grpc.credentials.createInsecure());
    return all(raw.read(request)).finally(() => raw.close());
  };
  const subscribe = (options: ReadReq.Options) =>
    options.setSubscription(new ReadReq.Options.SubscriptionOptions());

  it('are otherwise served', async () => {
    await append('a', 1);
    expect(await read(() => undefined)).toHaveLength(1);
  });

  it.each<[string, (options: ReadReq.Options) => void]>([
    ['no form of ids', (o) => o.clearUuidOption()],
    ['neither stream nor all', (o) => o.clearAll()],
    ['neither count nor subscription', (o) => o.clearCount()],
    ['neither filter nor none', (o) => o.clearNoFilter()],
    ['a subscription backwards', (o) => subscribe(o).setReadDirection(1)],
    [
      'a checkpoint interval of none',
      (o) => {
        subscribe(o);
        const filter = new ReadReq.Options.FilterOptions();
        filter.setMax(1);
        o.setFilter(filter);
      },
    ],
  ])('%s: refused', async (_name, change) => {
    await expect(read(change)).rejects.toMatchObject({ code: grpc.status.INVALID_ARGUMENT });
  });
});

describe('a cluster', () => {
  it('tells its members by gossip, and the client goes to the leader', async () => {
    const follower = await StandInServer.start({ log: server.log });
    follower.isLeader = false;
    follower.members = server.members = [server, follower];
    const both = rawClient(`esdb://127.0.0.1:${follower.port},127.0.0.1:${server.port}?tls=false`);
    await both.appendToStream('s', someEvents(1), { ...CREDENTIALS, requiresLeader: true });
    expect(follower.seen.gossips + server.seen.gossips).toBeGreaterThan(0);
    expect([server.seen.appends, follower.seen.appends]).toEqual([1, 0]);
    await both.dispose();
    follower.stop();
  });

  it('tells its version and methods, or does not know the question', async () => {
    expect(await featuresOf(server)).toMatchObject({ version: '24.2.0.0' });
    const old = await StandInServer.start({ version: undefined });
    await expect(featuresOf(old)).rejects.toMatchObject({ code: grpc.status.UNIMPLEMENTED });
    old.stop();
  });
});

function featuresOf({ port }: StandInServer): Promise<{ version: string; methods: string[] }> {
  const raw = new ServerFeaturesClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  return new Promise((resolve, reject) => {
    raw.getSupportedMethods(new Empty(), (error, supported) => {
      raw.close();
      if (error !== null) return reject(error);
      resolve({
        version: supported.getEventStoreServerVersion(),
        methods: supported.getMethodsList().map((method) => method.getMethodName()),
      });
    });
  });
}
