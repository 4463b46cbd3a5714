import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb';
import { AppendReq, type AppendResp } from '@eventstore/db-client/generated/streams_pb';
import { type EventStoreDBClient } from '@eventstore/db-client';
import * as grpc from '@grpc/grpc-js';
import { randomUUID } from 'node:crypto';
import { StandInServer } from '../../support/kurrentdb';
import { anEvent, CREDENTIALS, rawClient, someEvents } from './raw-client';

let server: StandInServer;
let client: EventStoreDBClient;

beforeEach(async () => {
  server = await StandInServer.start();
  client = rawClient(server.url);
});
afterEach(async () => {
  await client.dispose();
  server.stop();
});

type Expected = bigint | 'no_stream' | 'any' | 'stream_exists';
const append = (
  stream: string,
  expectedRevision: Expected,
  events: ReturnType<typeof someEvents>,
) => client.appendToStream(stream, events, { ...CREDENTIALS, expectedRevision });

describe('an append by its expected revision', () => {
  it('stores at the exact revision and tells the last one and its position', async () => {
    const stream = randomUUID();
    expect(await append(stream, 'no_stream', someEvents(3))).toMatchObject({
      success: true,
      nextExpectedRevision: 2n,
    });
    const second = await append(stream, 2n, someEvents(1));
    expect(second).toMatchObject({ nextExpectedRevision: 3n });
    expect(second.position?.commit).toBe(server.log.records.at(-1)?.commit);
  });

  it.each([
    ['no_stream', 2n],
    [0n, 2n],
    [7n, 2n],
  ] as const)('answers a conflict for %s on a stream at 2', async (expected, current) => {
    const stream = randomUUID();
    await append(stream, 'no_stream', someEvents(3));
    await expect(append(stream, expected, someEvents(1))).rejects.toMatchObject({
      type: 'wrong-expected-version',
      actualVersion: current,
    });
  });

  it('says no_stream of a missing stream', async () => {
    const conflict = { type: 'wrong-expected-version', actualVersion: 'no_stream' };
    await expect(append(randomUUID(), 0n, someEvents(1))).rejects.toMatchObject(conflict);
    await expect(append(randomUUID(), 'stream_exists', someEvents(1))).rejects.toMatchObject(
      conflict,
    );
  });

  it('takes any on each stream, and stream_exists on one with metadata alone', async () => {
    const [stream, other] = [randomUUID(), randomUUID()];
    expect(await append(stream, 'any', someEvents(1))).toMatchObject({ nextExpectedRevision: 0n });
    server.log.setMetadata(other, Buffer.from('{}'));
    expect(await append(other, 'stream_exists', someEvents(1))).toMatchObject({
      nextExpectedRevision: 0n,
    });
  });

  it('checks the version only when there are no events', async () => {
    const stream = randomUUID();
    await append(stream, 'no_stream', someEvents(2));
    expect(await append(stream, 1n, [])).toMatchObject({ nextExpectedRevision: 1n });
    await expect(append(stream, 0n, [])).rejects.toMatchObject({ actualVersion: 1n });
    expect(server.log.records).toHaveLength(2);
  });
});

describe('a repeat by event ids', () => {
  it('gives the first result, also after later events and after a restart', async () => {
    const [stream, first] = [randomUUID(), someEvents(2)];
    const result = await append(stream, 'no_stream', first);
    await append(stream, 1n, someEvents(2));
    server.log.forgetIds();
    expect(await append(stream, 'no_stream', first)).toEqual(result);
    expect(server.log.records).toHaveLength(4);
  });

  it('gives a leading part the revision of that part', async () => {
    const [stream, first] = [randomUUID(), someEvents(3)];
    await append(stream, 'no_stream', first);
    expect(await append(stream, 'no_stream', first.slice(0, 2))).toMatchObject({
      nextExpectedRevision: 1n,
    });
  });

  it('is a conflict when a part is new, or the order is another', async () => {
    const [stream, first] = [randomUUID(), someEvents(2)];
    await append(stream, 'no_stream', first);
    for (const events of [[...first, anEvent()], first.toReversed(), [first[1]!]]) {
      await expect(append(stream, 'no_stream', events)).rejects.toMatchObject({
        type: 'wrong-expected-version',
      });
    }
  });

  it('does not look elsewhere for the ids of an append at the end', async () => {
    const [stream, first] = [randomUUID(), someEvents(1)];
    await append(stream, 'no_stream', first);
    expect(await append(stream, 0n, first)).toMatchObject({ nextExpectedRevision: 1n });
  });

  it('is known to any by a memory that a restart empties', async () => {
    const [stream, first] = [randomUUID(), someEvents(1)];
    await append(stream, 'any', first);
    expect(await append(stream, 'any', first)).toMatchObject({ nextExpectedRevision: 0n });
    await expect(append(stream, 'any', [...first, anEvent()])).rejects.toMatchObject({
      type: 'wrong-expected-version',
    });
    server.log.forgetIds();
    expect(await append(stream, 'any', first)).toMatchObject({ nextExpectedRevision: 1n });
  });

  it('may lack its position', async () => {
    const [stream, first] = [randomUUID(), someEvents(1)];
    await append(stream, 'no_stream', first);
    server.faults.repeatWithoutPosition = true;
    const repeat = await append(stream, 'no_stream', first);
    expect(repeat).toMatchObject({ success: true, nextExpectedRevision: 0n });
    expect(repeat.position).toBeUndefined();
  });
});

describe('deletion', () => {
  it('soft: the stream reads as missing, and no_stream goes on behind the old revision', async () => {
    const stream = randomUUID();
    await append(stream, 'no_stream', someEvents(3));
    await client.deleteStream(stream, CREDENTIALS);
    expect(await append(stream, 'no_stream', someEvents(1))).toMatchObject({
      nextExpectedRevision: 3n,
    });
  });

  it('tombstone: refused for ever', async () => {
    const stream = randomUUID();
    await append(stream, 'no_stream', someEvents(1));
    await client.tombstoneStream(stream, CREDENTIALS);
    await expect(append(stream, 0n, someEvents(1))).rejects.toMatchObject({
      type: 'stream-deleted',
    });
  });
});

describe('refusals', () => {
  it.each([
    ['busy', 'unavailable'],
    ['denied', 'access-denied'],
    ['commit-timeout', 'timeout'],
    ['unknown', 'unknown'],
  ] as const)('%s is the error %s', async (refusal, type) => {
    server.faults.refusal = refusal;
    await expect(append(randomUUID(), 'any', someEvents(1))).rejects.toMatchObject({ type });
    expect(server.log.records).toEqual([]);
  });

  it('too large names the limit, on newer servers by a name that the client does not know', async () => {
    server.faults.appendBytesMax = 3;
    await expect(append(randomUUID(), 'any', someEvents(1))).rejects.toMatchObject({
      type: 'maximum-append-size-exceeded',
      maxAppendSize: 3,
    });
    server.faults.newerSizeError = true;
    await expect(append(randomUUID(), 'any', someEvents(1))).rejects.toMatchObject({
      type: 'unknown',
      code: grpc.status.INVALID_ARGUMENT,
    });
  });

  it('a follower names the leader to who requires one', async () => {
    server.isLeader = false;
    server.faults.leader = { host: '127.0.0.1', port: 4 };
    const call = client.appendToStream('s', someEvents(1), {
      ...CREDENTIALS,
      requiresLeader: true,
    });
    await expect(call).rejects.toMatchObject({
      type: 'not-leader',
      leader: { address: '127.0.0.1', port: 4 },
    });
    expect(server.log.records).toEqual([]);
  });
});

it('goes by batch without credentials, which the adapter must never do', async () => {
  const call = client.appendToStream('s', someEvents(1), { expectedRevision: 'any' });
  call.catch(() => undefined);
  while (server.seen.batchAppends === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(server.seen.appends).toBe(0);
});

describe('messages in another order than the protocol has', () => {
  const send = (messages: readonly AppendReq[]) => {
    const raw = new StreamsClient(`127.0.0.1:${server.port}`, grpc.credentials.createInsecure());
    return new Promise<AppendResp>((resolve, reject) => {
      const call = raw.append((error, reply) => {
        raw.close();
        if (error) reject(error);
        else resolve(reply);
      });
      for (const message of messages) call.write(message);
      call.end();
    });
  };
  const proposal = () => {
    const message = new AppendReq();
    message.setProposedMessage(new AppendReq.ProposedMessage());
    return message;
  };
  const options = () => {
    const message = new AppendReq();
    message.setOptions(new AppendReq.Options());
    return message;
  };

  it.each([
    ['none', () => []],
    ['events first', () => [proposal()]],
    ['no expected revision', () => [options()]],
    ['options twice', () => [options(), options()]],
  ])('%s: refused', async (_name, messages) => {
    await expect(send(messages())).rejects.toMatchObject({ code: grpc.status.INVALID_ARGUMENT });
  });
});
