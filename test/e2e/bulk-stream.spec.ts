import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { gzipSync } from 'node:zlib';
import { transitionData, transitionEvent } from '../support/transition-events';
import { sendLines } from '../support/send-lines';
import { type Agent, TestApp } from '../support/test-app';

describe('bulk stream', () => {
  let app: TestApp;
  let ap: Agent;
  let key: string;

  beforeAll(async () => {
    app = await TestApp.start();
    const admin = await app.as('admin', ['config.manage']);
    await admin
      .put('/v1/sources/ap-hub')
      .set('If-None-Match', '*')
      .send({ uri: 'https://ap-hub.example/' })
      .expect(201);
    key = await app.issueKey('ap-connector', ['events.append']);
    ap = app.withKey(key);
  });

  afterAll(() => app.stop());

  it('streams one result a line in input order, costs a bad line only itself, and ends with the checkpoint', async () => {
    const event = (n: number) =>
      transitionEvent({
        id: `bulk-${n}`,
        data: transitionData({ object: { type: 'invoice', id: `BULK-${n}` } }),
      });
    const lines = Array.from({ length: 2_500 }, (_, n) => event(n) as object | string);
    lines[700] = '{"specversion": 1.5}';
    lines[701] = 'x'.repeat(70_000);
    const results = await sendLines(ap, lines);
    const end = results.pop();
    expect(results.map((r) => r['line'])).toEqual(lines.map((_, i) => i + 1));
    expect(results.filter((r) => r['result'] === 'recorded')).toHaveLength(2_498);
    expect(results[700]).toMatchObject({
      result: 'quarantined',
      problem: { code: 'json-number', pointer: '/specversion' },
    });
    expect(results[701]).toMatchObject({
      result: 'too-large',
      problem: { code: 'too-large', limit: 65_536 },
    });
    expect(end).toMatchObject({
      end: true,
      lines: 2_500,
      recorded: 2_498,
      quarantined: 1,
      'too-large': 1,
    });
    expect(end?.['checkpoint']).toMatch(/^tieout\.example\/acme\n\d+\n/);
    const again = await sendLines(ap, lines.slice(0, 3));
    expect(again.slice(0, 3).map((r) => r['result'])).toEqual([
      'duplicate',
      'duplicate',
      'duplicate',
    ]);
    expect(again[0]?.['leaf']).toBe(results[0]?.['leaf']);
  });

  it('takes gzip, and ends without an end line where the bytes stop being gzip', async () => {
    const lines = [1, 2, 3].map((n) => JSON.stringify(invoice(`GZ-${n}`))).join('\n');
    const whole = gzipSync(lines);
    const good = await sendBytes(whole);
    expect(good.at(-1)).toMatchObject({ end: true, lines: 3, recorded: 3 });
    const cut = await sendBytes(
      Buffer.concat([whole.subarray(0, whole.length - 12), Buffer.alloc(12, 1)]),
    );
    expect(cut.at(-1)).toMatchObject({ problem: { code: 'malformed', status: 400 } });
    expect(cut.some((line) => line['end'] === true)).toBe(false);
  });

  it('answers a line while the next is not sent yet', async () => {
    await app.app.listen(0);
    const { port } = app.app.getHttpServer().address() as AddressInfo;
    const request = httpRequest({
      port,
      method: 'POST',
      path: '/v1/events',
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/x-ndjson' },
    });
    request.write(`${JSON.stringify(invoice('LIVE-1'))}\n`);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const lines = createInterface({ input: response })[Symbol.asyncIterator]();
    expect(JSON.parse(String((await lines.next()).value))).toMatchObject({
      line: 1,
      result: 'recorded',
    });
    request.write(`\n${JSON.stringify(invoice('LIVE-2'))}\n`);
    expect(JSON.parse(String((await lines.next()).value))).toMatchObject({
      line: 3,
      result: 'recorded',
    });
    request.end();
    expect(JSON.parse(String((await lines.next()).value))).toMatchObject({
      end: true,
      lines: 2,
      recorded: 2,
    });
  });

  const invoice = (id: string) =>
    transitionEvent({ id, data: transitionData({ object: { type: 'invoice', id } }) });

  async function sendBytes(bytes: Buffer): Promise<Record<string, unknown>[]> {
    const reply = await ap
      .post('/v1/events')
      .set('Content-Type', 'application/x-ndjson')
      .set('Content-Encoding', 'gzip')
      .serialize((sent) => sent as unknown as string)
      .buffer(true)
      .parse((response, done) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => done(null, text));
      })
      .send(bytes);
    return (reply.body as string)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }
});
