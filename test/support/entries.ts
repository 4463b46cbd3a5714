import { type Entry } from '../../src/kernel/entry';

/** A valid entry: an invoice approved by a person. A test states only what matters to it. */
export function anEntry(changes: Partial<Entry> = {}): Entry {
  return {
    v: 1,
    stream: 'invoice-E_DE.INV-1001',
    revision: 0,
    id: '1f0e3dad-9990-5f38-8e15-2b5e0a1f2d3c',
    type: 'invoice.approved',
    contract: 1,
    occurredAt: '2026-01-05T10:40:11.000Z',
    recordedAt: '2026-01-05T10:40:11.902Z',
    actor: { id: 'per-9b52d3aa0c11', kind: 'person' },
    source: { system: 'ap-hub', id: 'evt-88207' },
    data: { transition: { action: 'approved', from: 'matched', to: 'approved' } },
    ...changes,
  };
}
