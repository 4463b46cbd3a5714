import { createHash } from 'node:crypto';
import { type Agent, TestApp } from '../support/test-app';

describe('the log', () => {
  let app: TestApp;
  let reader: Agent;
  beforeAll(async () => {
    app = await TestApp.start();
    reader = await app.as('verifier', ['log.read', 'ledger.read']);
  });
  afterAll(() => app.stop());

  const lines = (text: string): string[] => text.split('\n').slice(0, -1);

  it('begins with its own founding: origin, keys, scheme names', async () => {
    const reply = await reader.get('/v1/log/entries/0').buffer(true).parse(bytes);
    const entry = JSON.parse((reply.body as Buffer).toString('utf8')) as {
      type: string;
      data: object;
    };
    expect(entry).toMatchObject({
      type: 'ledger.created',
      data: { origin: 'tieout.example/acme', hash: 'sha-256' },
    });
  });

  it('gives entries byte for byte: SHA-256 of 0x00 and the bytes is the leaf', async () => {
    const reply = await reader.get('/v1/log/entries/1').buffer(true).parse(bytes);
    const leaf = createHash('sha256')
      .update(Buffer.from([0]))
      .update(reply.body as Buffer)
      .digest('hex');
    expect(reply.headers['tieout-leaf']).toBe(leaf);
  });

  it('proves every entry under the checkpoint of the same size', async () => {
    const checkpoint = lines((await reader.get('/v1/log/checkpoint')).text);
    const [origin, size, root] = checkpoint;
    expect(origin).toBe('tieout.example/acme');
    const reply = await reader.get('/v1/log/entries?include=proof').buffer(true).parse(bytes);
    const entries = lines((reply.body as Buffer).toString('utf8')).map(
      (line) => JSON.parse(line) as Proved,
    );
    expect(entries).toHaveLength(Number(size));
    for (const entry of entries) expect(rootOf(entry).toString('base64')).toBe(root);
  });

  it('pages through entries with a link to the next', async () => {
    const reply = await reader.get('/v1/log/entries?from=0&limit=1');
    expect(reply.headers['link']).toBe('</v1/log/entries?from=1&limit=1>; rel="next"');
    expect(reply.headers['tieout-log-size']).toMatch(/^\d+$/);
  });

  it('proves that it grew and did not change', async () => {
    const before = Number(lines((await reader.get('/v1/log/checkpoint')).text)[1]);
    await app.as('another', ['ledger.read']);
    const reply = await reader.get(`/v1/log/consistency-proof?from=${before}`);
    expect(reply.body).toMatchObject({ from: { size: before } });
    const { to, hashes } = reply.body as {
      to: { size: number; checkpoint: string };
      hashes: string[];
    };
    expect(to.size).toBeGreaterThan(before);
    expect(to.checkpoint).toContain(`tieout.example/acme\n${to.size}\n`);
    expect(hashes.every((hash) => /^[0-9a-f]{64}$/.test(hash))).toBe(true);
  });

  it.each([
    ['from=0', 'range-invalid', 422],
    ['from=2&to=1', 'range-invalid', 422],
    ['from=1&to=99999', 'range-invalid', 422],
    ['from=-1', 'malformed', 400],
    ['from=1&too=2', 'parameter-unknown', 400],
  ])('refuses the range %s with %s', async (query, code, status) => {
    const reply = await reader.get(`/v1/log/consistency-proof?${query}`);
    expect(reply.status).toBe(status);
    expect(reply.body).toMatchObject({ code });
  });

  it('shows its key, as JSON and as a policy file', async () => {
    const json = await reader.get('/v1/log/keys');
    const [key] = (json.body as { keys: { vkey: string }[] }).keys;
    expect(key?.vkey).toMatch(/^tieout\.example\/acme\+[0-9a-f]{8}\+/);
    const text = await reader.get('/v1/log/keys').set('Accept', 'text/plain');
    expect(text.text).toBe(`log ${key?.vkey}\nquorum none\n`);
  });

  it('keeps entries from a caller without log.read', async () => {
    const other = await app.as('integration', ['events.append']);
    const reply = await other.get('/v1/log/entries/0');
    expect(reply.body).toMatchObject({ code: 'scope-missing', scope: 'log.read' });
  });

  it('shows the checkpoint to anybody only where the operator says so', async () => {
    expect((await app.http.get('/v1/log/checkpoint')).status).toBe(401);
    const open = await TestApp.start({ TIEOUT_LOG_PUBLIC: 'yes' });
    expect((await open.http.get('/v1/log/checkpoint')).status).toBe(200);
    await open.stop();
  });
});

interface Proved {
  readonly index: number;
  readonly size: number;
  readonly leaf: string;
  readonly hashes: readonly string[];
}

/** RFC 9162 2.1.3.2, written again for the test. */
function rootOf({ index, size, leaf, hashes }: Proved): Buffer {
  let fn = index;
  let sn = size - 1;
  let r: Buffer = Buffer.from(leaf, 'hex');
  for (const hash of hashes) {
    const p = Buffer.from(hash, 'hex');
    if (fn % 2 === 1 || fn === sn) {
      r = node(p, r);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn >> 1, sn >> 1];
    } else r = node(r, p);
    [fn, sn] = [fn >> 1, sn >> 1];
  }
  expect(sn).toBe(0);
  return r;
}

const node = (left: Buffer, right: Buffer): Buffer =>
  createHash('sha256')
    .update(Buffer.from([1]))
    .update(left)
    .update(right)
    .digest();

/** The body as it came, for superagent's `parse`. */
function bytes(response: unknown, done: (error: Error | null, body: unknown) => void): void {
  const chunks: Buffer[] = [];
  const stream = response as NodeJS.ReadableStream;
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('end', () => done(null, Buffer.concat(chunks)));
}
