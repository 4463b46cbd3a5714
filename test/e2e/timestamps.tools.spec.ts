import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PackJobs } from '../../evidence/pack/pack-jobs';
import { type CommandContext } from '../../src/commanding';
import { timestampRequest } from '../../src/sealing/timestamp-token';
import { nextAnchored } from '../support/anchored';
import { Recorder } from '../support/inline-read-model';
import { TestApp } from '../support/test-app';
import { transition } from '../support/transitions';
import { temporaryFolder } from '../support/temporary-folder';
import { Authority, closed, serving } from '../support/tsa';

const folderOf = temporaryFolder();
const signal = new AbortController().signal;
const made = mkdtempSync(join(tmpdir(), 'tieout-tsa-'));
afterAll(() => rmSync(made, { recursive: true, force: true }));

let good: Authority;
beforeAll(() => {
  good = Authority.make(join(made, 'good'));
});

jest.setTimeout(60_000);

function start(url: string, caFile: string): Promise<TestApp> {
  const folder = folderOf();
  const env = {
    TIEOUT_TSA_URL: url,
    TIEOUT_TSA_CA_FILE: caFile,
    TIEOUT_ANCHOR_DIR: join(folder, 'anchors'),
  };
  return TestApp.start(env, join(folder, 'data'));
}

/** What one request to that authority ends with. */
async function refusal(
  authority: Authority,
  change?: (reply: Buffer, request: Buffer) => Buffer,
  caFile = authority.caFile,
): Promise<string> {
  const { server, url } = await serving(authority, change);
  const app = await start(url, caFile);
  try {
    const size = app.runtime.log.size();
    const error: unknown = await app.runtime.anchoring.timestamping!.stamp(signal).then(
      () => undefined,
      (cause: unknown) => cause,
    );
    expect(app.runtime.anchoring.anchors.token(size)).toBeUndefined();
    expect(app.runtime.log.size()).toBe(size);
    return error instanceof Error ? error.message : 'accepted';
  } finally {
    await app.stop();
    closed(server);
  }
}

describe('a timestamp of the log', () => {
  it.each(['ec', 'rsa'])(
    'of an authority with an %s key is kept, recorded, and accepted by openssl',
    async (kind) => {
      const authority = kind === 'ec' ? good : Authority.make(join(made, kind), undefined, kind);
      const { server, url } = await serving(authority);
      const app = await start(url, authority.caFile);
      const { anchors, timestamping } = app.runtime.anchoring;
      const { size, time } = await timestamping!.stamp(signal);
      expect(time).toMatch(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
      const folder = join(anchors.path, String(size));
      authority.verify(join(folder, 'checkpoint'), join(folder, 'checkpoint.tsr'));
      const last = JSON.parse(Buffer.from(app.runtime.log.entryBytes(size)).toString()) as object;
      expect(last).toMatchObject({
        type: 'ledger.anchored',
        data: { kind: 'timestamp', size, times: [{ time }] },
      });
      const reader = await app.as('reader', ['log.read']);
      const served = await reader
        .get(`/v1/log/checkpoints/${size}/timestamp`)
        .buffer(true)
        .parse((response, done) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => done(null, Buffer.concat(chunks)));
        });
      expect((served.body as Buffer).equals(anchors.token(size)!)).toBe(true);
      const { body } = await reader.get('/v1/log/verify');
      expect(body).toMatchObject({ witnessed: null, timestamped: { size, at: time } });
      const file = join(made, 'anchored');
      writeFileSync(file, (await reader.get(`/v1/log/checkpoints/${size}/anchored`)).text);
      expect(readFileSync(file)).toEqual(readFileSync(join(folder, 'checkpoint')));
      await app.stop();
      closed(server);
    },
  );

  it('is asked for at first, and once a day when there is something new', async () => {
    const { server, url } = await serving(good);
    const app = await start(url, good.caFile);
    const timestamping = app.runtime.anchoring.timestamping!;
    expect(await timestamping.stampIfDue(signal)).toBeDefined();
    await app.issueKey('new', ['log.read']);
    expect(await timestamping.stampIfDue(signal)).toBeUndefined();
    app.clock.advance(24 * 60 * 60 * 1_000);
    expect(await timestamping.stampIfDue(signal)).toBeDefined();
    app.clock.advance(24 * 60 * 60 * 1_000);
    expect(await timestamping.stampIfDue(signal)).toBeUndefined();
    await app.stop();
    closed(server);
  });

  it('is asked for at once by a key event and by an evidence pack', async () => {
    const { server, url } = await serving(good);
    const app = await start(url, good.caFile);
    const { keyChange, keys } = app.runtime;
    const by = (principal: string, idempotencyKey = 'k'): CommandContext => ({
      ...{ principal, actor: { id: principal, kind: 'person' } },
      ...{ idempotencyKey, digest: '0' },
    });
    const ofKey = nextAnchored(app.runtime, 'timestamp');
    const asked = await keyChange.request(by('ann'), { reason: 'yearly', overlapDays: 1 });
    await keyChange.approve(asked.id, by('bob'));
    const added = keys.history().windows.at(-1)!.addedAt;
    expect((await ofKey).size).toBeGreaterThan(added);

    await new Recorder(app.runtime.store).record(
      transition('invoice-E_DE.INV-1', 'received', { at: '2026-01-01', system: 'ap' }),
    );
    await app.settle();
    const ofPack = nextAnchored(app.runtime, 'timestamp');
    const preparer = await app.as('preparer', ['evidence.create']);
    await preparer
      .post('/v1/evidence/packs')
      .set('Idempotency-Key', 'pack')
      .send({
        kind: 'transaction',
        subject: { type: 'invoice', entity: 'E_DE', id: 'INV-1' },
        purpose: 'Test of purchase controls',
      })
      .expect(202);
    await app.app.get(PackJobs, { strict: false }).idle();
    const committed = app.runtime.heads.committed!;
    expect((await ofPack).size).toBeGreaterThan(committed.index);
    await app.stop();
    closed(server);
  });

  it('is refused when it answers another question', async () => {
    const [imprint, nonce] = [Buffer.alloc(32, 1), Buffer.alloc(16, 2)];
    const other = (part: 'imprint' | 'nonce') => (_reply: Buffer, request: Buffer) => {
      const asked = { imprint: request.subarray(24, 56), nonce: request.subarray(-19, -3) };
      return good.answer(
        timestampRequest({ ...asked, ...(part === 'imprint' ? { imprint } : { nonce }) }),
      );
    };
    expect(await refusal(good, other('imprint'))).toContain('is about something else');
    expect(await refusal(good, other('nonce'))).toContain('does not repeat the nonce');
  });

  it('is refused from a signer of another authority, or one that is not for timestamping', async () => {
    const stranger = Authority.make(join(made, 'stranger'));
    expect(await refusal(stranger, undefined, good.caFile)).toContain('trusted authority');
  });

  it('is refused when a byte of it was changed, it is not DER, or it is too long', async () => {
    const flip = (at: number) => (reply: Buffer) => {
      const changed = Buffer.from(reply);
      const place = at < 0 ? changed.length + at : at;
      changed[place] = changed[place]! ^ 1;
      return changed;
    };
    expect(await refusal(good, flip(-3))).toMatch(/wrong signature/);
    expect(await refusal(good, () => Buffer.from('sorry'))).toContain('not DER');
    expect(await refusal(good, () => Buffer.alloc(0))).toContain('not DER');
    expect(await refusal(good, (reply) => reply.subarray(0, 100))).toContain('not DER');
    expect(await refusal(good, () => Buffer.alloc(100_000))).toContain('over 65536 bytes');
    const rejected = Buffer.from('30053003020102', 'hex');
    expect(await refusal(good, () => rejected)).toContain('was not granted');
  });
});
