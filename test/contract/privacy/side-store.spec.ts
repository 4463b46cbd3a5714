import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqlite } from '../../../src/event-store/sqlite';
import { sweepSideStore } from '../../../src/privacy/sweep';
import { ErasureParts } from '../../support/erasure-parts';
import { temporaryFolder } from '../../support/temporary-folder';
import { openPrivacyIn } from '../../support/privacy';

const NEVER = 'afbad565-a792-523e-b735-6ca0636bbe08';
const REASON = { pointer: '/data/reason', value: 'on its way' };

describe('the side store', () => {
  const newFolder = temporaryFolder();
  let folder: string;
  let parts: ErasureParts;
  beforeEach(async () => {
    folder = newFolder();
    parts = await ErasureParts.open(folder);
  });
  afterEach(() => parts.close());

  const sweep = (now: string) =>
    sweepSideStore({
      sideStore: parts.privacy.sideStore,
      log: parts.store,
      clock: { now: () => now },
      isStopping: () => false,
    });
  /** Makes rows look as old as the test needs them; the clock of the side store stands at 2026-01-05T10:41. */
  const age = (event: string, storedAt: string) => {
    const file = openSqlite(join(folder, 'privacy.db'));
    file.run('UPDATE personal_value SET stored_at = :storedAt WHERE event_id = :event', {
      storedAt,
      event,
    });
    file.close();
  };

  it('is swept of values whose event was not recorded within 24 hours', async () => {
    const { personalValues, sideStore } = parts.privacy;
    const { id } = await parts.record('INV-1', 'employee-1');
    personalValues.commit(NEVER, [REASON]);
    expect(await sweep('2026-01-06T10:41:07.054Z')).toBe(0);
    expect(personalValues.open(NEVER)).toHaveLength(1);
    expect(await sweep('2026-01-06T10:41:07.056Z')).toBe(1);
    expect(personalValues.open(NEVER)).toEqual([]);
    expect(sideStore.knows(NEVER)).toBe(false);
    expect(sideStore.hasTraces()).toBe(true);
    expect(personalValues.open(id)).toHaveLength(2);
    expect((await parts.checked()).findings).toEqual([]);
  });

  it('is swept of values of an earlier attempt under the same id', async () => {
    const { personalValues } = parts.privacy;
    const { id } = await parts.record('INV-1', 'employee-1');
    personalValues.commit(id, [{ ...REASON, value: 'as first sent' }]);
    expect(personalValues.open(id)).toHaveLength(3);
    expect(await sweep('2026-01-08T00:00:00.000Z')).toBe(1);
    expect(personalValues.open(id)).toHaveLength(2);
    expect((await parts.checked()).findings).toEqual([]);
  });

  it('keeps a row that an append used again, however old it was', async () => {
    const { personalValues } = parts.privacy;
    personalValues.commit(NEVER, [REASON]);
    age(NEVER, '2026-01-03T00:00:00.000Z');
    // The append is tried again at the side store's own time: two days after the row was stored.
    personalValues.commit(NEVER, [REASON]);
    expect(await sweep('2026-01-05T10:42:00.000Z')).toBe(0);
    expect(personalValues.open(NEVER)).toHaveLength(1);
  });

  it('gives a value that was on its way a key of its own when its subject is erased', async () => {
    const { personalValues } = parts.privacy;
    const { actor } = await parts.record('INV-1', 'employee-1');
    const commitments = personalValues.commit(NEVER, [{ ...REASON, subject: actor.id }]);
    await parts.approve(await parts.ask({ subject: actor.id }));
    expect(parts.privacy.sideStore.knows(actor.id)).toBe(false);
    expect(personalValues.open(NEVER, commitments)).toMatchObject([{ value: REASON.value }]);
    expect((await parts.checked()).findings).toEqual([]);
  });

  it('has nothing to erase of an event that is still on its way', async () => {
    parts.privacy.personalValues.commit(NEVER, [REASON]);
    await expect(parts.ask({ subject: NEVER })).rejects.toMatchObject({ code: 'not-found' });
    expect(parts.privacy.personalValues.open(NEVER)).toHaveLength(1);
  });

  it('loses with an event what other attempts brought under its id', async () => {
    const { id } = await parts.record('INV-1', 'employee-1');
    parts.privacy.personalValues.commit(id, [{ pointer: '/data/personal/phone', value: '1' }]);
    await parts.approve(await parts.ask({ subject: id }));
    expect(parts.privacy.personalValues.open(id).map(({ path }) => path)).toEqual(['/data/reason']);
    expect(parts.privacy.sideStore.knows(id)).toBe(false);
    expect(await parts.checked()).toMatchObject({ findings: [], opened: 1, erased: 1 });
  });

  it('of an earlier version is opened, read and erased', async () => {
    const { id } = await parts.record('INV-1', 'employee-1');
    await parts.close();
    const file = openSqlite(join(folder, 'privacy.db'));
    file.exec('DROP INDEX personal_value_by_person; DROP TABLE upkeep');
    file.close();
    const privacy = openPrivacyIn(folder);
    expect(privacy.personalValues.open(id)).toHaveLength(2);
    expect(privacy.sideStore.carriedOut()).toBe(-1);
    privacy.close();
    parts = await ErasureParts.open(folder);
    await parts.approve(await parts.ask({ subject: id }));
    expect(await parts.checked()).toMatchObject({ findings: [], opened: 1, erased: 1 });
  });
});

it('a subject with more values than one event names is erased in several events', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-many-'));
  const parts = await ErasureParts.open(folder);
  const { pseudonyms, personalValues } = parts.privacy;
  const subject = pseudonyms.of('erp-de', 'busy', 'person');
  const many = 2_100;
  await parts.recordMany(many, 'busy');
  const outcome = await parts.approve(await parts.ask({ subject }));
  expect(outcome).toMatchObject({ erased: many, erasure: { status: 'erased' } });
  const erased = (await parts.entries()).filter(({ type }) => type === 'privacy.erased');
  expect(erased.length).toBeGreaterThan(3);
  expect(erased.map(({ data }) => data['isLast'])).toEqual([
    ...erased.slice(1).map(() => false),
    true,
  ]);
  expect(await parts.checked()).toEqual({ findings: [], warnings: [], opened: 0, erased: many });
  expect(personalValues.open((await parts.entries())[0]?.id ?? '')).toEqual([]);
  await parts.close();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);
