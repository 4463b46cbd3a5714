import { explain, type Explained } from '../../../src/controls/explain.policy';
import { type GapReason } from '../../../src/controls/identity.policy';
import { DEFAULT_RULES } from '../../../src/controls/rule-set.policy';

const OPEN: Explained = {
  rule: 'P2P-08',
  person: null,
  kind: 'lineage',
  scope: 'purchase_order-E_DE.PO-1',
  reasons: ['unresolved_actor'],
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

  it('says about which vendor a relation is', () => {
    const about = {
      ...OPEN,
      kind: 'relation' as const,
      rule: 'P2P-01',
      person: 'P-7',
      scope: 'vendor:supplier-E_DE.S-1',
    };
    expect(explain(about, DEFAULT_RULES)[0]).toMatch(/about supplier S-1 of E_DE\.$/);
  });

  it('says of a rule without two sides who did what, and what is wrong with it', () => {
    const released: Explained = {
      rule: 'DOA-02',
      person: null,
      kind: 'object',
      scope: 'payment-E_DE.PAY-1',
      reasons: ['distinct=1'],
      acts: [
        {
          side: 'right',
          duties: ['PAY-EXEC'],
          object: 'payment-E_DE.PAY-1',
          at: '2026-03-04T09:00:00.000Z',
        },
      ],
      gaps: [],
    };
    expect(explain(released, DEFAULT_RULES)[0]).toBe(
      'Nobody who can be named: "Transmit Payment to Bank" (payment PAY-1 of E_DE, 2026-03-04). So many independent persons approved it, and more are needed (1).',
    );
  });

  it('knows a sentence for every reason that a rule gives', () => {
    const given = DEFAULT_RULES.set.rules.flatMap((rule) => {
      const { reasons = [] } = ('config' in rule ? rule.config : {}) as { reasons?: string[] };
      return reasons.map((reason) => [rule.id, reason] as const);
    });
    expect(given.length).toBeGreaterThan(10);
    for (const [rule, reason] of given) {
      const [what] = explain({ ...OPEN, rule, kind: 'object', reasons: [reason] }, DEFAULT_RULES);
      expect(what).not.toContain(reason);
    }
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
