import { camtXml, type EntrySpec } from './camt-file';
import { type Agent, TestApp } from './test-app';
import { transitionData, transitionEvent } from './transition-events';

export type Body = Readonly<Record<string, unknown>>;

/** A preparer at work: an application, a treasury that reports payments, and the calls of a close. */
export class ReconDesk {
  private keys = 0;

  private constructor(
    readonly app: TestApp,
    readonly preparer: Agent,
    private readonly treasury: Agent,
    private readonly admin: Agent,
  ) {}

  static async open(env: Readonly<Record<string, string>> = {}): Promise<ReconDesk> {
    const app = await TestApp.start(env);
    const admin = await app.as('admin', ['config.manage']);
    await admin
      .put('/v1/sources/treasury')
      .set('If-None-Match', '*')
      .send({ uri: 'https://treasury.example/' })
      .expect(201);
    const preparer = await app.as('preparer', ['recon.work', 'ledger.read']);
    return new ReconDesk(app, preparer, await app.as('treasury', ['events.append']), admin);
  }

  close(): Promise<void> {
    return this.app.stop();
  }

  /** The treasury reports a payment as paid. */
  async pay(id: string, amount: string, endToEndId = id, what = 'paid'): Promise<void> {
    const data = transitionData({
      object: { type: 'payment', id },
      transition: { action: 'paid', to: 'paid' },
      amount: { amount, currency: 'EUR' },
      dimensions: { bankAccount: 'DE02120300000000202051', endToEndId },
    });
    const source = 'https://treasury.example/';
    const time = '2026-11-01T08:00:00.000Z';
    const event = transitionEvent({
      id: `${id}-${what}`,
      source,
      type: 'tieout.payment.paid',
      time,
      data,
    });
    await this.treasury
      .post('/v1/events')
      .set('Content-Type', 'application/cloudevents+json')
      .send(JSON.stringify(event))
      .expect(201);
  }

  /** Registers a system, whose events the treasury's client brings. */
  async source(name: string): Promise<void> {
    await this.admin
      .put(`/v1/sources/${name}`)
      .set('If-None-Match', '*')
      .send({ uri: `https://${name}.example/` })
      .expect(201);
  }

  /** Records events, 500 a request. */
  async send(events: readonly object[]): Promise<void> {
    for (let at = 0; at < events.length; at += 500) {
      const reply = await this.treasury
        .post('/v1/events')
        .set('Content-Type', 'application/cloudevents-batch+json')
        .send(JSON.stringify(events.slice(at, at + 500)));
      const results = reply.body as readonly { readonly result: string }[];
      expect(results.find(({ result }) => result !== 'recorded')).toBeUndefined();
    }
  }

  upload(text: string | Buffer, query = 'source=bank&entity=E_DE', key = this.key()) {
    return this.preparer
      .post(`/v1/recon/imports?${query}`)
      .set('Idempotency-Key', key)
      .set('Content-Type', 'application/xml')
      .send(text);
  }

  run(mode: 'commit' | 'dry-run', cutoff = '2026-12-31', definition = 'bank') {
    return this.post('runs', { definition, cutoff, mode });
  }

  post(path: string, body: object, key = this.key()) {
    return this.preparer.post(`/v1/recon/${path}`).set('Idempotency-Key', key).send(body);
  }

  /** What everything recorded so far comes to. */
  async get(path: string): Promise<Body> {
    await this.app.settle();
    const reply = await this.preparer.get(path);
    expect(reply.status).toBe(200);
    return reply.body as Body;
  }

  private key(): string {
    this.keys += 1;
    return `key-${this.keys}`;
  }
}

/** A statement of money going out on 3 November 2026, which ties out. */
export const statementOf = (id: string, ...entries: readonly EntrySpec[]): string =>
  camtXml({
    statements: [
      {
        id,
        entries: entries.map((e) => ({ date: '2026-11-03', direction: 'DBIT' as const, ...e })),
      },
    ],
  });
