import { type Json } from '../../src/kernel/json';

type Members = Readonly<Record<string, Json>>;

/** The data of a valid transition; `more` replaces or adds members. */
export function transitionData(more: Members = {}): Record<string, Json> {
  return {
    entity: 'E_DE',
    object: { type: 'invoice', id: 'INV-1001' },
    transition: { action: 'received', to: 'received' },
    actor: { account: 'kmeier', kind: 'person' },
    amount: { amount: '1190.00', currency: 'EUR' },
    ...more,
  };
}

/** A valid structured CloudEvent of one transition; `more` replaces or adds attributes. */
export function transitionEvent(more: Members = {}): Record<string, Json> {
  return {
    specversion: '1.0',
    id: 'evt-1',
    source: 'https://ap-hub.example/',
    type: 'tieout.invoice.received',
    time: '2026-01-05T09:12:00.000Z',
    data: transitionData(),
    ...more,
  };
}

/** The worked example of the API reference: every kind of member that an event may have. */
export function fullEvent(): Record<string, Json> {
  return {
    specversion: '1.0',
    id: 'PAY-2026-0093-CONF',
    source: 'https://treasury.example/eu',
    type: 'tieout.invoice.paid',
    subject: 'invoice/E_DE/INV-1001',
    time: '2026-01-08T07:30:12.000Z',
    datacontenttype: 'application/json',
    correlationid: 'p2p-2026-000417',
    causationid: '019b8dbe-f260-7000-8000-000000000003',
    expectedrevision: '2',
    data: {
      entity: 'E_DE',
      object: { type: 'invoice', id: 'INV-1001' },
      transition: { action: 'paid', from: 'posted', to: 'paid' },
      actor: { account: 'kmeier', kind: 'person', onBehalfOf: { account: 'aschmidt' } },
      sourceDocument: { id: 'PAY-2026-0093' },
      amount: { amount: '1190.00', currency: 'EUR' },
      dimensions: { costCenter: 'CC-4100', account: '160000', period: '2026-01' },
      related: [{ type: 'payment', id: 'PAY-2026-0093', role: 'settles' }],
      controls: [{ rule: 'DUAL-RELEASE', version: 3, outcome: 'pass' }],
      attempt: 1,
      attachments: [
        {
          name: 'remittance.pdf',
          sha256: 'b18789105b664cc896d0cd30e3805705d46a72e1728da67a64973addaddbf18d',
          mediaType: 'application/pdf',
          bytes: 18234,
        },
      ],
      personal: { payeeIban: 'DE75512108001245126199' },
    },
  };
}
