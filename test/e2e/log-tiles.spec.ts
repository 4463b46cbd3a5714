import { createHash } from 'node:crypto';
import { type Agent, TestApp } from '../support/test-app';

describe('the log in tiles', () => {
  let app: TestApp;
  let reader: Agent;
  let size = 0;
  beforeAll(async () => {
    app = await TestApp.start();
    reader = await app.as('mirror', ['log.read']);
    // More than one full tile, so that a full and a partial one are there at levels 0 and 1.
    for (let i = 0; i < 140; i += 1) await app.as(`client-${i}`, ['log.read']);
    size = app.runtime.log.size();
  }, 60_000);
  afterAll(() => app.stop());

  const fetched = async (path: string): Promise<Buffer> => {
    const reply = await reader.get(`/v1/log/${path}`).buffer(true).parse(bytes);
    expect(reply.status).toBe(200);
    expect(reply.headers['content-type']).toBe('application/octet-stream');
    expect(reply.headers['cache-control']).toContain('immutable');
    return reply.body as Buffer;
  };

  it('gives bundles whose entries lead to the root of the checkpoint', async () => {
    expect(size).toBeGreaterThan(256);
    const full = entriesOf(await fetched('tile/entries/000'));
    const rest = entriesOf(await fetched(`tile/entries/001.p/${size - 256}`));
    expect([full.length, rest.length]).toEqual([256, size - 256]);
    const leaves = [...full, ...rest].map((entry) => sha256(Buffer.from([0]), entry));
    const checkpoint = await app.http
      .get('/v1/log/checkpoint')
      .set('Authorization', `Bearer ${app.bootstrapKey}`);
    expect(rootOf(leaves).toString('base64')).toBe(checkpoint.text.split('\n')[2]);

    const level0 = await fetched('tile/0/000');
    expect(level0).toEqual(Buffer.concat(leaves.slice(0, 256)));
    expect(await fetched(`tile/0/001.p/${size - 256}`)).toEqual(Buffer.concat(leaves.slice(256)));
    expect(await fetched('tile/1/000.p/1')).toEqual(rootOf(leaves.slice(0, 256)));
  });

  it('gives partial tiles of smaller sizes too, as the log had them', async () => {
    const whole = await fetched('tile/0/000');
    expect(await fetched('tile/0/000.p/7')).toEqual(whole.subarray(0, 7 * 32));
    expect(entriesOf(await fetched('tile/entries/000.p/7'))).toHaveLength(7);
  });

  it.each([
    'tile/0/002',
    'tile/0/001',
    'tile/0/001.p/255',
    'tile/1/000',
    'tile/1/000.p/2',
    'tile/2/000.p/1',
    'tile/63/x999/x999/x999/x999/x999/999.p/255',
    'tile/entries/001',
    'tile/entries/x001/000',
    'tile/0/000.p/256',
    'tile/0/000.p/0',
    'tile/0/0',
    'tile/0/%30%30%30',
    'tile/64/000',
    'tile/entries',
    'tile/',
    'tile/0/000?width=1',
  ])('has no %s', async (path) => {
    const reply = await reader.get(`/v1/log/${path}`);
    expect(reply.status).toBe(404);
    expect(reply.body).toMatchObject({ code: 'not-found' });
  });

  it('keeps tiles from a caller without log.read', async () => {
    const other = await app.as('integration', ['events.append']);
    for (const path of ['tile/0/000', 'tile/entries/000']) {
      expect((await other.get(`/v1/log/${path}`)).body).toMatchObject({ code: 'scope-missing' });
    }
  });
});

const sha256 = (...parts: readonly Buffer[]): Buffer =>
  createHash('sha256').update(Buffer.concat(parts)).digest();

function rootOf(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (leaves.length === 1) return only!;
  let half = 1;
  while (half * 2 < leaves.length) half *= 2;
  return sha256(Buffer.from([1]), rootOf(leaves.slice(0, half)), rootOf(leaves.slice(half)));
}

function entriesOf(bundle: Buffer): Buffer[] {
  const entries: Buffer[] = [];
  for (let at = 0; at < bundle.length;) {
    const end = at + 2 + bundle.readUInt16BE(at);
    entries.push(bundle.subarray(at + 2, end));
    at = end;
  }
  return entries;
}

/** The body as it came, for superagent's `parse`. */
function bytes(response: unknown, done: (error: Error | null, body: unknown) => void): void {
  const chunks: Buffer[] = [];
  const stream = response as NodeJS.ReadableStream;
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('end', () => done(null, Buffer.concat(chunks)));
}
