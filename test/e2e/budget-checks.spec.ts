import { type EventEmitter } from 'node:events';
import { transitionData, transitionEvent } from '../support/transition-events';
import { type Agent, TestApp } from '../support/test-app';

const MARCH = { costCenter: 'CC1', account: '6000' };
const HOUR_MS = 3_600_000;
const CALLERS = 64;

/** Resolves when so many more requests have arrived at the service. */
function requestsAt(app: TestApp, count: number): Promise<void> {
  const server = app.app.getHttpServer() as EventEmitter;
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

describe('asking whether there is a budget', () => {
  let app: TestApp;
  let erp: Agent;
  let admin: Agent;
  let approver: Agent;
  let workflow: Agent;
  let auditor: Agent;
  let keys = 0;

  beforeEach(async () => {
    app = await TestApp.start();
    admin = await app.as('admin', ['config.manage']);
    approver = await app.as('controller', ['approve']);
    auditor = await app.as('auditor', ['ledger.read']);
    workflow = await app.as('workflow', ['controls.check']);
    erp = await app.as('erp-connector', ['events.append']);
    await admin
      .put('/v1/sources/erp')
      .set('If-None-Match', '*')
      .send({ uri: 'https://erp.example/' })
      .expect(201);
    await act('budget', 'B1', 'released', {
      ...{ amount: '1000.00', dimensions: { ...MARCH, period: '2026-03' } },
    });
    await act('purchase-order', 'PO-1', 'approved', { amount: '600.00', dimensions: MARCH });
    await app.settle();
  });
  afterEach(() => app.stop());

  const key = () => `key-${(keys += 1)}`;

  async function act(
    type: string,
    id: string,
    action: string,
    { amount, ...more }: { readonly amount: string } & Readonly<Record<string, unknown>>,
  ): Promise<string> {
    const event = transitionEvent({
      ...{ id: `${id}-${action}`, source: 'https://erp.example/' },
      ...{ type: `tieout.${type}.${action}`, time: '2026-03-10T09:00:00.000Z' },
      data: {
        ...transitionData({
          ...{ object: { type, id }, transition: { action, to: action } },
          amount: { amount, currency: 'EUR' },
        }),
        ...more,
      } as never,
    });
    const reply = await erp
      .post('/v1/events')
      .set('Content-Type', 'application/cloudevents+json')
      .send(JSON.stringify(event));
    expect(reply.body).toMatchObject({ result: 'recorded' });
    return reply.headers['consistency-token']!;
  }

  const request = (amount: string, more: object = {}) => ({
    ...{ entity: 'E_DE', dimensions: MARCH, date: '2026-03-15' },
    amount: { amount, currency: 'EUR' },
    ...more,
  });
  const ask = (body: object) => workflow.post('/v1/checks/budget').send(body);
  const reserve = (amount: string, idempotencyKey = key(), more: object = {}) =>
    ask(request(amount, { reserveFor: 'PT1H', ...more })).set('Idempotency-Key', idempotencyKey);

  it('allows what is left to the last cent and denies a cent more, with the arithmetic', async () => {
    const { body } = await ask(request('400.00')).expect(200);
    expect(body).toMatchObject({
      decision: 'allow',
      reason: 'within_budget',
      line: { entity: 'E_DE', state: 'open', dimensions: { ...MARCH, period: '2026-03' } },
      figures: {
        planned: '1000.00',
        precommitted: '0.00',
        committed: '600.00',
        actual: '0.00',
        reserved: '0.00',
        available: '400.00',
        requested: '400.00',
        after: '0.00',
        tolerance: '0.00',
      },
      arithmetic: '1000.00 - 0.00 - 600.00 - 0.00 - 0.00 = 400.00; 400.00 - 400.00 = 0.00 EUR',
      inconclusive: [],
      rule: 'default@1',
    });
    const more = await ask(request('400.01')).expect(200);
    expect(more.body).toMatchObject({
      ...{ decision: 'deny', reason: 'over_budget' },
      figures: { after: '-0.01' },
    });
  });

  it('records every answer but that of a dry run', async () => {
    const { body } = await ask(request('1.00')).expect(200);
    const dry = await ask(request('1.00', { dryRun: true })).expect(200);
    expect(dry.body).toMatchObject({ dryRun: true, decision: 'allow' });
    expect(dry.body.checkId).toBeUndefined();
    await app.settle();
    const { body: found } = await auditor.get('/v1/events?type=check.decided').expect(200);
    expect(found.items).toMatchObject([
      { data: { check: body.checkId, kind: 'budget', decision: 'allow', by: 'workflow' } },
    ]);
    await auditor.get(`/v1/events/${found.items[0].id}/proof`).expect(200);
  });

  it('counts what was written up to the token, and escalates where it cannot be read', async () => {
    const token = await act('requisition', 'R-1', 'submitted', {
      ...{ amount: '300.00', dimensions: MARCH },
    });
    const { body } = await ask(request('100.01')).set('Consistency-Token', token).expect(200);
    expect(body).toMatchObject({ decision: 'deny', figures: { precommitted: '300.00' } });
    // The requisition itself is what is asked about: its own amount does not stand against it.
    const own = await ask(
      request('300.00', { excludes: [{ type: 'requisition', id: 'R-1' }] }),
    ).expect(200);
    expect(own.body).toMatchObject({
      decision: 'allow',
      excluded: ['requisition-E_DE.R-1'],
      figures: { precommitted: '0.00', after: '100.00' },
    });
  });

  it('escalates what nobody planned, what has no rate, and denies from a closed budget', async () => {
    const unplanned = await ask({ ...request('1.00'), dimensions: { costCenter: 'CC7' } });
    expect(unplanned.body).toMatchObject({ decision: 'escalate', reason: 'no_budget' });
    const foreign = await ask({ ...request('1.00'), amount: { amount: '1.00', currency: 'USD' } });
    expect(foreign.body).toMatchObject({
      decision: 'escalate',
      inconclusive: [
        { code: 'missing_rate', detail: expect.stringContaining('USD-EUR-2026-03-15') },
      ],
    });
    expect(foreign.body.figures.requested).toBeUndefined();
    await act('budget', 'B1', 'closed', { amount: '1000.00' });
    await app.settle();
    const closed = await ask(request('1.00')).expect(200);
    expect(closed.body).toMatchObject({ decision: 'deny', reason: 'budget_closed' });
  });

  it('escalates while a figure of the line is uncertain', async () => {
    const order = { amount: { amount: '5.00', currency: 'USD' }, dimensions: MARCH };
    const event = transitionEvent({
      ...{ id: 'PO-9', source: 'https://erp.example/', type: 'tieout.purchase-order.approved' },
      ...{ time: '2026-03-10T09:00:00.000Z' },
      data: {
        ...transitionData({
          object: { type: 'purchase-order', id: 'PO-9' },
          transition: { action: 'approved', to: 'approved' },
        }),
        ...order,
      },
    });
    await erp
      .post('/v1/events')
      .set('Content-Type', 'application/cloudevents+json')
      .send(JSON.stringify(event))
      .expect(201);
    await app.settle();
    const { body } = await ask(request('1.00')).expect(200);
    expect(body).toMatchObject({
      ...{ decision: 'escalate', reason: 'within_budget' },
      inconclusive: [
        { code: 'missing_rate', detail: expect.stringContaining('USD-EUR-2026-03-10') },
      ],
    });
  });

  it('goes by the tolerance that two persons decided, for the entity before for all', async () => {
    const rule = { tolerancePercent: '5', toleranceAmount: { amount: '20.00', currency: 'EUR' } };
    await admin
      .put('/v1/controls/budget-rules/E_DE')
      .send({ ...rule, within: 'allow' })
      .expect(201);
    await app.settle();
    await ask(request('410.00')).expect(200, /"decision":"deny"/);
    await admin
      .post('/v1/controls/budget-rules/E_DE/approve')
      .set('Idempotency-Key', key())
      .expect(403);
    await approver
      .post('/v1/controls/budget-rules/E_DE/approve')
      .set('Idempotency-Key', key())
      .expect(200);
    await app.settle();
    const within = await ask(request('420.00')).expect(200);
    expect(within.body).toMatchObject({
      ...{ decision: 'allow', reason: 'within_tolerance', rule: 'budget-rule/E_DE@1' },
      figures: { after: '-20.00', tolerance: '20.00' },
    });
    await ask(request('420.01')).expect(200, /"decision":"deny"/);
    await admin.put('/v1/controls/budget-rules/_').send({ tolerancePercent: '101' }).expect(422);
  });

  it('holds an amount until its demand is recorded, and counts it once', async () => {
    const { body: held } = await reserve('250.00').expect(200);
    expect(held).toMatchObject({
      decision: 'allow',
      reservation: {
        amount: { amount: '250.00', currency: 'EUR' },
        expiresAt: '2026-11-02T09:00:00.000Z',
      },
    });
    await app.settle();
    const { body: other } = await ask(request('150.01')).expect(200);
    expect(other).toMatchObject({ decision: 'deny', figures: { reserved: '250.00' } });
    await act('requisition', 'R-1', 'submitted', {
      ...{ amount: '250.00', dimensions: MARCH, checks: [held.checkId] },
    });
    const { body: after } = await reserve('150.00').expect(200);
    expect(after).toMatchObject({
      decision: 'allow',
      figures: { precommitted: '250.00', reserved: '0.00', after: '0.00' },
    });
  });

  it('flags a demand that cites a denial, or an answer about less', async () => {
    const denied = await ask(request('401.00')).expect(200);
    const small = await ask(request('10.00')).expect(200);
    const cites = (checks: readonly string[]) => ({ amount: '50.00', dimensions: MARCH, checks });
    await act('requisition', 'R-1', 'submitted', cites([denied.body.checkId]));
    await act('requisition', 'R-2', 'submitted', cites([small.body.checkId]));
    const { body: fitting } = await ask(request('50.00')).expect(200);
    await act('requisition', 'R-3', 'submitted', cites([fitting.checkId]));
    await app.settle();
    const path = `/v1/budgets/E_DE/${fitting.line.id}/movements`;
    const { body } = await auditor.get(path).expect(200);
    const flags = body.items
      .filter(({ object }: { object: { type: string } }) => object.type === 'requisition')
      .map(({ checks }: { checks: { flag?: string }[] }) => checks.map(({ flag }) => flag));
    expect(flags).toEqual([['denied-before'], ['other-facts'], [undefined]]);
  });

  it('gives an amount back when it is released, and when its time is over', async () => {
    const { body: first } = await reserve('400.00').expect(200);
    await reserve('1.00').expect(200, /"decision":"deny"/);
    const path = `/v1/budgets/E_DE/${first.line.id}/reservations`;
    await workflow
      .post(`${path}/${first.checkId}/release`)
      .set('Idempotency-Key', key())
      .expect(200);
    await workflow.post(`${path}/nothing/release`).set('Idempotency-Key', key()).expect(404);
    const { body: second } = await reserve('400.00').expect(200);
    expect(second).toMatchObject({ decision: 'allow' });
    app.clock.advance(HOUR_MS);
    const { body: third } = await reserve('400.00').expect(200);
    expect(third).toMatchObject({ decision: 'allow', figures: { reserved: '0.00' } });
  });

  it('answers a repeat as before and holds nothing twice', async () => {
    const { body: first } = await reserve('400.00', 'same').expect(200);
    const { body: again, headers } = await reserve('400.00', 'same').expect(200);
    expect(again).toEqual(first);
    expect(headers['idempotency-replayed']).toBe('true');
    const { body: other } = await reserve('399.00', 'same').expect(409);
    expect(other).toMatchObject({ code: 'idempotency-key-reused' });
    await ask(request('1.00', { reserveFor: 'PT1H' })).expect(400, /idempotency-key-required/);
  });

  it('gives the last euro to one of sixty-four who ask at once', async () => {
    const { headers } = await reserve('399.00').expect(200);
    // All wait for one event that is still to come, so that all of them read the same figures.
    const next = `s.${Number(headers['consistency-token']!.slice(2)) + 1}`;
    const arrived = requestsAt(app, CALLERS);
    const asked = Array.from({ length: CALLERS }, () =>
      reserve('1.00')
        .set('Consistency-Token', next)
        .then(({ body }) => body as { readonly decision: string; readonly figures: object }),
    );
    await arrived;
    await act('budget', 'B2', 'released', {
      ...{ amount: '5.00', dimensions: { costCenter: 'CC2', period: '2026' } },
    });
    const replies = await Promise.all(asked);
    const decisions = replies.map(({ decision }) => decision);
    expect(decisions.filter((decision) => decision === 'allow')).toHaveLength(1);
    expect(decisions.filter((decision) => decision === 'deny')).toHaveLength(CALLERS - 1);
    await app.settle();
    const { body } = await ask(request('0.01')).expect(200);
    expect(body).toMatchObject({
      decision: 'deny',
      figures: { reserved: '400.00', available: '0.00' },
    });
  });

  it.each([
    [{ amount: { amount: '0.00', currency: 'EUR' } }, 'contract-violation'],
    [{ amount: { amount: '-1.00', currency: 'EUR' } }, 'contract-violation'],
    [{ amount: { amount: '1.0', currency: 'EUR' } }, 'money-form'],
    [{ amount: { amount: '1.00', currency: 'XXX' } }, 'money-form'],
    [{ date: '2026-02-30' }, 'time-form'],
    [{ dimensions: { costcenter: 'CC1' } }, 'unknown-field'],
    [{ reserveFor: 'PT169H' }, 'contract-violation'],
    [{ reserveFor: 'soon' }, 'contract-violation'],
  ])('refuses %j', async (wrong, code) => {
    const { body } = await ask({ ...request('1.00'), ...wrong }).set('Idempotency-Key', key());
    expect(body).toMatchObject({ code });
  });
});
