import { transitionOf } from '../../src/kernel/entry';
import { hex } from '../../src/kernel/hash';
import { parseStreamName } from '../../src/kernel/stream-name';
import {
  type BreakFacts,
  type LineageFacts,
  type MatchFacts,
  type Opening,
  type PackInput,
} from '../../evidence/pack/pack-input';
import { replayLog } from '../../evidence/pack/replay';
import { SampleLog } from './sample-log';
import { BUYER, purchaseEvents, REASON, SALT, STEPS } from './sample-purchase';

export const SAMPLE_BREAK: BreakFacts = {
  id: '77aa',
  definition: 'bank-exact',
  type: 'amount-difference',
  status: 'open',
  amount: { amount: '-10.00', currency: 'EUR' },
  lines: ['A: payment PAY-2026-0093 in the books, -121950.00 EUR, booked 2026-01-27'],
  sentence: 'The amounts differ by 10.00 EUR.',
};

export const SAMPLE_MATCH: MatchFacts = {
  id: '4be1',
  definition: 'bank-exact',
  pass: 'reference-and-amount',
  status: 'accepted',
  clearingDate: '2026-01-27',
  lines: [
    'A: payment PAY-2026-0093 in the books, -121950.00 EUR, booked 2026-01-27, end-to-end PAY-2026-0093',
    'B: statement line on DE02-SAMPLE, -121950.00 EUR, booked 2026-01-27, end-to-end PAY-2026-0093',
  ],
  sentence: 'One line of each side with the same reference and the same amount.',
};

const FLAGS: Readonly<Record<string, readonly string[]>> = {
  transmitted: ['out-of-sequence', 'unauthorised'],
};

/** Other business in the same log, so that indexes and proofs are not trivial. */
function addNoise(log: SampleLog, n: number): void {
  for (let i = 0; i < n; i += 1) {
    log.add({
      stream: `invoice-E_FR.F-${i}`,
      type: 'invoice.received',
      occurredAt: '2026-01-02T00:00:00.000Z',
      data: {
        transition: { action: 'received', to: 'received' },
        amount: { amount: '10.00', currency: 'EUR' },
      },
    });
  }
}

/** What the projection says about the lineage; stated here by hand, not computed by the code under test. */
function lineageOf(log: SampleLog, streams: readonly string[]): LineageFacts {
  const distance: Readonly<Record<string, number>> = {
    requisition: 1,
    'purchase-order': 0,
    invoice: 1,
    payment: 2,
  };
  const state: Readonly<Record<string, string>> = {
    requisition: 'approved',
    'purchase-order': 'issued',
    invoice: 'posted',
    payment: 'paid',
  };
  return {
    nodes: streams.map((stream) => {
      const { objectType, entity, key } = parseStreamName(stream);
      return {
        stream,
        object: { type: objectType, entity, id: key },
        distance: distance[objectType] ?? 9,
        state: state[objectType] ?? '',
        figures: [
          {
            measure: 'amount',
            value: objectType === 'requisition' ? '118400.00' : '121950.00',
            currency: 'EUR',
          },
        ],
      };
    }),
    edges: [
      { from: 'purchase_order-E_DE.PO-7719', to: 'requisition-E_DE.PR-2041', role: 'requisition' },
      { from: 'invoice-E_DE.INV-1001', to: 'purchase_order-E_DE.PO-7719', role: 'order' },
      { from: 'payment-E_DE.PAY-2026-0093', to: 'invoice-E_DE.INV-1001', role: 'settles' },
    ],
    missing: [
      {
        stream: 'invoice-E_DE.INV-1001',
        what: 'goods-receipt',
        sentence: 'An invoice is approved against a goods receipt; none is linked.',
      },
      {
        stream: 'payment-E_DE.PAY-2026-0093',
        what: 'approved',
        sentence: 'The payment was transmitted and never approved.',
      },
    ],
    excluded: [
      {
        stream: 'supplier-E_DE.V-330',
        reason: 'master-data',
        via: 'purchase_order-E_DE.PO-7719',
        role: 'supplier',
      },
    ],
    steps: log.entries.flatMap((entry, index) => {
      const data = transitionOf(entry);
      if (data === undefined || !streams.includes(entry.stream)) return [];
      return [
        {
          stream: entry.stream,
          revision: entry.revision,
          index,
          occurredAt: entry.occurredAt,
          flags: FLAGS[data.transition.action] ?? [],
          persons: [],
        },
      ];
    }),
  };
}

/** A purchase with planted problems: self-approved order, no goods receipt, payment without approval. */
export async function sampleTransaction(changes: Partial<PackInput> = {}): Promise<PackInput> {
  const log = new SampleLog();
  addNoise(log, 40);
  for (const event of purchaseEvents(STEPS.slice(0, 7))) log.add(event);
  addNoise(log, 30);
  for (const event of purchaseEvents(STEPS.slice(7))) log.add(event);
  const request = log.add({
    stream: 'evidence_pack-E_DE.8d3f4b1e-0000-5000-8000-000000000001',
    type: 'evidence-pack.requested',
    occurredAt: '2026-02-03T14:00:00.000Z',
    data: {},
    actor: { id: 'svc-auditdesk', kind: 'service' },
    source: { system: 'tieout' },
  });
  const streams = [...new Set(STEPS.map(([stream]) => stream))].sort();
  const requestIndex = log.size() - 1;
  const { asOf, proofs } = log.commitHeads([...streams, 'ledger-_.keys']);
  const checkpoint = log.checkpoint();
  const entriesOf = (wanted: (stream: string) => boolean): PackInput['entries'] =>
    log.entries.flatMap((entry, index) =>
      wanted(entry.stream)
        ? [
            {
              index,
              bytes: log.entryBytes(index),
              hashes: log.inclusionProof(index, checkpoint.size),
            },
          ]
        : [],
    );
  const changed = log.entries.find((entry) => entry.type === 'purchase-order.changed')!;
  const selfApproved = log.entries
    .filter((entry) => entry.stream.startsWith('purchase_order'))
    .slice(0, 2);
  const openings: Opening[] = [
    { id: changed.id, path: '/data/reason', salt: hex(SALT), value: REASON },
  ];
  return {
    request: {
      id: 'EP-2026-8D3F4B1E',
      kind: 'transaction',
      subject: { type: 'purchase-order', entity: 'E_DE', id: 'PO-7719' },
      depth: 6,
      disclose: ['/data/reason'],
      purpose: 'Year-end test of purchase controls',
      engagement: 'FY2026 interim audit',
      allowPartial: false,
      requestedBy: 'audit-desk',
      requestedAt: request.recordedAt,
      event: { stream: request.stream, id: request.id, index: requestIndex },
    },
    ledger: {
      origin: checkpoint.origin,
      asOf,
      size: checkpoint.size,
      root: hex(checkpoint.root),
      checkpoint: checkpoint.note,
      policy: `log ${log.signer.vkey}\nquorum none\n`,
    },
    lineage: lineageOf(log, streams),
    entries: entriesOf((stream) => streams.includes(stream)),
    keys: entriesOf((stream) => stream === 'ledger-_.keys'),
    heads: proofs.slice(0, -1),
    keysHead: proofs.at(-1)!,
    findings: [
      {
        id: '0b5c6f7a9d21',
        rule: 'P2P-03',
        ruleTitle: 'Create and approve a purchase order',
        ruleSet: 'default version 1',
        status: 'violation',
        severity: 'high',
        person: BUYER,
        scope: 'purchase_order-E_DE.PO-7719',
        reasons: ['same_person'],
        events: selfApproved.map(({ id }) => id),
        sentence: 'One person created and approved the same purchase order.',
      },
    ],
    breaks: [],
    matches: [SAMPLE_MATCH],
    openings,
    erased: [],
    erasures: [],
    identities: [{ pseudonym: BUYER, system: 'erp-de', account: 'aschmidt' }],
    replay: await replayLog(log, {
      subject: 'purchase_order-E_DE.PO-7719',
      depth: 6,
      size: checkpoint.size,
    }),
    unreadable: [],
    build: { version: '0.1.0', commit: 'unknown', lock: 'unknown' },
    verifier: Buffer.from('// stands for the built verifier\n'),
    ...changes,
  };
}
