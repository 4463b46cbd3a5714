import fc from 'fast-check';
import { decodeEntry } from '../../../src/kernel/entry';
import { hex, leafHash } from '../../../src/kernel/hash';
import { openMemoryStore } from '../../../src/event-store';
import { type Privacy } from '../../../src/privacy';
import { acceptorOn } from '../../support/acceptor-harness';
import { openPrivacyIn } from '../../support/privacy';
import { temporaryFolder } from '../../support/temporary-folder';
import { transitionData, transitionEvent } from '../../support/transition-events';

const ACTIONS = ['received', 'changed', 'matched', 'approved'] as const;

const delivery = fc.record({ n: fc.nat({ max: 30 }), invoice: fc.nat({ max: 3 }) });

/** Event `n` is always the same event: of one invoice, with one content. */
const eventOf = (n: number) => {
  const action = ACTIONS[n % ACTIONS.length]!;
  const to = action === 'changed' ? 'received' : action;
  return transitionEvent({
    id: `e-${n}`,
    type: `tieout.invoice.${action}`,
    data: transitionData({
      object: { type: 'invoice', id: `INV-${n % 4}` },
      transition: { action, to },
    }),
  });
};

describe('acceptor under repeated and concurrent delivery', () => {
  const folder = temporaryFolder();
  let privacy: Privacy;
  beforeEach(() => (privacy = openPrivacyIn(folder())));
  afterEach(() => privacy.close());

  it('records every event once, with one receipt, in whole chains', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(delivery, { minLength: 1, maxLength: 12 }), {
          minLength: 1,
          maxLength: 6,
        }),
        async (requests) => {
          const store = openMemoryStore();
          const nodes = [acceptorOn(privacy, store), acceptorOn(privacy, store)];
          const results = await Promise.all(
            requests.map((request, i) => nodes[i % 2]!.accept(request.map(({ n }) => eventOf(n)))),
          );
          const sent = new Set(requests.flat().map(({ n }) => n));
          const receipts = new Map<string, Set<number>>();
          for (const result of results.flat()) {
            if (!('event' in result)) return false;
            receipts.set(
              result.event.id,
              (receipts.get(result.event.id) ?? new Set()).add(result.event.index),
            );
          }
          let stored = 0;
          const heads = new Map<string, string>();
          for await (const event of store.readAll()) {
            const entry = decodeEntry(event.entry);
            if (entry.prev !== heads.get(entry.stream)) return false;
            heads.set(entry.stream, hex(leafHash(event.entry)));
            stored += 1;
          }
          return (
            stored === sent.size &&
            receipts.size === sent.size &&
            [...receipts.values()].every((at) => at.size === 1)
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});
