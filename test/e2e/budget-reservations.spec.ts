import { BudgetDesk, MARCH } from '../support/budget-desk';

const HOUR_MS = 3_600_000;
const CALLERS = 64;

describe('holding an amount of a budget', () => {
  let desk: BudgetDesk;
  beforeEach(async () => {
    desk = await BudgetDesk.open();
  });
  afterEach(() => desk.app.stop());

  it('holds an amount until its demand is recorded, and counts it once', async () => {
    const { body: held } = await desk.reserve('250.00').expect(200);
    expect(held).toMatchObject({
      decision: 'allow',
      reservation: {
        amount: { amount: '250.00', currency: 'EUR' },
        expiresAt: '2026-11-02T09:00:00.000Z',
      },
    });
    await desk.app.settle();
    const { body: other } = await desk.ask(desk.request('150.01')).expect(200);
    expect(other).toMatchObject({ decision: 'deny', figures: { reserved: '250.00' } });
    await desk.act('requisition', 'R-1', 'submitted', {
      ...{ amount: '250.00', dimensions: MARCH, checks: [held.checkId] },
    });
    const { body: after } = await desk.reserve('150.00').expect(200);
    expect(after).toMatchObject({
      decision: 'allow',
      figures: { precommitted: '250.00', reserved: '0.00', after: '0.00' },
    });
  });

  it('flags a demand that cites a denial, or an answer about less', async () => {
    const denied = await desk.ask(desk.request('401.00')).expect(200);
    const small = await desk.ask(desk.request('10.00')).expect(200);
    const cites = (checks: readonly string[]) => ({ amount: '50.00', dimensions: MARCH, checks });
    await desk.act('requisition', 'R-1', 'submitted', cites([denied.body.checkId]));
    await desk.act('requisition', 'R-2', 'submitted', cites([small.body.checkId]));
    const { body: fitting } = await desk.ask(desk.request('50.00')).expect(200);
    await desk.act('requisition', 'R-3', 'submitted', cites([fitting.checkId]));
    await desk.app.settle();
    const path = `/v1/budgets/E_DE/${fitting.line.id}/movements`;
    const { body } = await desk.auditor.get(path).expect(200);
    const flags = body.items
      .filter(({ object }: { object: { type: string } }) => object.type === 'requisition')
      .map(({ checks }: { checks: { flag?: string }[] }) => checks.map(({ flag }) => flag));
    expect(flags).toEqual([['denied-before'], ['other-facts'], [undefined]]);
  });

  it('gives an amount back when it is released, and when its time is over', async () => {
    const { body: first } = await desk.reserve('400.00').expect(200);
    await desk.reserve('1.00').expect(200, /"decision":"deny"/);
    const path = `/v1/budgets/E_DE/${first.line.id}/reservations`;
    await desk.workflow
      .post(`${path}/${first.checkId}/release`)
      .set('Idempotency-Key', desk.key())
      .expect(200);
    await desk.workflow
      .post(`${path}/nothing/release`)
      .set('Idempotency-Key', desk.key())
      .expect(404);
    const { body: second } = await desk.reserve('400.00').expect(200);
    expect(second).toMatchObject({ decision: 'allow' });
    desk.app.clock.advance(HOUR_MS);
    const { body: third } = await desk.reserve('400.00').expect(200);
    expect(third).toMatchObject({ decision: 'allow', figures: { reserved: '0.00' } });
  });

  it('answers a repeat as before and holds nothing twice', async () => {
    const { body: first } = await desk.reserve('400.00', 'same').expect(200);
    const { body: again, headers } = await desk.reserve('400.00', 'same').expect(200);
    expect(again).toEqual(first);
    expect(headers['idempotency-replayed']).toBe('true');
    const { body: other } = await desk.reserve('399.00', 'same').expect(409);
    expect(other).toMatchObject({ code: 'idempotency-key-reused' });
    await desk
      .ask(desk.request('1.00', { reserveFor: 'PT1H' }))
      .expect(400, /idempotency-key-required/);
  });

  it('gives the last euro to one of sixty-four who ask at once', async () => {
    const { headers } = await desk.reserve('399.00').expect(200);
    // All wait for one event that is still to come, so that all of them read the same figures.
    const next = `s.${Number(headers['consistency-token']!.slice(2)) + 1}`;
    const arrived = desk.requestsArrived(CALLERS);
    const asked = Array.from({ length: CALLERS }, () =>
      desk
        .reserve('1.00')
        .set('Consistency-Token', next)
        .then(({ body }) => body as { readonly decision: string; readonly figures: object }),
    );
    await arrived;
    await desk.act('budget', 'B2', 'released', {
      ...{ amount: '5.00', dimensions: { costCenter: 'CC2', period: '2026' } },
    });
    const replies = await Promise.all(asked);
    const decisions = replies.map(({ decision }) => decision);
    expect(decisions.filter((decision) => decision === 'allow')).toHaveLength(1);
    expect(decisions.filter((decision) => decision === 'deny')).toHaveLength(CALLERS - 1);
    await desk.app.settle();
    const { body } = await desk.ask(desk.request('0.01')).expect(200);
    expect(body).toMatchObject({
      decision: 'deny',
      figures: { reserved: '400.00', available: '0.00' },
    });
  });
});
