import { BudgetLedger, moved, rated, released } from '../../support/budget-ledger';

const CC1 = { costCenter: 'CC1', account: '6000' };
const MARCH = { costCenter: 'CC1', account: '6000', period: '2026-03' };

describe('the position of a budget', () => {
  let ledger: BudgetLedger;
  beforeEach(() => {
    ledger = new BudgetLedger();
    ledger.feed(released('B1', '10000.00 EUR', MARCH));
  });
  afterEach(() => ledger.close());

  const position = () => ledger.positions()['CC1 6000 2026-03'];
  const requisition = (action: string, more: object = {}) =>
    moved({ object: 'requisition-E.R1', action, ...more });
  const order = (action: string, more: object = {}) =>
    moved({ object: 'purchase_order-E.O1', action, ...more });
  const invoice = (id: string, action: string, more: object = {}) =>
    moved({ object: `invoice-E.${id}`, action, ...more });

  it('is untouched by a draft and reserved by what is submitted', () => {
    ledger.feed(requisition('created', { to: 'draft', amount: '1000.00 EUR', dimensions: CC1 }));
    expect(position()).toBe('10000.00 - 0.00 - 0.00 - 0.00 - 0.00 = 10000.00 EUR');
    ledger.feed(requisition('submitted', { on: '2026-03-11' }));
    expect(position()).toBe('10000.00 - 1000.00 - 0.00 - 0.00 - 0.00 = 9000.00 EUR');
  });

  it('follows a demand from reservation over commitment to what is in the books', () => {
    ledger.feed(requisition('submitted', { amount: '1000.00 EUR', dimensions: CC1 }));
    ledger.feed(
      order('created', { amount: '900.00 EUR', from: ['requisition-E.R1'], on: '2026-03-11' }),
    );
    // 100.00 of the requisition is not ordered, 900.00 is an order that nobody approved.
    expect(position()).toBe('10000.00 - 1000.00 - 0.00 - 0.00 - 0.00 = 9000.00 EUR');
    ledger.feed(order('approved', { on: '2026-03-12' }));
    expect(position()).toBe('10000.00 - 100.00 - 900.00 - 0.00 - 0.00 = 9000.00 EUR');
    ledger.feed(requisition('closed', { on: '2026-03-12' }));
    ledger.feed(
      invoice('I1', 'received', {
        ...{ amount: '400.00 EUR', from: ['purchase_order-E.O1'], on: '2026-03-13' },
      }),
    );
    expect(position()).toBe('10000.00 - 0.00 - 900.00 - 0.00 - 0.00 = 9100.00 EUR');
    ledger.feed(invoice('I1', 'posted', { on: '2026-03-14' }));
    expect(position()).toBe('10000.00 - 0.00 - 500.00 - 400.00 - 0.00 = 9100.00 EUR');
  });

  it('is released by rejection, cancellation and closing', () => {
    ledger.feed(requisition('submitted', { amount: '1000.00 EUR', dimensions: CC1 }));
    ledger.feed(requisition('rejected', { on: '2026-03-11' }));
    expect(position()).toBe('10000.00 - 0.00 - 0.00 - 0.00 - 0.00 = 10000.00 EUR');
    ledger.feed(requisition('submitted', { on: '2026-03-12' }));
    ledger.feed(
      order('approved', { amount: '700.00 EUR', from: ['requisition-E.R1'], on: '2026-03-13' }),
    );
    expect(position()).toBe('10000.00 - 300.00 - 700.00 - 0.00 - 0.00 = 9000.00 EUR');
    // A cancelled order gives its part back to the requisition, which still stands.
    ledger.feed(order('cancelled', { on: '2026-03-14' }));
    expect(position()).toBe('10000.00 - 1000.00 - 0.00 - 0.00 - 0.00 = 9000.00 EUR');
    ledger.feed(requisition('cancelled', { on: '2026-03-15' }));
    expect(position()).toBe('10000.00 - 0.00 - 0.00 - 0.00 - 0.00 = 10000.00 EUR');
  });

  it('keeps what was billed when an order is closed short', () => {
    ledger.feed(order('approved', { amount: '900.00 EUR', dimensions: CC1 }));
    ledger.feed(
      invoice('I1', 'posted', {
        ...{ amount: '400.00 EUR', from: ['purchase_order-E.O1'], on: '2026-03-13' },
      }),
    );
    ledger.feed(order('closed', { on: '2026-03-20' }));
    expect(position()).toBe('10000.00 - 0.00 - 0.00 - 400.00 - 0.00 = 9600.00 EUR');
  });

  it('counts an invoice above its order in full, and says so', () => {
    ledger.feed(order('approved', { amount: '900.00 EUR', dimensions: CC1 }));
    ledger.feed(
      invoice('I1', 'posted', {
        ...{ amount: '1200.00 EUR', from: ['purchase_order-E.O1'], on: '2026-03-13' },
      }),
    );
    expect(position()).toBe('10000.00 - 0.00 - 0.00 - 1200.00 - 0.00 = 8800.00 EUR');
  });

  it('takes a credit note off, and the order is open for it again', () => {
    ledger.feed(order('approved', { amount: '900.00 EUR', dimensions: CC1 }));
    ledger.feed(
      invoice('I1', 'posted', {
        ...{ amount: '900.00 EUR', from: ['purchase_order-E.O1'], on: '2026-03-13' },
      }),
      moved({
        ...{ object: 'credit_note-E.C1', action: 'posted', amount: '200.00 EUR' },
        ...{ from: ['invoice-E.I1'], on: '2026-03-14' },
      }),
    );
    expect(position()).toBe('10000.00 - 0.00 - 200.00 - 700.00 - 0.00 = 9100.00 EUR');
    ledger.feed(order('closed', { on: '2026-03-20' }));
    expect(position()).toBe('10000.00 - 0.00 - 0.00 - 700.00 - 0.00 = 9300.00 EUR');
  });

  it('leaves credit notes to customers alone', () => {
    ledger.feed(
      moved({
        ...{ object: 'credit_note-E.C1', action: 'posted', amount: '200.00 EUR' },
        ...{ from: ['customer_invoice-E.S1'], dimensions: MARCH },
      }),
    );
    expect(position()).toBe('10000.00 - 0.00 - 0.00 - 0.00 - 0.00 = 10000.00 EUR');
  });

  it('returns to the commitment when a posted invoice is reversed, and not when payment is blocked', () => {
    ledger.feed(order('approved', { amount: '900.00 EUR', dimensions: CC1 }));
    ledger.feed(
      invoice('I1', 'posted', {
        ...{ amount: '400.00 EUR', from: ['purchase_order-E.O1'], on: '2026-03-13' },
      }),
      invoice('I1', 'blocked', { on: '2026-03-14' }),
    );
    expect(position()).toBe('10000.00 - 0.00 - 500.00 - 400.00 - 0.00 = 9100.00 EUR');
    ledger.feed(invoice('I1', 'reversed', { on: '2026-03-15' }));
    expect(position()).toBe('10000.00 - 0.00 - 900.00 - 0.00 - 0.00 = 9100.00 EUR');
  });

  it('does not take the amount of a payment, or of the archive, for that of the invoice', () => {
    ledger.feed(
      invoice('I1', 'posted', { amount: '400.00 EUR', dimensions: MARCH }),
      invoice('I1', 'paid', { amount: '150.00 EUR', on: '2026-03-20' }),
      invoice('I1', 'archived', { on: '2026-03-21' }),
    );
    expect(position()).toBe('10000.00 - 0.00 - 0.00 - 400.00 - 0.00 = 9600.00 EUR');
  });

  it('parts an invoice over several orders by their amounts', () => {
    for (const [id, amount] of [
      ['O1', '300.00 EUR'],
      ['O2', '600.00 EUR'],
    ] as const)
      ledger.feed(
        moved({
          object: `purchase_order-E.${id}`,
          action: 'approved',
          amount,
          dimensions: { ...CC1, project: id },
        }),
      );
    ledger.feed(
      invoice('I1', 'posted', {
        ...{ amount: '100.00 EUR', dimensions: { ...CC1, project: 'P' } },
        from: ['purchase_order-E.O1', 'purchase_order-E.O2'],
      }),
    );
    ledger.feed(
      released('BO1', '1000.00 EUR', { project: 'O1' }),
      released('BO2', '1000.00 EUR', { project: 'O2' }),
    );
    // 100.00 by 1 to 2: 33.33 and 66.66, and the cent that is left goes to the first.
    expect(ledger.positions()).toEqual({
      O1: '1000.00 - 0.00 - 266.66 - 0.00 - 0.00 = 733.34 EUR',
      O2: '1000.00 - 0.00 - 533.34 - 0.00 - 0.00 = 466.66 EUR',
      'CC1 6000 2026-03': '10000.00 - 0.00 - 0.00 - 100.00 - 0.00 = 9900.00 EUR',
    });
  });

  it('draws on the narrowest budget only, also when that arrives last', () => {
    ledger.feed(
      invoice('I1', 'posted', { amount: '400.00 EUR', dimensions: { ...MARCH, project: 'P1' } }),
    );
    ledger.feed(released('B2', '5000.00 EUR', { costCenter: 'CC1', period: '2026' }));
    ledger.feed(
      invoice('I2', 'posted', { amount: '30.00 EUR', dimensions: { ...CC1, period: '2026-04' } }),
    );
    ledger.feed(released('B3', '700.00 EUR', { project: 'P1' }));
    expect(ledger.positions()).toEqual({
      P1: '700.00 - 0.00 - 0.00 - 400.00 - 0.00 = 300.00 EUR',
      'CC1 2026': '5000.00 - 0.00 - 0.00 - 30.00 - 0.00 = 4970.00 EUR',
      'CC1 6000 2026-03': '10000.00 - 0.00 - 0.00 - 0.00 - 0.00 = 10000.00 EUR',
    });
  });

  it('shows what nobody planned as a line of its own, which a budget later takes over', () => {
    ledger.feed(
      invoice('I1', 'posted', { amount: '400.00 EUR', dimensions: { costCenter: 'CC9' } }),
    );
    expect(ledger.positions()['CC9 2026-03']).toBe(
      '0.00 - 0.00 - 0.00 - 400.00 - 0.00 = -400.00 EUR',
    );
    ledger.feed(released('B9', '1000.00 EUR', { costCenter: 'CC9', period: '2026' }));
    expect(ledger.positions()).toEqual({
      'CC1 6000 2026-03': '10000.00 - 0.00 - 0.00 - 0.00 - 0.00 = 10000.00 EUR',
      'CC9 2026': '1000.00 - 0.00 - 0.00 - 400.00 - 0.00 = 600.00 EUR',
    });
    // A budget that is for something else from now on leaves the spending without one.
    ledger.feed(
      moved({
        ...{ object: 'budget-E.B9', action: 'changed', to: 'released', on: '2026-03-30' },
        dimensions: { costCenter: 'CC8' },
      }),
    );
    expect(ledger.positions()).toMatchObject({
      'CC8 2026': '1000.00 - 0.00 - 0.00 - 0.00 - 0.00 = 1000.00 EUR',
      'CC9 2026-03': '0.00 - 0.00 - 0.00 - 400.00 - 0.00 = -400.00 EUR',
    });
  });

  it('adds transfers and supplements to a budget, and counts drafts of one not at all', () => {
    ledger.feed(
      moved({
        object: 'budget-E.B1',
        action: 'transferred',
        to: 'released',
        amount: '-2500.00 EUR',
        on: '2026-02-01',
      }),
      moved({
        object: 'budget-E.B1',
        action: 'supplemented',
        to: 'released',
        amount: '100.00 EUR',
        on: '2026-02-02',
      }),
      moved({
        object: 'budget-E.B2',
        action: 'created',
        to: 'draft',
        amount: '7.00 EUR',
        dimensions: MARCH,
      }),
    );
    expect(position()).toBe('7600.00 - 0.00 - 0.00 - 0.00 - 0.00 = 7600.00 EUR');
  });

  it('converts by the rate of the day, waits for it, and takes its correction', () => {
    ledger.feed(
      moved({
        object: 'purchase_order-E.O1',
        action: 'approved',
        amount: '1000.00 USD',
        dimensions: CC1,
      }),
    );
    expect(position()).toBe('10000.00 - 0.00 - 0.00 - 0.00 - 0.00 = 10000.00 EUR');
    expect(ledger.dump()['budget_line']).toMatchObject([{ gaps: 1n }]);
    ledger.feed(...rated('USD-EUR-2026-03-09', '0.5'));
    expect(ledger.dump()['budget_line']).toMatchObject([{ gaps: 1n }]);
    ledger.feed(...rated('USD-EUR-2026-03-10', '0.92505'));
    expect(position()).toBe('10000.00 - 0.00 - 925.05 - 0.00 - 0.00 = 9074.95 EUR');
    expect(ledger.dump()['budget_line']).toMatchObject([{ gaps: 0n }]);
  });

  it('leaves the posting of a document alone, and counts a posting of its own', () => {
    ledger.feed(
      invoice('I1', 'posted', { amount: '400.00 EUR', dimensions: MARCH }),
      moved({
        ...{
          object: 'journal_entry-E.J1',
          action: 'posted',
          amount: '400.00 EUR',
          dimensions: MARCH,
        },
        more: { related: [{ type: 'invoice', id: 'I1', role: 'posts' }] },
      }),
      moved({
        object: 'journal_entry-E.J2',
        action: 'posted',
        amount: '-50.00 EUR',
        dimensions: MARCH,
      }),
    );
    expect(position()).toBe('10000.00 - 0.00 - 0.00 - 350.00 - 0.00 = 9650.00 EUR');
  });

  it('goes on past a document that no stream can be named after', () => {
    const related = [{ type: 'purchase-order', id: '\u{10FFFD}'.repeat(32), role: 'order' }];
    const dimensions = MARCH;
    ledger.feed(
      moved({
        ...{ object: 'invoice-E.I1', action: 'posted', amount: '400.00 EUR', dimensions },
        more: { related },
      }),
    );
    expect(position()).toContain(' - 400.00 - 0.00 = 9600.00 EUR');
  });

  it('says that a budget in two currencies is not certain', () => {
    ledger.feed(
      moved({
        ...{ object: 'budget-E.B1', action: 'supplemented', to: 'released', on: '2026-02-01' },
        amount: '5.00 USD',
      }),
    );
    expect(position()).toContain('10000.00 - ');
    expect(ledger.dump()['budget_line']).toMatchObject([{ gaps: 1n }]);
  });
});
