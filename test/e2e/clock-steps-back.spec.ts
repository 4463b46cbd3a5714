import { type Entry } from '../../src/kernel/entry';
import { TestApp } from '../support/test-app';

const entries = (app: TestApp): Entry[] =>
  Array.from(
    { length: app.runtime.log.size() },
    (_, index) => JSON.parse(Buffer.from(app.runtime.log.entryBytes(index)).toString()) as Entry,
  );

const types = (app: TestApp, from: number): string[] =>
  entries(app)
    .slice(from)
    .map(({ type }) => type);

describe('a clock that steps back', () => {
  it('is told before the first entry with an earlier time, once, with an alarm; nothing is adjusted', async () => {
    const app = await TestApp.start();
    await app.issueKey('before', ['log.read']);
    const size = app.runtime.log.size();
    app.clock.advance(-3_600_000);
    await Promise.all([1, 2, 3].map((i) => app.issueKey(`after-${i}`, ['log.read'])));
    const told = entries(app).slice(size);
    expect(told[0]).toMatchObject({
      stream: 'ledger-_.clock',
      type: 'ledger.clock-regressed',
      recordedAt: '2026-11-02T07:00:00.000Z',
      data: { from: '2026-11-02T08:00:00.000Z', to: '2026-11-02T07:00:00.000Z' },
    });
    const rest = told.slice(1);
    expect(rest.map(({ recordedAt }) => recordedAt)).toEqual(
      rest.map(() => '2026-11-02T07:00:00.000Z'),
    );
    expect(rest.filter(({ type }) => type === 'ledger.alarm-raised')).toHaveLength(1);
    expect(rest.filter(({ type }) => type === 'access.key-issued')).toHaveLength(3);
    expect(types(app, size).filter((type) => type === 'ledger.clock-regressed')).toHaveLength(1);
    await app.stop();
  });

  it('may do so by two seconds without a word', async () => {
    const app = await TestApp.start();
    await app.issueKey('before', ['log.read']);
    const size = app.runtime.log.size();
    app.clock.advance(-2_000);
    await app.issueKey('after', ['log.read']);
    expect(types(app, size)).not.toContain('ledger.clock-regressed');
    await app.stop();
  });

  it('is noticed across a restart too', async () => {
    const first = await TestApp.start();
    first.clock.advance(60_000);
    const key = await first.issueKey('admin', ['access.manage', 'log.read']);
    const size = first.runtime.log.size();
    await first.stop('keep');
    const again = await TestApp.start({}, first.dataDir);
    const reply = await again
      .withKey(key)
      .post('/v1/access/keys')
      .set('Idempotency-Key', 'next')
      .send({ client: 'next', kind: 'service', scopes: ['log.read'] });
    expect(reply.status).toBe(201);
    expect(types(again, size)[0]).toBe('ledger.clock-regressed');
    await again.stop();
  });
});
