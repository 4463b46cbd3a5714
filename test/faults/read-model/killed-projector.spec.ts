import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projection } from '../../../projections/read-model';
import { openSqliteReader, openSqliteStore } from '../../../src/event-store/sqlite';
import { compile } from '../../support/compile';
import { openInlineReadModel, Recorder, temporaryFolder } from '../../support/inline-read-model';
import { dumpRows } from '../../support/projection-harness';
import { READ_SIDE } from '../../support/transition-history';
import { transition } from '../../support/transitions';

const EVENTS = 600;
const WAIT_MS = 20_000;

/** The same name and schema as in the child, so that both name the generation alike; it kills nobody. */
const lives = projection('dies', 1, {
  schema: 'CREATE TABLE dies (never INTEGER) STRICT',
  onEvery: () => undefined,
});

describe('a projector that is killed', () => {
  const folder = temporaryFolder();
  const child = compile('test/support/projector.child.ts');
  const ledger = join(folder.path, 'ledger');
  let token: string;

  beforeAll(async () => {
    mkdirSync(ledger);
    const store = await openSqliteStore({ folder: ledger, ledger: 'main', mode: 'inline' });
    const recorder = new Recorder(store);
    for (let i = 0; i < EVENTS; i += 2) {
      const invoice = `invoice-E.${i}`;
      const related = [{ type: 'payment', id: String(i % 7), role: 'settles' as const }];
      token = await recorder.record(
        transition(invoice, 'received'),
        transition(invoice, 'paid', { related }),
      );
    }
    await store.close();
  });
  afterAll(() => {
    child.remove();
    folder.remove();
  });

  it.each([1, 3])(
    'between rows and commit of batch %d leaves nothing half there',
    async (killAt) => {
      const killed = join(folder.path, `killed-${killAt}`);
      const run = spawnSync(process.execPath, [child.file, ledger, killed, String(killAt)]);
      expect(run.signal).toBe('SIGKILL');
      expect(readdirSync(killed).some((file) => file.endsWith('.db'))).toBe(true);

      const untouched = join(folder.path, `untouched-${killAt}`);
      const [after, expected] = [await rowsOf(killed), await rowsOf(untouched)];
      expect(after.resumedAt).toBe((killAt - 1) * 256);
      expect(expected.resumedAt).toBe(0);
      expect(after.rows['event']).toHaveLength(EVENTS);
      expect(after.rows).toEqual(expected.rows);
    },
  );

  async function rowsOf(modelFolder: string) {
    const log = openSqliteReader(ledger);
    const model = openInlineReadModel({
      folder: modelFolder,
      projections: [...READ_SIDE, lives],
      log,
    });
    const [first] = model.messages;
    const resumedAt = first?.kind === 'serve' ? first.reached.events : undefined;
    await model.readModel.waitFor(token, WAIT_MS);
    const rows = model.readModel.query((db) => dumpRows(db));
    await model.close();
    log.close();
    return { rows, resumedAt };
  }
});
