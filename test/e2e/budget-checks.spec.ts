import { BudgetDesk, MARCH } from '../support/budget-desk';

describe('asking whether there is a budget', () => {
  let desk: BudgetDesk;
  beforeEach(async () => {
    desk = await BudgetDesk.open();
  });
  afterEach(() => desk.app.stop());

  it('allows what is left to the last cent and denies a cent more, with the arithmetic', async () => {
    const { body } = await desk.ask(desk.request('400.00')).expect(200);
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
    const more = await desk.ask(desk.request('400.01')).expect(200);
    expect(more.body).toMatchObject({
      ...{ decision: 'deny', reason: 'over_budget' },
      figures: { after: '-0.01' },
    });
  });

  it('records every answer but that of a dry run', async () => {
    const { body } = await desk.ask(desk.request('1.00')).expect(200);
    const dry = await desk.ask(desk.request('1.00', { dryRun: true })).expect(200);
    expect(dry.body).toMatchObject({ dryRun: true, decision: 'allow' });
    expect(dry.body.checkId).toBeUndefined();
    await desk.app.settle();
    const { body: found } = await desk.auditor.get('/v1/events?type=check.decided').expect(200);
    expect(found.items).toMatchObject([
      { data: { check: body.checkId, kind: 'budget', decision: 'allow', by: 'workflow' } },
    ]);
    await desk.auditor.get(`/v1/events/${found.items[0].id}/proof`).expect(200);
  });

  it('counts what was written up to the token, and escalates where it cannot be read', async () => {
    const token = await desk.act('requisition', 'R-1', 'submitted', {
      ...{ amount: '300.00', dimensions: MARCH },
    });
    const { body } = await desk
      .ask(desk.request('100.01'))
      .set('Consistency-Token', token)
      .expect(200);
    expect(body).toMatchObject({ decision: 'deny', figures: { precommitted: '300.00' } });
    // The requisition itself is what is asked about: its own amount does not stand against it.
    const own = await desk
      .ask(desk.request('300.00', { excludes: [{ type: 'requisition', id: 'R-1' }] }))
      .expect(200);
    expect(own.body).toMatchObject({
      decision: 'allow',
      excluded: ['requisition-E_DE.R-1'],
      figures: { precommitted: '0.00', after: '100.00' },
    });
  });

  it('escalates what nobody planned, what has no rate, and denies from a closed budget', async () => {
    const unplanned = await desk.ask({
      ...desk.request('1.00'),
      dimensions: { costCenter: 'CC7' },
    });
    expect(unplanned.body).toMatchObject({ decision: 'escalate', reason: 'no_budget' });
    const foreign = await desk.ask({
      ...desk.request('1.00'),
      amount: { amount: '1.00', currency: 'USD' },
    });
    expect(foreign.body).toMatchObject({
      decision: 'escalate',
      inconclusive: [
        { code: 'missing_rate', detail: expect.stringContaining('USD-EUR-2026-03-15') },
      ],
    });
    expect(foreign.body.figures.requested).toBeUndefined();
    await desk.act('budget', 'B1', 'closed', { amount: '1000.00' });
    await desk.app.settle();
    const closed = await desk.ask(desk.request('1.00')).expect(200);
    expect(closed.body).toMatchObject({ decision: 'deny', reason: 'budget_closed' });
  });

  it('escalates while a figure of the line is uncertain', async () => {
    await desk.act('purchase-order', 'PO-9', 'approved', {
      ...{ amount: '5.00', currency: 'USD', dimensions: MARCH },
    });
    await desk.app.settle();
    const { body } = await desk.ask(desk.request('1.00')).expect(200);
    expect(body).toMatchObject({
      ...{ decision: 'escalate', reason: 'within_budget' },
      inconclusive: [
        { code: 'missing_rate', detail: expect.stringContaining('USD-EUR-2026-03-10') },
      ],
    });
  });

  it('goes by the tolerance that two persons decided, for the entity before for all', async () => {
    const rule = { tolerancePercent: '5', toleranceAmount: { amount: '20.00', currency: 'EUR' } };
    await desk.admin
      .put('/v1/controls/budget-rules/E_DE')
      .send({ ...rule, within: 'allow' })
      .expect(201);
    await desk.app.settle();
    await desk.ask(desk.request('410.00')).expect(200, /"decision":"deny"/);
    await desk.admin
      .post('/v1/controls/budget-rules/E_DE/approve')
      .set('Idempotency-Key', desk.key())
      .expect(403);
    await desk.approver
      .post('/v1/controls/budget-rules/E_DE/approve')
      .set('Idempotency-Key', desk.key())
      .expect(200);
    await desk.app.settle();
    const within = await desk.ask(desk.request('420.00')).expect(200);
    expect(within.body).toMatchObject({
      ...{ decision: 'allow', reason: 'within_tolerance', rule: 'budget-rule/E_DE@1' },
      figures: { after: '-20.00', tolerance: '20.00' },
    });
    await desk.ask(desk.request('420.01')).expect(200, /"decision":"deny"/);
    await desk.admin
      .put('/v1/controls/budget-rules/_')
      .send({ tolerancePercent: '101' })
      .expect(422);
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
    const { body } = await desk
      .ask({ ...desk.request('1.00'), ...wrong })
      .set('Idempotency-Key', desk.key());
    expect(body).toMatchObject({ code });
  });
});
