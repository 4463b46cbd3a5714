import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LedgerStore, openMemoryStore } from '../../../src/event-store';
import { projection, type Projection } from '../../../projections/read-model';
import {
  type InlineReadModel,
  openInlineReadModel,
  Recorder,
  temporaryFolder,
} from '../../support/inline-read-model';
import { dumpRows } from '../../support/projection-harness';
import { READ_SIDE } from '../../support/transition-history';
import { transition } from '../../support/transitions';

const WAIT_MS = 5_000;

const schema = `CREATE TABLE seen (stream TEXT PRIMARY KEY) STRICT`;
const ADD = `INSERT OR IGNORE INTO seen (stream) VALUES (:stream)`;
const seenIn = (version: number): Projection =>
  projection('seen', version, { schema, onEvery: ({ stream }, db) => db.run(ADD, { stream }) });

describe('a rebuild', () => {
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

  function start(projections: readonly Projection[]): InlineReadModel {
    const model = openInlineReadModel({ folder: folder.path, projections, log: store });
    open.push(model);
    return model;
  }
  async function restart(model: InlineReadModel, projections: readonly Projection[]) {
    open = open.filter((other) => other !== model);
    await model.close();
    return start(projections);
  }
  const rows = ({ readModel }: InlineReadModel) => readModel.query((db) => dumpRows(db));
  const files = () => readdirSync(folder.path).filter((file) => file.endsWith('.db'));
  const purchase = (id: number) => [
    transition(`purchase_order-E.${id}`, 'approved', { system: 'procure' }),
    transition(`invoice-E.${id}`, 'approved', {
      system: 'erp',
      related: [{ type: 'purchase-order', id: String(id), role: 'order' }],
    }),
  ];

  it('equals the live model row by row and takes its place', async () => {
    await recorder.record(...purchase(1), ...purchase(2));
    const model = start(READ_SIDE);
    await model.readModel.waitFor(await recorder.record(...purchase(3)), WAIT_MS);
    const live = rows(model);
    const { generation } = model.readModel.status();
    await model.readModel.rebuild();
    expect(model.readModel.status().generation).not.toBe(generation);
    expect(rows(model)).toEqual(live);
    await model.readModel.waitFor(await recorder.record(...purchase(4)), WAIT_MS);
    expect(rows(model)['event']).toHaveLength(8);
  });

  it('lets the live model serve what is recorded meanwhile', async () => {
    const model = start(READ_SIDE);
    for (let i = 0; i < 200; i++) await recorder.record(...purchase(i));
    const rebuilt = model.readModel.rebuild();
    const token = await recorder.record(...purchase(1_000));
    await model.readModel.waitFor(token, WAIT_MS);
    expect(rows(model)['event']).toHaveLength(402);
    await rebuilt;
    expect(rows(model)['event']).toHaveLength(402);
  });

  it('is served after a restart, and the file before it is removed', async () => {
    const model = start([seenIn(1)]);
    await model.readModel.waitFor(await recorder.record(...purchase(1)), WAIT_MS);
    await model.readModel.rebuild();
    const { generation } = model.readModel.status();
    const again = await restart(model, [seenIn(1)]);
    expect(again.readModel.status().generation).toBe(generation);
    expect(files()).toEqual([`${generation}.db`]);
  });

  it('that fails leaves the live model as it is, and says why', async () => {
    let isBroken = false;
    const fragile = projection('seen', 1, {
      schema,
      onEvery: ({ stream }, db) => {
        if (isBroken) throw new Error('a fault in the projection');
        db.run(ADD, { stream });
      },
    });
    const model = start([fragile]);
    const token = await recorder.record(...purchase(1));
    await model.readModel.waitFor(token, WAIT_MS);
    isBroken = true;
    await expect(model.readModel.rebuild()).rejects.toMatchObject({ code: 'read-model-stopped' });
    expect(model.readModel.status()).toMatchObject({
      state: 'current',
      position: token,
      failed: { stop: { detail: 'a fault in the projection' } },
    });
    expect(rows(model)['seen']).toHaveLength(2);
  });

  it('puts a stopped model right', async () => {
    let isBroken = true;
    const fragile = projection('seen', 1, {
      schema,
      onEvery: ({ stream }, db) => {
        if (isBroken) throw new Error('a fault in the projection');
        db.run(ADD, { stream });
      },
    });
    const token = await recorder.record(...purchase(1));
    const model = start([fragile]);
    await expect(model.readModel.waitFor(token, WAIT_MS)).rejects.toMatchObject({
      code: 'read-model-stopped',
    });
    isBroken = false;
    await model.readModel.rebuild();
    expect(model.readModel.status()).toMatchObject({ state: 'current', position: token });
    expect(rows(model)['seen']).toHaveLength(2);
  });

  it('puts right a model that is ahead of a restored log', async () => {
    const before = start([seenIn(1)]);
    await before.readModel.waitFor(await recorder.record(...purchase(1), ...purchase(2)), WAIT_MS);
    store = openMemoryStore();
    const token = await new Recorder(store).record(...purchase(1));
    const model = await restart(before, [seenIn(1)]);
    await expect(model.readModel.waitFor('m.9', WAIT_MS)).rejects.toMatchObject({
      code: 'read-model-stopped',
    });
    await model.readModel.rebuild();
    expect(model.readModel.status()).toMatchObject({ state: 'current', position: token });
    expect(rows(model)['seen']).toHaveLength(2);
  });

  it('is what another version of a projection means', async () => {
    const first = start([seenIn(1)]);
    const token = await recorder.record(...purchase(1));
    await first.readModel.waitFor(token, WAIT_MS);
    const before = first.readModel.status().generation;
    const second = await restart(first, [seenIn(2)]);
    await second.readModel.waitFor(token, WAIT_MS);
    const after = second.readModel.status().generation;
    expect(after).not.toBe(before);
    expect(files()).toEqual([`${after}.db`]);
    expect(rows(second)['seen']).toHaveLength(2);
  });

  it('that a crash cut short is begun anew and the live file goes on', async () => {
    const model = start([seenIn(1)]);
    const token = await recorder.record(...purchase(1));
    await model.readModel.waitFor(token, WAIT_MS);
    const generation = model.readModel.status().generation ?? '';
    const cutShort = `${generation.replace(/1$/, '2')}.db`;
    writeFileSync(join(folder.path, cutShort), '');
    const again = await restart(model, [seenIn(1)]);
    expect(again.readModel.status().generation).toBe(generation);
    expect(files()).not.toContain(cutShort);
  });
});
