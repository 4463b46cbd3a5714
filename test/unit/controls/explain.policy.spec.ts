import { explain, type Explained } from '../../../src/controls/explain.policy';
import { type GapReason } from '../../../src/controls/identity.policy';
import { DEFAULT_RULES } from '../../../src/controls/rule-set.policy';

const OPEN: Explained = {
  rule: 'P2P-08',
  person: null,
  scope: 'purchase_order-E_DE.PO-1',
  acts: [
    {
      side: 'left',
      duties: ['INV-ENTER'],
      object: 'invoice-E_DE.INV-1',
      at: '2026-03-02T09:00:00.000Z',
    },
    {
      side: 'left',
      duties: ['INV-ENTER'],
      object: 'invoice-E_DE.INV-2',
      at: '2026-03-03T09:00:00.000Z',
    },
    {
      side: 'right',
      duties: ['PAY-PROPOSE'],
      object: 'payment-E_DE.PAY-1',
      at: '2026-03-04T09:00:00.000Z',
    },
  ],
  gaps: [],
};

describe('the explanation of a finding', () => {
  it('says what cannot be told, on which chain, and why it matters', () => {
    expect(explain(OPEN, DEFAULT_RULES)).toEqual([
      'Whether one person did "Process Vendor Invoices" (invoice INV-1 of E_DE, 2026-03-02, and 1 more of that side) and "Propose / Process AP Payments" (payment PAY-1 of E_DE, 2026-03-04) on the document chain of purchase-order PO-1 of E_DE cannot be told.',
      'Rule P2P-08, Process Vendor Invoices vs Process/Release Payments: Enter and pay a fraudulent or duplicate invoice.',
    ]);
  });

  it('names the person where there is one', () => {
    const [what] = explain({ ...OPEN, person: 'P-7' }, DEFAULT_RULES);
    expect(what).toMatch(/^P-7 did "Process Vendor Invoices" .* and "Propose .* of E_DE\.$/);
  });

  it.each<[GapReason, RegExp]>([
    ['unknown_account', /^Account per-1 is not mapped .*: map it/],
    ['shared_account', /^Account per-1 is shared, .* has to send initiatedBy\.$/],
    ['unknown_initiator', /^Account per-1, which started the job, .*: map it\.$/],
    ['unknown_principal', /^Account per-1, on whose behalf it was done, .*: map it\.$/],
  ])('says what would decide it: %s', (reason, sentence) => {
    const told = explain({ ...OPEN, gaps: [{ account: 'per-1', reason }] }, DEFAULT_RULES);
    expect(told[2]).toMatch(sentence);
  });
});
