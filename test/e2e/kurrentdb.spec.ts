import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTlogProof } from '../../src/sealing';
import { StandInServer } from '../support/kurrentdb';
import { sendLines } from '../support/send-lines';
import { type Agent, TestApp } from '../support/test-app';
import { transitionData, transitionEvent } from '../support/transition-events';

let server: StandInServer;
const apps: TestApp[] = [];
const folders: string[] = [];

/** A node; keys and side folder of the first are given to the others, as an operator gives them. */
async function node(more: Readonly<Record<string, string>> = {}): Promise<TestApp> {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-kurrent-'));
  folders.push(folder);
  const [side] = folders;
  if (apps[0] !== undefined) {
    cpSync(join(apps[0].dataDir, 'keys'), join(folder, 'keys'), { recursive: true });
  }
  const app = await TestApp.start(
    {
      TIEOUT_STORE: 'kurrentdb',
      TIEOUT_KURRENTDB_URL: server.url,
      TIEOUT_SIDE_DIR: join(side!, 'side'),
      ...more,
    },
    folder,
  );
  apps.push(app);
  return app;
}

let one: TestApp;
let two: TestApp;
let key: string;

beforeAll(async () => {
  server = await StandInServer.start();
  one = await node();
  const admin = await one.as('admin', ['config.manage', 'ledger.read']);
  await admin
    .put('/v1/sources/ap-hub')
    .set('If-None-Match', '*')
    .send({ uri: 'https://ap-hub.example/' })
    .expect(201);
  key = await one.issueKey('ap-connector', ['events.append', 'ledger.read', 'log.read']);
  two = await node();
});
afterAll(async () => {
  for (const app of apps) await app.stop('keep');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  server.stop();
});

const invoice = (id: string, object: string, more = {}) =>
  transitionEvent({
    id,
    data: transitionData({ object: { type: 'invoice', id: object }, ...more }),
  });
const send = (agent: Agent, event: object) =>
  agent
    .post('/v1/events')
    .set('Content-Type', 'application/cloudevents+json')
    .send(JSON.stringify(event));
const of = (app: TestApp): Agent => app.withKey(key);

const checkpointOf = async (app: TestApp): Promise<string> =>
  (await of(app).get('/v1/log/checkpoint').expect(200)).text;

/** Sends the event again until its receipt is sealed. */
async function untilSealed(app: TestApp, event: object): Promise<object> {
  for (;;) {
    const reply = await send(of(app), event);
    if (reply.status !== 202) return reply.body as object;
  }
}

describe('two nodes of one ledger', () => {
  it('know each other’s keys and sources, and answer a sealed receipt', async () => {
    const reply = await send(of(two), invoice('k-1', 'INV-1'));
    expect(reply.status).toBe(201);
    expect(reply.body).toMatchObject({ result: 'recorded', state: 'sealed', revision: 0 });
    const proof = readTlogProof(reply.body.proof as string);
    expect(proof.index).toBe(reply.body.index);
  });

  it('give the first receipt to the same event at the other node', async () => {
    const event = invoice('k-2', 'INV-2');
    const first = await send(of(one), event).expect(201);
    // Recorded at another time, so that it cannot be taken for what this node sent.
    two.clock.advance(1_000);
    const again = await send(of(two), event).expect(200);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.body).toMatchObject({
      result: 'duplicate',
      id: first.body.id,
      proof: first.body.proof,
      position: first.body.position,
    });
    const other = {
      ...event,
      data: transitionData({
        object: { type: 'invoice', id: 'INV-2' },
        amount: { amount: '1.00', currency: 'EUR' },
      }),
    };
    const refused = await send(of(two), other);
    expect([refused.status, refused.body.code]).toEqual([409, 'event-id-conflict']);
  });

  it('read at one node what was written at the other, with its token', async () => {
    const written = await send(of(one), invoice('k-3', 'INV-3')).expect(201);
    const token = written.headers['consistency-token'] as string;
    const read = await of(two).get(`/v1/events/${written.body.id}`).set('Consistency-Token', token);
    expect([read.status, read.body.id]).toEqual([200, written.body.id]);
  });

  it('place events of one object in one order, whichever node takes them', async () => {
    const events = Array.from({ length: 12 }, (_, i) => invoice(`k-4-${i}`, 'INV-4'));
    const replies = await Promise.all(events.map((e, i) => send(of(i % 2 === 0 ? one : two), e)));
    expect(replies.map(({ status }) => status)).toEqual(events.map(() => 201));
    const revisions = replies.map(({ body }) => body.revision as number);
    expect(revisions.toSorted((a, b) => a - b)).toEqual(events.map((_, i) => i));
  });

  it('take a bulk stream each', async () => {
    const lines = (n: number) =>
      Array.from({ length: 200 }, (_, i) => invoice(`k-5-${n}-${i}`, `INV-5-${n}-${i % 20}`));
    const results = await Promise.all([sendLines(of(one), lines(1)), sendLines(of(two), lines(2))]);
    for (const of200 of results) {
      expect(of200.filter((line) => line['result'] === 'recorded')).toHaveLength(200);
    }
  });

  it('arrive at equal checkpoints, and so does a node that is new', async () => {
    const three = await node({ TIEOUT_SIGNER: 'off' });
    const texts = await Promise.all([one, two, three].map(checkpointOf));
    expect(new Set(texts).size).toBe(1);
    await three.settle();
    const read = await of(three).get('/v1/objects/invoice/E_DE/INV-4').expect(200);
    expect(read.body).toMatchObject({ id: 'INV-4' });
  });

  it('answer with a pending receipt what nobody seals in time, and with the sealed one later', async () => {
    const lone = await node({ TIEOUT_SIGNER: 'off', TIEOUT_SEAL_WAIT_MS: '100' });
    const event = invoice('k-6', 'INV-6');
    server.faults.refuseCheckpoints = true;
    const pending = await send(of(lone), event);
    expect(pending.status).toBe(202);
    expect(pending.body).toMatchObject({
      receipt: 1,
      state: 'pending',
      stream: 'invoice-E_DE.INV-6',
    });
    expect(pending.body).not.toHaveProperty('proof');
    expect(pending.headers['location']).toBe(`/v1/receipts/${pending.body.id}`);
    server.faults.refuseCheckpoints = false;
    const sealed = await untilSealed(lone, event);
    expect(sealed).toMatchObject({ id: pending.body.id, leaf: pending.body.leaf, state: 'sealed' });
  });

  it('tell how long events wait for their seal', async () => {
    const { text } = await (await one.as('ops', ['ops.read'])).get('/metrics').expect(200);
    expect(text).toMatch(/^tieout_seal_lag_seconds 0/m);
    expect(text).toMatch(/^tieout_seal_pending_events 0/m);
  });
});

describe('a node that cannot work', () => {
  const refused = (env: Readonly<Record<string, string>>) =>
    expect(node(env)).rejects.toMatchObject({ code: 'configuration' });

  it('says which setting is missing or wrong, never the password in it', async () => {
    await refused({ TIEOUT_KURRENTDB_URL: '' });
    await expect(node({ TIEOUT_KURRENTDB_URL: 'esdb://u:geheim@h?x=1' })).rejects.toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('geheim') }),
    );
    await refused({ TIEOUT_KURRENTDB_URL: 'esdb://elsewhere.example:2113?tls=false' });
  });

  it('with other keys than the ledger’s does not start', async () => {
    await refused({ TIEOUT_ORIGIN: 'tieout.example/other' });
  });
});
