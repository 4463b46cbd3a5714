import { decodeEntry } from '../../../src/kernel/entry';
import { outcomeUnknown } from '../../../src/kernel/errors';
import { sourceEventId } from '../../../src/kernel/ids';
import { type LedgerStore, openMemoryStore } from '../../../src/event-store';
import { BulkRun } from '../../../src/ingestion/http/bulk-run';
import { ResultSpool } from '../../../src/ingestion/http/result-spool';
import { type Privacy } from '../../../src/privacy';
import { acceptorOn, storeWith } from '../../support/acceptor-harness';
import { openPrivacyIn } from '../../support/privacy';
import { temporaryFolder } from '../../support/temporary-folder';
import { transitionData, transitionEvent } from '../../support/transition-events';

/** A window of the stream; see `docs/explanation/performance.md`. */
const WINDOW = 500;

interface Result {
  readonly line: number;
  readonly result: string;
  readonly revision?: number;
  readonly stream: string;
}

const event = (n: number, invoice = `INV-${n}`, attributes: object = {}) =>
  transitionEvent({
    id: `e${n}`,
    type: 'tieout.invoice.received',
    ...attributes,
    data: transitionData({
      object: { type: 'invoice', id: invoice },
      transition: { action: 'received', to: 'received' },
    }),
  });
const lines = (events: readonly object[]) =>
  Buffer.from(events.map((one) => `${JSON.stringify(one)}\n`).join(''));
const streamOf = (invoice: string) => `invoice-E_DE.${invoice}`;

describe('a bulk stream', () => {
  const folder = temporaryFolder();
  let privacy: Privacy;
  beforeEach(() => (privacy = openPrivacyIn(folder())));
  afterEach(() => privacy.close());

  /** Lines of the reply, and what the run ended with. */
  async function reply(store: LedgerStore, events: readonly object[]) {
    const { acceptor, deliverer } = acceptorOn(privacy, store);
    const spool = new ResultSpool({
      folder: folder(),
      name: 'results',
      bytesMax: 64 * 1024 * 1024,
    });
    const log = { checkpoint: () => ({ note: '' }) } as never;
    const run = new BulkRun({ acceptor, deliverer, log, results: spool, lineBytesMax: 49_152 });
    const body = (async function* () {
      yield lines(events);
    })();
    const [text, ended] = await Promise.all([
      textOf(spool),
      run.run(body).catch((error: unknown) => error),
    ]);
    return { lines: text.split('\n').filter((line) => line !== ''), ended };
  }

  async function results(store: LedgerStore, events: readonly object[]): Promise<Result[]> {
    const { lines: all, ended } = await reply(store, events);
    expect(ended).toBeUndefined();
    expect(JSON.parse(all.pop() ?? '')).toMatchObject({ end: true, lines: events.length });
    return all.map((line) => JSON.parse(line) as Result);
  }

  it('hands a window to the store while the one before it is being written, and answers in order', async () => {
    let second: () => void = () => undefined;
    const secondSent = new Promise<void>((resolve) => (second = resolve));
    const ended: string[] = [];
    const store = storeWith(openMemoryStore(), (real) => async (stream, expected, entries) => {
      if (stream === streamOf(`INV-${WINDOW}`)) second();
      if (stream === streamOf('INV-0')) await secondSent;
      const appended = await real(stream, expected, entries);
      ended.push(stream);
      return appended;
    });
    const events = Array.from({ length: 2 * WINDOW }, (_, n) => event(n));
    const given = await results(store, events);
    expect(given.map(({ line }) => line)).toEqual(events.map((_, n) => n + 1));
    expect(given.every(({ result }) => result === 'recorded')).toBe(true);
    expect(ended.indexOf(streamOf(`INV-${WINDOW}`))).toBeGreaterThanOrEqual(0);
  });

  it('answers a window that was recorded though the one behind it failed first', async () => {
    let failed: () => void = () => undefined;
    const secondFailed = new Promise<void>((resolve) => (failed = resolve));
    const store = storeWith(openMemoryStore(), (real) => async (stream, expected, entries) => {
      if (stream === streamOf(`INV-${WINDOW}`)) {
        setImmediate(failed);
        throw new RangeError('a defect');
      }
      if (stream === streamOf('INV-0')) await secondFailed;
      return real(stream, expected, entries);
    });
    const events = Array.from({ length: 2 * WINDOW }, (_, n) => event(n));
    const { lines: told, ended } = await reply(store, events);
    expect(String(ended)).toBe('RangeError: a defect');
    expect(told.map((line) => (JSON.parse(line) as Result).line)).toEqual(
      Array.from({ length: WINDOW }, (_, n) => n + 1),
    );
  });

  it('appends the events of one object in the order of the stream, through all windows', async () => {
    const store = storeWith(openMemoryStore(), (real) => async (stream, expected, entries) => {
      await new Promise((resolve) => setImmediate(resolve));
      return real(stream, expected, entries);
    });
    // Every third event is one of the same invoice.
    const events = Array.from({ length: 4 * WINDOW }, (_, n) =>
      event(n, n % 3 === 0 ? 'INV-SAME' : `INV-${n}`),
    );
    const given = await results(store, events);
    expect(given.every(({ result }) => result === 'recorded')).toBe(true);
    const same = given.filter(({ stream }) => stream === streamOf('INV-SAME'));
    expect(same.map(({ revision }) => revision)).toEqual(same.map((_, n) => n));
  });

  it('does not try later events of an object whose outcome nobody knows, in the next window either', async () => {
    const store = storeWith(openMemoryStore(), (real) => async (stream, expected, entries) => {
      if (stream !== streamOf('INV-LOST')) return real(stream, expected, entries);
      await new Promise((resolve) => setImmediate(resolve));
      throw outcomeUnknown(stream, 'the writer ended');
    });
    const events = Array.from({ length: 2 * WINDOW }, (_, n) =>
      event(n, n % WINDOW === 7 ? 'INV-LOST' : `INV-${n}`),
    );
    const given = await results(store, events);
    const lost = given.filter((_, n) => n % WINDOW === 7).map(({ result }) => result);
    expect(lost).toEqual(['unknown', 'not-attempted']);
    expect(given.filter(({ result }) => result === 'recorded')).toHaveLength(2 * WINDOW - 2);
  });

  it('finds the cause of an event by its id in the ledger, though it came just before', async () => {
    const store = storeWith(openMemoryStore(), (real) => async (stream, expected, entries) => {
      await new Promise((resolve) => setImmediate(resolve));
      return real(stream, expected, entries);
    });
    const cause = sourceEventId('tieout.example/acme', 'ap-hub', 'e0');
    const events = Array.from({ length: 2 * WINDOW }, (_, n) =>
      event(n, `INV-${n}`, n === WINDOW ? { causationid: cause } : {}),
    );
    await results(store, events);
    for await (const { entry } of store.readStream(streamOf(`INV-${WINDOW}`))) {
      expect(decodeEntry(entry).causation).toBe(cause);
    }
  });
});

async function textOf(spool: ResultSpool): Promise<string> {
  let text = '';
  for await (const chunk of spool) text += String(chunk);
  return text;
}
