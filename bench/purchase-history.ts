import { type ProjectedEvent } from '../projections/read-model';
import { type Entry } from '../src/kernel/entry';
import { type EventInput } from '../test/support/projection-harness';
import { did, mapped, registered, type Did } from '../test/support/sod-ledger';

const AT_ONCE = 500;

const account = (kind: string, n: number, of: number): string => `${kind}-${n % of}`;

function purchase(n: number): Did[] {
  const [req, po, gr, inv, pay] = [
    'requisition',
    'purchase_order',
    'goods_receipt',
    'invoice',
    'payment',
  ].map((type) => `${type}-E_${n % 5}.N${n}`) as [string, string, string, string, string];
  const link = (stream: string, role: 'order' | 'receipt' | 'settles' | 'requisition') => ({
    type: stream.slice(0, stream.indexOf('-')).replaceAll('_', '-'),
    id: `N${n}`,
    role,
  });
  const vendor = { type: 'supplier', id: `V${n % 2_000}`, role: 'supplier' as const };
  const amount = { amount: `${(n % 400) + 10}.00`, currency: 'EUR' };
  const buyer = account('buyer', n, 40);
  const step = (
    i: number,
    object: string,
    action: string,
    by: string,
    more: Partial<Did> = {},
  ): Did => ({
    object,
    action,
    account: by,
    minute: n * 3 + i * 240,
    ...more,
  });
  return [
    step(0, req, 'submitted', account('requester', n, 200), { amount }),
    step(1, req, 'approved', account('head', n, 20)),
    step(2, po, 'created', buyer, { amount, related: [link(req, 'requisition'), vendor] }),
    step(3, po, 'approved', n % 50 === 0 ? buyer : account('approver', n, 20)),
    step(4, po, 'issued', account('issuer', n, 10)),
    step(6, gr, 'posted', account('store', n, 30), { related: [link(po, 'order')] }),
    step(8, inv, 'received', account('clerk', n, 30), {
      amount,
      related: [link(po, 'order'), link(gr, 'receipt'), vendor],
    }),
    step(9, inv, 'matched', account('clerk', n, 30)),
    step(10, inv, 'approved', account('lead', n, 10)),
    step(11, inv, 'posted', account('gl', n, 10)),
    step(13, pay, 'proposed', account('cash', n, 10), {
      amount,
      related: [link(inv, 'settles'), vendor],
    }),
    step(14, pay, 'approved', account('treasurer', n, 5)),
    step(15, pay, 'transmitted', 'bank-job', { amount }),
    step(17, pay, 'confirmed', 'bank-job', { amount }),
  ];
}

const KINDS: readonly [string, number][] = [
  ['requester', 200],
  ['head', 20],
  ['buyer', 40],
  ['approver', 20],
  ['issuer', 10],
  ['store', 30],
  ['clerk', 30],
  ['lead', 10],
  ['gl', 10],
  ['cash', 10],
  ['treasurer', 5],
];

function registers(): EventInput[] {
  const people = KINDS.flatMap(([kind, count]) =>
    Array.from({ length: count }, (_, n) =>
      mapped({ account: `${kind}-${n}`, person: `P-${kind}-${n}` }),
    ).flat(),
  );
  const limits = Array.from({ length: 20 }, (_, n) =>
    registered('authority-limit', `L${n}`, {
      entry: {
        person: `P-approver-${n}`,
        duty: 'PO-APPROVE',
        limit: { amount: '50000.00', currency: 'EUR' },
      },
      minute: 0,
    }),
  ).flat();
  return [...people, ...mapped({ account: 'bank-job', kind: 'service' }), ...limits];
}

/** Purchases in order of time: some hundreds are always on their way. */
export function* purchases(): Generator<EventInput> {
  yield* registers();
  for (let first = 0; ; first += AT_ONCE) {
    const wave = Array.from({ length: AT_ONCE }, (_, i) => purchase(first + i));
    yield* wave
      .flat()
      .sort((a, b) => a.minute - b.minute)
      .map(did);
  }
}

const LEAF = new Uint8Array(32);

export function projected(input: EventInput, index: number): ProjectedEvent {
  const at = '2026-03-01T00:00:00.000Z';
  const entry: Entry = {
    v: 1,
    revision: 0,
    id: `00000000-0000-5000-8000-${String(index).padStart(12, '0')}`,
    contract: 1,
    occurredAt: at,
    recordedAt: at,
    actor: { id: 'admin', kind: 'person' },
    source: { system: 'erp' },
    data: {},
    ...input,
  };
  const { stream, type } = entry;
  return {
    position: `s.${index + 1}`,
    index,
    stream,
    revision: 0,
    type,
    leaf: LEAF,
    entry,
    entryBytes: 400,
  };
}
