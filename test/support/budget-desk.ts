import { type EventEmitter } from 'node:events';
import { transitionData, transitionEvent } from './transition-events';
import { type Agent, TestApp } from './test-app';

/** Cost center and account of the one budget of the desk. */
export const MARCH = { costCenter: 'CC1', account: '6000' };

/**
 * A service with a budget of 1,000.00 EUR for March, of which an order has committed 600.00, and those who ask it.
 */
export class BudgetDesk {
  private keys = 0;

  private constructor(
    readonly app: TestApp,
    readonly admin: Agent,
    readonly approver: Agent,
    readonly workflow: Agent,
    readonly auditor: Agent,
    private readonly erp: Agent,
  ) {}

  static async open(): Promise<BudgetDesk> {
    const app = await TestApp.start();
    const admin = await app.as('admin', ['config.manage']);
    const desk = new BudgetDesk(
      app,
      admin,
      await app.as('controller', ['approve']),
      await app.as('workflow', ['controls.check']),
      await app.as('auditor', ['ledger.read']),
      await app.as('erp-connector', ['events.append']),
    );
    await admin
      .put('/v1/sources/erp')
      .set('If-None-Match', '*')
      .send({ uri: 'https://erp.example/' })
      .expect(201);
    await desk.act('budget', 'B1', 'released', {
      ...{ amount: '1000.00', dimensions: { ...MARCH, period: '2026-03' } },
    });
    await desk.act('purchase-order', 'PO-1', 'approved', { amount: '600.00', dimensions: MARCH });
    await app.settle();
    return desk;
  }

  key(): string {
    return `key-${(this.keys += 1)}`;
  }

  /** Records a step of the tenth of March. @returns its consistency token */
  async act(
    type: string,
    id: string,
    action: string,
    of: {
      readonly amount: string;
      readonly currency?: string;
    } & Readonly<Record<string, unknown>>,
  ): Promise<string> {
    const { amount, currency = 'EUR', ...more } = of;
    const event = transitionEvent({
      ...{ id: `${id}-${action}`, source: 'https://erp.example/' },
      ...{ type: `tieout.${type}.${action}`, time: '2026-03-10T09:00:00.000Z' },
      data: {
        ...transitionData({
          ...{ object: { type, id }, transition: { action, to: action } },
          amount: { amount, currency },
        }),
        ...more,
      } as never,
    });
    const reply = await this.erp
      .post('/v1/events')
      .set('Content-Type', 'application/cloudevents+json')
      .send(JSON.stringify(event));
    expect(reply.body).toMatchObject({ result: 'recorded' });
    return reply.headers['consistency-token']!;
  }

  request(amount: string, more: object = {}): object {
    return {
      ...{ entity: 'E_DE', dimensions: MARCH, date: '2026-03-15' },
      amount: { amount, currency: 'EUR' },
      ...more,
    };
  }

  ask(body: object) {
    return this.workflow.post('/v1/checks/budget').send(body);
  }

  reserve(amount: string, idempotencyKey = this.key()) {
    return this.ask(this.request(amount, { reserveFor: 'PT1H' })).set(
      'Idempotency-Key',
      idempotencyKey,
    );
  }

  /** Resolves when so many more requests have arrived at the service. */
  requestsArrived(count: number): Promise<void> {
    const server = this.app.app.getHttpServer() as EventEmitter;
    return new Promise((resolve) => {
      let seen = 0;
      const note = (): void => {
        seen += 1;
        if (seen < count) return;
        server.off('request', note);
        resolve();
      };
      server.on('request', note);
    });
  }
}
