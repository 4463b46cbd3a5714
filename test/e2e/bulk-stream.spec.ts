import { transitionData, transitionEvent } from '../support/transition-events';
import { sendLines } from '../support/send-lines';
import { type Agent, TestApp } from '../support/test-app';

describe('bulk stream', () => {
  let app: TestApp;
  let ap: Agent;

  beforeAll(async () => {
    app = await TestApp.start();
    const admin = await app.as('admin', ['config.manage']);
    await admin
      .put('/v1/sources/ap-hub')
      .set('If-None-Match', '*')
      .send({ uri: 'https://ap-hub.example/' })
      .expect(201);
    ap = await app.as('ap-connector', ['events.append']);
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
});
