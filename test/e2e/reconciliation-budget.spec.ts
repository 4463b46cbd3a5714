import { ReconDesk } from '../support/recon-desk';
import { transitionData, transitionEvent } from '../support/transition-events';

describe('budget, commitments and actuals', () => {
  let desk: ReconDesk;
  let events = 0;

  beforeAll(async () => {
    desk = await ReconDesk.open();
    await desk.source('hub');
    const march = { costCenter: 'CC1', account: '6000', period: '2026-03' };
    const small = { costCenter: 'CC2', account: '6000', period: '2026-03' };
    await desk.send([
      act('budget', 'B1', 'released', '10000.00', march),
      act('budget', 'B2', 'released', '500.00', small),
      act('purchase-order', 'PO-1', 'approved', '900.00', march),
      act('invoice', 'INV-1', 'posted', '600.00', march, 'PO-1'),
      // More than the budget has.
      act('purchase-order', 'PO-2', 'approved', '700.00', small),
      // Nobody planned for it.
      act('invoice', 'INV-2', 'posted', '80.00', { ...march, costCenter: 'CC9' }),
      // Booked in April, and counted in March.
      act('invoice', 'INV-3', 'posted', '40.00', march, undefined, '04'),
    ]);
  });
  afterAll(() => desk.close());

  function act(
    type: string,
    id: string,
    action: string,
    amount: string,
    dimensions: Readonly<Record<string, string>>,
    order?: string,
    month = '03',
  ): object {
    return transitionEvent({
      id: `b-${(events += 1)}`,
      source: 'https://hub.example/',
      type: `tieout.${type}.${action}`,
      time: `2026-${month}-10T09:00:00.000Z`,
      data: transitionData({
        object: { type, id },
        transition: { action, to: action },
        amount: { amount, currency: 'EUR' },
        dimensions,
        ...(order === undefined
          ? {}
          : { related: [{ type: 'purchase-order', id: order, role: 'order' }] }),
      }),
    });
  }

  it('reports what is overspent, unplanned and booked elsewhere, and that every line adds up', async () => {
    const reply = await desk.run('commit', '2026-04-30', 'budget');
    expect([reply.status, reply.body]).toMatchObject([
      202,
      {
        result: {
          status: 'differs',
          breaks: { OVER_ALLOCATED: 1, MISCODING: 1, CUTOFF: 1 },
          identities: { checked: 3, failed: 0 },
        },
      },
    ]);
    const { items } = await desk.get('/v1/recon/breaks?definition=budget');
    const told = (items as { type: string; explanation: string }[])
      .map(({ type, explanation }) => `${type}: ${explanation}`)
      .sort();
    expect(told).toEqual([
      'CUTOFF: CC1 / 6000 / 2026-03: booked in 2026-04 INV-3, and counted in 2026-03: EUR 40.00.',
      'MISCODING: CC9 / 6000 / 2026-03: committed and actual EUR 80.00 without a budget.',
      'OVER_ALLOCATED: CC2 / 6000 / 2026-03: committed and actual EUR 700.00, more than the budget of 500.00.',
    ]);
    const { items: identities } = await desk.get('/v1/recon/identities?definition=budget');
    expect(identities).toContainEqual(
      expect.objectContaining({
        id: 'identity/available/E_DE CC1 6000  2026-03/EUR',
        holds: true,
        terms: [
          { name: 'budget', value: '10000.00' },
          { name: 'requested', value: '0.00' },
          { name: 'committed', value: '300.00' },
          { name: 'actual', value: '640.00' },
          { name: 'available', value: '9060.00' },
        ],
      }),
    );
  });
});
