import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../support/temporary-folder';
import { TestApp } from '../../support/test-app';

const folderOf = temporaryFolder();

interface Place {
  readonly data: string;
  readonly anchors: string;
}

const placeOf = (): Place => {
  const folder = folderOf();
  return { data: join(folder, 'data'), anchors: join(folder, 'anchors') };
};

const start = ({ data, anchors }: Place): Promise<TestApp> =>
  TestApp.start({ TIEOUT_ANCHOR_DIR: anchors }, data);

/** One life of the service in which that many keys are issued, each an event. */
async function live(place: Place, keys: number): Promise<void> {
  const app = await start(place);
  for (let i = 0; i < keys; i += 1) await app.issueKey(`client-${i}`, ['ledger.read']);
  await app.stop('keep');
}

const exchange = (place: Place, copy: string): void => {
  rmSync(place.data, { recursive: true });
  cpSync(copy, place.data, { recursive: true });
};

async function statusAndHealth(place: Place, key: string) {
  const app = await start(place);
  const caller = app.withKey(key);
  const read = await caller.get('/v1/log/checkpoint');
  const write = await caller
    .post('/v1/access/keys')
    .set('Idempotency-Key', 'below-the-mark')
    .send({ client: 'late', kind: 'service', scopes: ['ledger.read'] });
  const health = await app.http.get('/health/ready');
  await app.stop('keep');
  return { read, write, health };
}

describe('a ledger below its mark', () => {
  it('serves reads, refuses appends with both sizes, signs nothing, and goes on once it is whole', async () => {
    const place = placeOf();
    const first = await start(place);
    const key = await first.issueKey('admin', ['access.manage', 'log.read', 'ledger.read']);
    await first.stop('keep');
    const older = `${place.data}-older`;
    cpSync(place.data, older, { recursive: true });
    const second = await start(place);
    const reply = await second
      .withKey(key)
      .post('/v1/access/keys')
      .set('Idempotency-Key', 'more')
      .send({ client: 'more', kind: 'service', scopes: ['ledger.read'] });
    expect(reply.status).toBe(201);
    const released = second.runtime.log.size();
    await second.stop('keep');
    const newest = `${place.data}-newest`;
    cpSync(place.data, newest, { recursive: true });

    exchange(place, older);
    const size = released - 1;
    const below = await statusAndHealth(place, key);
    expect(below.read.status).toBe(200);
    expect(below.read.text.split('\n')[1]).toBe(String(size));
    expect(below.write.status).toBe(503);
    expect(below.write.body).toMatchObject({
      code: 'ledger-halted',
      size,
      releasedSize: released,
      finding: 'checkpoint-rollback',
    });
    expect((below.write.body as { detail: string }).detail).toContain(`ends at ${size} events`);
    expect(below.health.status).toBe(503);
    expect(JSON.stringify(below.health.body)).toContain(`a checkpoint of ${released} was released`);

    exchange(place, newest);
    const whole = await statusAndHealth(place, key);
    expect(whole.write.status).toBe(201);
    expect(whole.health.status).toBe(200);
  });

  it('is also one whose events are others at the size of the mark', async () => {
    const place = placeOf();
    const copy = `${place.data}-copy`;
    const app = await start(place);
    const key = await app.issueKey('admin', ['access.manage', 'log.read', 'ledger.read']);
    await app.stop('keep');
    cpSync(place.data, copy, { recursive: true });
    cpSync(place.anchors, `${place.anchors}-copy`, { recursive: true });
    const more = async (name: string) => {
      const life = await start(place);
      await life
        .withKey(key)
        .post('/v1/access/keys')
        .set('Idempotency-Key', name)
        .send({ client: name, kind: 'service', scopes: ['ledger.read'] });
      await life.stop('keep');
    };
    await more('history-one');
    const mark = `${place.anchors}-one`;
    renameSync(place.anchors, mark);
    exchange(place, copy);
    cpSync(`${place.anchors}-copy`, place.anchors, { recursive: true });
    await more('history-two');
    rmSync(place.anchors, { recursive: true });
    renameSync(mark, place.anchors);

    const { write } = await statusAndHealth(place, key);
    expect(write.status).toBe(503);
    expect(write.body).toMatchObject({ finding: 'checkpoint-inconsistent' });
  });

  it('is not founded anew over a lost data folder', async () => {
    const place = placeOf();
    await live(place, 1);
    rmSync(place.data, { recursive: true });
    await expect(start(place)).rejects.toMatchObject({
      code: 'configuration',
      message: expect.stringMatching(
        /knows a ledger tieout.example\/acme with \d events/,
      ) as string,
    });
    expect(existsSync(join(place.data, 'keys'))).toBe(false);
  });

  it('does not start with the anchor folder of another ledger, and gives its lock back', async () => {
    const place = placeOf();
    await live(place, 1);
    const other = placeOf();
    const env = { TIEOUT_ORIGIN: 'tieout.example/other', TIEOUT_ANCHOR_DIR: other.anchors };
    await (await TestApp.start(env, other.data)).stop('keep');
    const mixed = { ...place, anchors: other.anchors };
    await expect(start(mixed)).rejects.toMatchObject({
      code: 'configuration',
      message: expect.stringContaining('belongs to tieout.example/other') as string,
    });
    await live(place, 0);
  });

  it('takes a damaged mark as a reason to stop, not as none', async () => {
    const place = placeOf();
    const app = await start(place);
    const key = await app.issueKey('admin', ['access.manage', 'log.read', 'ledger.read']);
    await app.stop('keep');
    writeFileSync(join(place.anchors, 'mark'), 'tieout.example/acme\n3\n');
    const { write, read } = await statusAndHealth(place, key);
    expect(read.status).toBe(200);
    expect(write.body).toMatchObject({ code: 'ledger-halted', finding: 'checkpoint-syntax' });
  });

  it('is one without a mark only while it was never served: the first start notes what it has', async () => {
    const place = placeOf();
    await live(place, 1);
    rmSync(place.anchors, { recursive: true });
    mkdirSync(place.anchors);
    await live(place, 0);
    expect(existsSync(join(place.anchors, 'mark'))).toBe(true);
  });
});
