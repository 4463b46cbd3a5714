import { outcomeUnknown } from '../../../src/kernel/errors';
import { type LedgerStore, openMemoryStore } from '../../../src/event-store';
import { SingleEvents } from '../../../src/ingestion/acceptor/single-events';
import { type Deliverer, type ItemResult } from '../../../src/ingestion/acceptor/submission';
import { structuredSubmission } from '../../../src/ingestion/http/submissions';
import { type Privacy } from '../../../src/privacy';
import { acceptorOn, storeWith } from '../../support/acceptor-harness';
import { openPrivacyIn } from '../../support/privacy';
import { temporaryFolder } from '../../support/temporary-folder';
import { transitionData, transitionEvent } from '../../support/transition-events';

const event = (id: string, invoice: string, action = 'received') =>
  transitionEvent({
    id,
    type: `tieout.invoice.${action}`,
    data: transitionData({
      object: { type: 'invoice', id: invoice },
      transition: { action, to: action },
    }),
  });
const told = (result: ItemResult) =>
  'event' in result
    ? `${result.result} ${result.event.revision}`
    : `${result.result} ${result.error.code}`;

describe('events that callers send one by one', () => {
  const folder = temporaryFolder();
  let privacy: Privacy;
  beforeEach(() => (privacy = openPrivacyIn(folder())));
  afterEach(() => privacy.close());

  function singlesOn(store: LedgerStore) {
    const { acceptor, deliverer, kept } = acceptorOn(privacy, store);
    const singles = new SingleEvents(acceptor);
    const send = (one: object, by: Deliverer = deliverer) =>
      singles.accept(structuredSubmission(Buffer.from(JSON.stringify(one)), 'structured'), by);
    return { send, kept };
  }

  it('reach the store together when they arrive together', async () => {
    const store = openMemoryStore();
    let calls = 0;
    const { send } = singlesOn({
      ...storeWith(store, (real) => real),
      appendEach: (appends) => {
        calls += 1;
        return store.appendEach(appends);
      },
    });
    const results = await Promise.all([1, 2, 3].map((n) => send(event(`e${n}`, `INV-${n}`))));
    expect(results.map(told)).toEqual(['recorded 0', 'recorded 0', 'recorded 0']);
    expect(calls).toBe(1);
  });

  it('are appended in the order of their arrival when they are of one object', async () => {
    const { send } = singlesOn(openMemoryStore());
    const results = await Promise.all([
      send(event('e1', 'INV-1')),
      send(event('e2', 'INV-1', 'approved')),
      send(event('e3', 'INV-1', 'posted')),
      send(event('e1', 'INV-1')),
    ]);
    expect(results.map(told)).toEqual(['recorded 0', 'recorded 1', 'recorded 2', 'duplicate 0']);
  });

  it('are each tried, whatever came of another event of the same object', async () => {
    let isFirst = true;
    const store = storeWith(openMemoryStore(), (real) => (stream, expected, entries) => {
      if (!isFirst) return real(stream, expected, entries);
      isFirst = false;
      return Promise.reject(outcomeUnknown(stream, 'the writer ended'));
    });
    const { send } = singlesOn(store);
    const results = await Promise.all([send(event('e1', 'INV-1')), send(event('e2', 'INV-1'))]);
    // The first is tried again by itself, since nobody knew; both are recorded in the end.
    expect(results.map(told)).toEqual(['recorded 0', 'recorded 1']);
  });

  it('answer a defect to the caller whose event met it, and record the others', async () => {
    const store = storeWith(
      openMemoryStore(),
      (real) => (stream, expected, entries) =>
        stream.endsWith('INV-2')
          ? Promise.reject(new RangeError('a defect'))
          : real(stream, expected, entries),
    );
    const { send } = singlesOn(store);
    const results = await Promise.allSettled(
      [1, 2, 3].map((n) => send(event(`e${n}`, `INV-${n}`))),
    );
    expect(
      results.map((r) => (r.status === 'fulfilled' ? r.value.result : String(r.reason))),
    ).toEqual([
      expect.stringMatching(/recorded|duplicate/),
      'RangeError: a defect',
      expect.stringMatching(/recorded|duplicate/),
    ]);
  });

  it('are judged by the rights of who sends them, not of who sends beside them', async () => {
    const { send, kept } = singlesOn(openMemoryStore());
    const other = { client: 'ap-connector', sources: new Set(['erp']) };
    const results = await Promise.all([
      send(event('e1', 'INV-1')),
      send(event('e2', 'INV-2'), other),
    ]);
    expect(results.map(told)).toEqual(['recorded 0', 'refused source-not-allowed']);
    expect(kept).toEqual([]);
  });
});
