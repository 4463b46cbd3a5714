import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { timestampRequest } from '../../src/sealing/timestamp-token';
import { TestApp } from '../support/test-app';
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
      const file = join(made, 'anchored');
      writeFileSync(file, (await reader.get(`/v1/log/checkpoints/${size}/anchored`)).text);
      expect(readFileSync(file)).toEqual(readFileSync(join(folder, 'checkpoint')));
      await app.stop();
      closed(server);
    },
  );

  it('is asked for at first, once a day when there is something new, and after a key event', async () => {
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
    const asked = await app.runtime.keyChange.request(
      { principal: 'ann', actor: { id: 'ann', kind: 'person' }, idempotencyKey: 'k', digest: '0' },
      { reason: 'yearly', overlapDays: 1 },
    );
    await app.runtime.keyChange.approve(asked.id, {
      ...{
        principal: 'bob',
        actor: { id: 'bob', kind: 'person' },
        idempotencyKey: 'k',
        digest: '0',
      },
    });
    expect(await timestamping.stampIfDue(signal)).toBeDefined();
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
