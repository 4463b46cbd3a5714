import { openMemoryStore, type LedgerStore } from '../../../src/event-store';
import { projection, type Projection } from '../../../projections/read-model';
import {
  type InlineReadModel,
  openInlineReadModel,
  Recorder,
  temporaryFolder,
} from '../../support/inline-read-model';

const schema = `CREATE TABLE seen (stream TEXT PRIMARY KEY, revision INTEGER NOT NULL) STRICT`;
const SET = `INSERT OR REPLACE INTO seen (stream, revision) VALUES (:stream, :revision)`;
const LIST = `SELECT stream, revision FROM seen ORDER BY stream`;

const seen = projection('seen', 1, {
  schema,
  onEvery: ({ stream, revision }, db) => db.run(SET, { stream, revision }),
});

/** Cannot apply `invoice.broken`. */
const fragile = projection('seen', 1, {
  schema,
  onEvery: ({ stream, revision, type }, db) => {
    if (type === 'invoice.broken') throw new Error('a fault in the projection');
    db.run(SET, { stream, revision });
  },
});

const WAIT_MS = 5_000;

describe('the projector', () => {
  const folder = temporaryFolder();
  let store: LedgerStore;
  let recorder: Recorder;
  let open: InlineReadModel[] = [];

  beforeEach(() => {
    store = openMemoryStore();
    recorder = new Recorder(store);
  });
  afterEach(async () => {
    await Promise.all(open.map((model) => model.close()));
    open = [];
    folder.remove();
  });
  afterAll(() => folder.remove());

  function start(projections: readonly Projection[] = [seen]): InlineReadModel {
    const model = openInlineReadModel({ folder: folder.path, projections, log: store });
    open.push(model);
    return model;
  }
  async function stop(model: InlineReadModel): Promise<void> {
    open = open.filter((other) => other !== model);
    await model.close();
  }
  const rows = ({ readModel }: InlineReadModel) => readModel.query((db) => db.all(LIST));
  const invoice = (key: string, type = 'invoice.received') => ({
    stream: `invoice-E.${key}`,
    type,
  });

  it('shows what was recorded before and after it started', async () => {
    await recorder.record(invoice('1'));
    const model = start();
    const token = await recorder.record(invoice('2'), invoice('1', 'invoice.approved'));
    await model.readModel.waitFor(token, WAIT_MS);
    expect(rows(model)).toEqual([
      { stream: 'invoice-E.1', revision: 1n },
      { stream: 'invoice-E.2', revision: 0n },
    ]);
    expect(model.readModel.query((db) => db.position)).toBe(token);
    expect(model.readModel.status()).toMatchObject({ state: 'current', position: token });
  });

  it('is building until it has reached the head once, and current from then on', async () => {
    for (let i = 0; i < 600; i++) await recorder.record(invoice(String(i)));
    const model = start();
    expect(model.readModel.status().state).toBe('building');
    await model.readModel.waitFor('m.600', WAIT_MS);
    for (let i = 600; i < 1_200; i++) await recorder.record(invoice(String(i)));
    await model.readModel.waitFor('m.1200', WAIT_MS);
    const states = model.messages.flatMap((message) =>
      message.kind === 'reached' ? [message.reached.current] : [],
    );
    const whole = states.indexOf(true);
    expect(whole).toBeGreaterThan(0);
    expect(states.slice(whole)).not.toContain(false);
  });

  it('goes on from its checkpoint after a restart', async () => {
    const first = start();
    await first.readModel.waitFor(await recorder.record(invoice('1')), WAIT_MS);
    await stop(first);
    const second = start();
    expect(second.messages[0]).toMatchObject({ kind: 'serve', reached: { events: 1 } });
    await second.readModel.waitFor(await recorder.record(invoice('2')), WAIT_MS);
    expect(rows(second)).toHaveLength(2);
  });

  it('stops right before an event that it cannot apply, and says so', async () => {
    const good = await recorder.record(invoice('1'), invoice('2'));
    const bad = await recorder.record(invoice('3', 'invoice.broken'));
    const model = start([fragile]);
    const waiting = model.readModel.waitFor(bad, WAIT_MS);
    await expect(waiting).rejects.toMatchObject({ code: 'read-model-stopped' });
    expect(rows(model)).toHaveLength(2);
    expect(model.readModel.status()).toMatchObject({
      state: 'stopped',
      position: good,
      stopped: { position: good, failedAt: bad, detail: 'a fault in the projection' },
    });
    await expect(model.readModel.waitFor(bad, WAIT_MS)).rejects.toMatchObject({
      code: 'read-model-stopped',
    });
    await expect(model.readModel.waitFor(good, WAIT_MS)).resolves.toBeUndefined();
  });

  it('finds the event at which the end of a batch fails', async () => {
    const late = projection('seen', 1, {
      schema,
      onEvery: ({ stream, revision, type }, db) => {
        db.run(SET, { stream, revision });
        if (type === 'invoice.broken') db.batch.set('seen', type);
      },
      endOfBatch: (db) => {
        if (db.batch.has('seen')) throw new Error('a fault at the end');
      },
    });
    const good = await recorder.record(invoice('1'), invoice('2'));
    const bad = await recorder.record(invoice('3', 'invoice.broken'));
    await recorder.record(invoice('4'));
    const model = start([late]);
    await expect(model.readModel.waitFor(bad, WAIT_MS)).rejects.toMatchObject({
      code: 'read-model-stopped',
    });
    expect(model.readModel.status().stopped).toMatchObject({ position: good, failedAt: bad });
    expect(rows(model)).toHaveLength(2);
  });

  it('refuses rows that were made from another log', async () => {
    const first = start();
    await first.readModel.waitFor(await recorder.record(invoice('1')), WAIT_MS);
    await stop(first);
    store = openMemoryStore();
    await new Recorder(store).record(invoice('other'));
    const second = start();
    await expect(second.readModel.waitFor('m.2', WAIT_MS)).rejects.toMatchObject({
      code: 'read-model-stopped',
    });
    expect(second.readModel.status().stopped?.code).toBe('store-corrupt');
  });

  it('refuses a log that has another event where its last one was', async () => {
    const first = start();
    await first.readModel.waitFor(await recorder.record(invoice('1')), WAIT_MS);
    await stop(first);
    store = openMemoryStore();
    await new Recorder(store).record(invoice('1', 'invoice.approved'));
    const second = start();
    await expect(second.readModel.waitFor('m.2', WAIT_MS)).rejects.toMatchObject({
      code: 'read-model-stopped',
    });
    expect(second.readModel.status().stopped?.code).toBe('store-corrupt');
  });

  it('refuses a log that ends before its checkpoint', async () => {
    const first = start();
    await first.readModel.waitFor(await recorder.record(invoice('1')), WAIT_MS);
    await stop(first);
    store = openMemoryStore();
    const second = start();
    await expect(second.readModel.waitFor('m.2', WAIT_MS)).rejects.toMatchObject({
      code: 'read-model-stopped',
    });
  });
});
