import { outcomeUnknown, storeUnavailable } from '../../../src/kernel/errors';
import { openMemoryStore } from '../../../src/event-store';
import { type Accepted, type ItemResult } from '../../../src/ingestion/acceptor/submission';
import { type Privacy } from '../../../src/privacy';
import { acceptorOn, beforeFirstAppend, storeWith } from '../../support/acceptor-harness';
import { openPrivacyIn } from '../../support/privacy';
import { temporaryFolder } from '../../support/temporary-folder';
import { transitionData, transitionEvent } from '../../support/transition-events';

const step = (id: string, action: string, to: string, minute: number, invoice = 'INV-1') =>
  transitionEvent({
    id,
    type: `tieout.invoice.${action}`,
    time: `2026-01-05T09:${String(minute).padStart(2, '0')}:00.000Z`,
    data: transitionData({ object: { type: 'invoice', id: invoice }, transition: { action, to } }),
  });
const received = step('e1', 'received', 'received', 10);
const approved = step('e2', 'approved', 'approved', 20);
const posted = step('e3', 'posted', 'posted', 30);

const told = (results: readonly ItemResult[]) =>
  results.map((r) =>
    'event' in r ? `${r.result} ${r.event.revision}` : `${r.result} ${r.error.code}`,
  );

describe('acceptor', () => {
  const folder = temporaryFolder();
  let privacy: Privacy;
  beforeEach(() => (privacy = openPrivacyIn(folder())));
  afterEach(() => privacy.close());

  it('appends the events of one object in one append, in the order of the request', async () => {
    let appends = 0;
    const store = storeWith(openMemoryStore(), (real) => (...call) => {
      appends += 1;
      return real(...call);
    });
    const { accept } = acceptorOn(privacy, store);
    expect(told(await accept([received, approved, posted]))).toEqual([
      'recorded 0',
      'recorded 1',
      'recorded 2',
    ]);
    expect(appends).toBe(1);
  });

  it('places a fact anew when another writer was first', async () => {
    const shared = openMemoryStore();
    const other = acceptorOn(privacy, shared);
    const { accept } = acceptorOn(
      privacy,
      beforeFirstAppend(shared, () => other.accept([received])),
    );
    const results = await accept([approved, posted]);
    expect(told(results)).toEqual(['recorded 1', 'recorded 2']);
    expect((results[0] as Accepted).flags).toEqual([]);
  });

  it('answers with the first receipt when the same event raced it on another connection', async () => {
    const shared = openMemoryStore();
    const other = acceptorOn(privacy, shared);
    let first: ItemResult[] = [];
    const store = beforeFirstAppend(shared, async () => (first = await other.accept([received])));
    const results = await acceptorOn(privacy, store).accept([received, approved]);
    expect(told(results)).toEqual(['duplicate 0', 'recorded 1']);
    expect((results[0] as Accepted).event).toEqual((first[0] as Accepted).event);
  });

  it('answers a copy in the same request as what it is', async () => {
    const { accept } = acceptorOn(privacy);
    expect(told(await accept([received, received, approved, received]))).toEqual([
      'recorded 0',
      'duplicate 0',
      'recorded 1',
      'duplicate 0',
    ]);
    const forged = { ...received, time: '2026-01-05T09:11:00.000Z' };
    expect(told(await accept([forged]))).toEqual(['conflict event-id-conflict']);
  });

  it('refuses only the event that pins another revision, and records what follows', async () => {
    const { accept } = acceptorOn(privacy);
    const pinned = { ...approved, expectedrevision: '7' };
    expect(told(await accept([received, pinned, posted]))).toEqual([
      'recorded 0',
      'refused revision-conflict',
      'recorded 1',
    ]);
    expect(told(await accept([{ ...approved, expectedrevision: '1' }]))).toEqual(['recorded 2']);
  });

  it('places a fact after what another acceptor recorded since it last saw the object', async () => {
    const shared = openMemoryStore();
    const [here, there] = [acceptorOn(privacy, shared), acceptorOn(privacy, shared)];
    await here.accept([received]);
    await there.accept([approved]);
    expect(told(await here.accept([posted]))).toEqual(['recorded 2']);
    expect(told(await there.accept([posted, approved, received]))).toEqual([
      'duplicate 2',
      'duplicate 1',
      'duplicate 0',
    ]);
  });

  it('hands the new events of a window over in one call', async () => {
    const store = openMemoryStore();
    const handed: number[] = [];
    const { accept } = acceptorOn(privacy, {
      ...storeWith(store, (real) => real),
      appendEach: (appends) => {
        handed.push(appends.length);
        return store.appendEach(appends);
      },
    });
    const openings = [1, 2, 3].map((n) => step(`o${n}`, 'received', 'received', 10, `INV-${n}`));
    const nexts = [1, 2, 3].map((n) => step(`n${n}`, 'approved', 'approved', 20, `INV-${n}`));
    await accept(openings);
    expect(told(await accept(nexts))).toEqual(['recorded 1', 'recorded 1', 'recorded 1']);
    expect(handed).toEqual([3, 3]);
  });

  it('answers a conflict for an id that is recorded for another object, and records its neighbours', async () => {
    const { accept } = acceptorOn(privacy);
    await accept([received]);
    const elsewhere = step('e1', 'received', 'received', 10, 'INV-2');
    const neighbour = step('n1', 'received', 'received', 10, 'INV-3');
    expect(told(await accept([elsewhere, neighbour]))).toEqual([
      'conflict event-id-conflict',
      'recorded 0',
    ]);
  });

  it('settles an unknown outcome by the same append again', async () => {
    const shared = openMemoryStore();
    let calls = 0;
    const store = storeWith(shared, (real) => async (stream, expected, events) => {
      calls += 1;
      const done = await real(stream, expected, events);
      if (calls === 1) throw outcomeUnknown(stream);
      return done;
    });
    expect(told(await acceptorOn(privacy, store).accept([received, approved]))).toEqual([
      'recorded 0',
      'recorded 1',
    ]);
  });

  it('says unknown when nobody knows, and lets nothing pass it in its stream', async () => {
    const store = storeWith(openMemoryStore(), (real) => (stream, expected, events) => {
      if (stream.endsWith('INV-1')) return Promise.reject(outcomeUnknown(stream));
      return real(stream, expected, events);
    });
    const { accept } = acceptorOn(privacy, store);
    const stopped = new Set<string>();
    const other = step('o1', 'received', 'received', 10, 'INV-2');
    expect(told(await accept([received, other], { stopped }))).toEqual([
      'unknown outcome-unknown',
      'recorded 0',
    ]);
    expect(
      told(await accept([approved, step('o2', 'approved', 'approved', 20, 'INV-2')], { stopped })),
    ).toEqual(['not-attempted outcome-unknown', 'recorded 1']);
  });

  it('says not attempted with the reason when the store takes nothing', async () => {
    const store = storeWith(
      openMemoryStore(),
      () => () => Promise.reject(storeUnavailable('full', 'The disk is full.')),
    );
    const [result] = await acceptorOn(privacy, store).accept([received]);
    expect(result).toMatchObject({
      result: 'not-attempted',
      error: { code: 'store-unavailable', members: { reason: 'full' } },
    });
  });

  it('refuses a batch whole that holds more of one object than one append takes, and parts a bulk window', async () => {
    const many = Array.from({ length: 1_001 }, (_, n) => step(`c${n}`, 'changed', 'received', 40));
    const batch = acceptorOn(privacy);
    const refused = await batch.accept(many, { oneAppend: true });
    expect(new Set(refused.map((r) => r.result))).toEqual(new Set(['too-large']));
    expect(await batch.store.head()).toBeUndefined();
    const recorded = await acceptorOn(privacy).accept(many);
    expect((recorded[1_000] as Accepted).event.revision).toBe(1_000);
  });

  it('keeps what it cannot accept and tells what it recorded, so that kept items can be closed', async () => {
    const { accept, kept, superseded } = acceptorOn(privacy);
    const results = await accept(['{', received, { ...approved, type: 'other.type' }]);
    expect(results.map((r) => r.result)).toEqual(['quarantined', 'recorded', 'quarantined']);
    expect(kept).toEqual(['json-syntax', 'contract-violation']);
    expect(superseded).toEqual([(results[1] as Accepted).event.id]);
  });
});
