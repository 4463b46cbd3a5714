import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSqlite } from '../../src/event-store/sqlite';
import { compile, type Compiled } from '../support/compile';
import { ErasureParts, type Moment } from '../support/erasure-parts';
import { temporaryFolder } from '../support/temporary-folder';

const ACCOUNT = 'employee-of-may';
const MOMENTS: readonly Moment[] = [
  'approved',
  'recorded',
  'before-remove',
  'removed',
  'before-clear',
  'cleared',
];

describe('an erasure that is cut', () => {
  const newFolder = temporaryFolder();
  let child: Compiled;
  beforeAll(() => {
    child = compile('test/support/erasing.child.ts');
  });
  afterAll(() => child.remove());

  it.each(MOMENTS)('by kill -9 at "%s" is finished by the next start', async (moment) => {
    const folder = newFolder();
    const { signal } = spawnSync(process.execPath, [child.file, folder, moment], {
      timeout: 30_000,
    });
    expect(signal).toBe('SIGKILL');

    const parts = await ErasureParts.open(folder);
    // Whatever the moment: no value is gone that no event speaks of.
    expect((await parts.checked()).findings).toEqual([]);
    await parts.erasures.upkeep();
    expect(await parts.checked()).toEqual({ findings: [], warnings: [], opened: 5, erased: 3 });
    const erased = (await parts.entries()).filter(({ type }) => type === 'privacy.erased');
    expect(erased).toHaveLength(1);
    expect(erased[0]?.data['values']).toHaveLength(3);
    expect(parts.privacy.pseudonyms.knownAs('erp-de', ACCOUNT)).toBeUndefined();
    expect(parts.privacy.pseudonyms.knownAs('erp-de', 'somebody-else')).toBeDefined();
    expect(parts.privacy.sideStore.hasTraces()).toBe(false);
    expect(bytesOf(folder).includes(ACCOUNT)).toBe(false);
    await parts.close();
  });

  it('by an older copy of the side store put back is carried out again', async () => {
    const folder = newFolder();
    let parts = await ErasureParts.open(folder);
    const { id, actor } = await parts.record('INV-1', ACCOUNT);
    await parts.close();
    const copy = readFileSync(join(folder, 'privacy.db'));
    parts = await ErasureParts.open(folder);
    await parts.approve(await parts.ask({ subject: actor.id }));
    await parts.close();
    writeFileSync(join(folder, 'privacy.db'), copy);

    parts = await ErasureParts.open(folder);
    expect(parts.privacy.personalValues.open(id)).toHaveLength(2);
    expect((await parts.checked()).warnings).toHaveLength(1);
    await parts.erasures.upkeep();
    expect(await parts.checked()).toEqual({ findings: [], warnings: [], opened: 1, erased: 1 });
    expect(parts.privacy.pseudonyms.accountOf(actor.id)).toBeUndefined();
    await parts.close();
  });

  it('by a file that cannot be rewritten is recorded, said, and cleared later', async () => {
    const folder = newFolder();
    let isFull = true;
    const parts = await ErasureParts.open(folder, (moment) => {
      if (moment === 'before-clear' && isFull) throw new Error('database or disk is full');
    });
    const { actor } = await parts.record('INV-1', ACCOUNT);
    const outcome = await parts.approve(await parts.ask({ subject: actor.id }));
    expect(outcome).toMatchObject({ erased: 1, tracesLeft: true });
    expect(parts.reported).toHaveLength(1);
    expect(await parts.checked()).toMatchObject({ findings: [], opened: 1, erased: 1 });
    isFull = false;
    await parts.erasures.upkeep();
    expect(parts.privacy.sideStore.hasTraces()).toBe(false);
    expect(bytesOf(folder).includes(ACCOUNT)).toBe(false);
    await parts.close();
  });

  it('by a deletion that fails is not forgotten when another one succeeds', async () => {
    const folder = newFolder();
    let fails = true;
    const parts = await ErasureParts.open(folder, (moment) => {
      if (moment === 'before-remove' && fails) throw new Error('disk I/O error');
    });
    const first = await parts.record('INV-1', ACCOUNT);
    const second = await parts.record('INV-2', 'somebody-else');
    const one = await parts.ask({ subject: first.actor.id });
    await expect(parts.approve(one)).rejects.toThrow('disk I/O error');
    expect((await parts.checked()).findings).toEqual([]);
    fails = false;
    await parts.approve(await parts.ask({ subject: second.actor.id }));
    expect(await parts.checked()).toEqual({ findings: [], warnings: [], opened: 2, erased: 2 });
    await parts.close();
  });

  it('while somebody reads the file waits for its traces only', async () => {
    const folder = newFolder();
    const parts = await ErasureParts.open(folder);
    const { actor } = await parts.record('INV-1', ACCOUNT);
    const reader = openSqlite(join(folder, 'privacy.db'), { readonly: true });
    reader.run('BEGIN');
    reader.get('SELECT count(*) FROM personal_value');
    const outcome = await parts.approve(await parts.ask({ subject: actor.id }));
    expect(outcome).toMatchObject({ erased: 1, tracesLeft: true });
    reader.close();
    await parts.erasures.upkeep();
    expect(parts.privacy.sideStore.hasTraces()).toBe(false);
    await parts.close();
  }, 30_000);

  it('by two approvals at once happens once', async () => {
    const parts = await ErasureParts.open(newFolder());
    const { actor } = await parts.record('INV-1', ACCOUNT);
    const id = await parts.ask({ subject: actor.id });
    const both = await Promise.all([parts.approve(id), parts.approve(id, 'another')]);
    expect(both.map(({ erasure }) => erasure.status)).toEqual(['erased', 'erased']);
    const types = (await parts.entries()).map(({ type }) => type);
    expect(types.filter((type) => type === 'privacy.erasure-approved')).toHaveLength(1);
    expect(types.filter((type) => type === 'privacy.erased')).toHaveLength(1);
    await parts.close();
  });
});

function bytesOf(folder: string): Buffer {
  const files = readdirSync(folder).filter((name) => name.startsWith('privacy.db'));
  return Buffer.concat(files.map((name) => readFileSync(join(folder, name))));
}
