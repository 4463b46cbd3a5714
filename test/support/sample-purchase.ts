import { canonicalBytes } from '../../src/kernel/canonical-json';
import { type TransitionData } from '../../src/kernel/entry';
import { hex, sha256 } from '../../src/kernel/hash';
import { type JsonObject } from '../../src/kernel/json';
import { parseStreamName } from '../../src/kernel/stream-name';
import { type SampleEvent } from './sample-log';

/** Pseudonyms of the sample: who created and approved the order is one account. */
export const BUYER = 'per-3f91a0c2d4e6';
export const CLERK = 'per-77b1c09a51de';
export const CONTROLLER = 'per-c4d2e8f01b33';
export const BANK = 'svc-0aa1b2c3d4e5';

export const SALT = sha256('sample salt');
export const REASON = 'Urgent replacement for line 4 \u202e evil \u{1F600} Zoë Łukasz';

export function commitment(path: string, salt: Uint8Array, value: string): string {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Buffer.byteLength(path));
  return hex(
    sha256('tieout/commit/v1', Uint8Array.of(0), length, path, salt, canonicalBytes(value)),
  );
}

export type Step = readonly [
  stream: string,
  action: string,
  at: string,
  rest?: Partial<TransitionData> & { by?: string; extra?: JsonObject },
];

const gross = { amount: '118400.00', currency: 'EUR' };
/** A purchase with planted problems: self-approved order, no goods receipt, payment without approval. */
export const STEPS: readonly Step[] = [
  [
    'requisition-E_DE.PR-2041',
    'created',
    '2026-01-05T08:12:40.120Z',
    { amount: gross, dimensions: { costCenter: 'CC-4100', period: '2026-01' } },
  ],
  ['requisition-E_DE.PR-2041', 'submitted', '2026-01-05T08:20:02.000Z'],
  [
    'requisition-E_DE.PR-2041',
    'approved',
    '2026-01-05T11:47:31.000Z',
    { by: CONTROLLER, amount: gross },
  ],
  [
    'purchase_order-E_DE.PO-7719',
    'created',
    '2026-01-06T09:01:10.500Z',
    {
      amount: gross,
      version: '1',
      related: [
        { type: 'requisition', id: 'PR-2041', role: 'requisition' },
        { type: 'supplier', id: 'V-330', role: 'supplier' },
      ],
      dimensions: { costCenter: 'CC-4100', supplier: 'V-330' },
    },
  ],
  [
    'purchase_order-E_DE.PO-7719',
    'approved',
    '2026-01-06T09:03:44.000Z',
    { amount: gross, version: '1' },
  ],
  [
    'purchase_order-E_DE.PO-7719',
    'changed',
    '2026-01-06T15:30:00.000Z',
    { amount: { amount: '121950.00', currency: 'EUR' }, version: '2' },
  ],
  ['purchase_order-E_DE.PO-7719', 'issued', '2026-01-07T07:00:00.000Z', { by: 'svc-0aa1b2c3d4e5' }],
  [
    'invoice-E_DE.INV-1001',
    'received',
    '2026-01-19T10:40:11.000Z',
    {
      by: CLERK,
      amount: { amount: '121950.00', currency: 'EUR' },
      related: [{ type: 'purchase-order', id: 'PO-7719', role: 'order' }],
      dimensions: { supplier: 'V-330', taxCode: 'V19' },
    },
  ],
  [
    'invoice-E_DE.INV-1001',
    'approved',
    '2026-01-20T13:05:00.000Z',
    { by: CONTROLLER, amount: { amount: '121950.00', currency: 'EUR' } },
  ],
  ['invoice-E_DE.INV-1001', 'posted', '2026-01-20T16:10:59.000Z', { by: CLERK }],
  [
    'payment-E_DE.PAY-2026-0093',
    'initiated',
    '2026-01-26T06:30:00.000Z',
    {
      by: CLERK,
      amount: { amount: '121950.00', currency: 'EUR' },
      related: [{ type: 'invoice', id: 'INV-1001', role: 'settles' }],
    },
  ],
  ['payment-E_DE.PAY-2026-0093', 'transmitted', '2026-01-26T06:31:00.000Z', { by: BANK }],
  ['payment-E_DE.PAY-2026-0093', 'paid', '2026-01-27T05:02:17.000Z', { by: BANK }],
];

/** The steps as events of a log. */
export function purchaseEvents(steps: readonly Step[] = STEPS): SampleEvent[] {
  return steps.map(([stream, action, occurredAt, rest = {}]) => {
    const { by = BUYER, ...data } = rest;
    const { objectType } = parseStreamName(stream);
    const isSystem = by.startsWith('svc');
    return {
      stream,
      type: `${objectType}.${action}`,
      occurredAt,
      recordedAt: occurredAt.replace(/\.\d+Z/, '.902Z'),
      actor: {
        id: by,
        kind: isSystem ? 'service' : 'person',
        ...(action === 'approved' ? { role: 'approver' } : {}),
      },
      source: {
        system: isSystem ? 'bank-gate' : 'erp-de',
        id: `${stream}#${action}`,
        document: stream.split('.')[1]!,
      },
      data: {
        transition: { action, to: action === 'changed' ? 'approved' : action },
        ...data,
      } as unknown as JsonObject,
      ...extrasOf(action),
    };
  });
}

function extrasOf(action: string): Partial<SampleEvent> {
  if (action === 'changed') {
    return { commitments: { '/data/reason': commitment('/data/reason', SALT, REASON) } };
  }
  if (action !== 'posted') return {};
  return {
    rules: [{ id: 'THREE-WAY-MATCH', version: 3, outcome: 'fail' }],
    overrides: [{ rule: 'THREE-WAY-MATCH', reason: 'RECEIPT-PENDING', approver: CONTROLLER }],
  };
}
