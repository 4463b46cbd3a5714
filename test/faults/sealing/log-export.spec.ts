import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqlite } from '../../../src/event-store/sqlite';
import { ExportedFolder, exportLog, foundingOf, logPieces, SqliteLog } from '../../../src/sealing';
import {
  makeLedger,
  openTestStore,
  tamper,
  TEST_ORIGIN,
  TestWriter,
} from '../../support/sealed-ledger';
import { temporaryFolder } from '../../support/temporary-folder';

const folderOf = temporaryFolder();
const EVENTS = 300;
const KEYS = 'log example\nquorum none\n';

type More = Partial<Parameters<typeof exportLog>[0]>;

/** Exports as the command does: over a read-only connection of its own. */
async function exported(ledger: string, folder: string, more: More = {}) {
  const sql = openSqlite(join(ledger, 'ledger.db'), { readonly: true });
  try {
    const log = new SqliteLog(sql, foundingOf(sql).origin);
    return await exportLog({ log, folder, keys: KEYS, ...more });
  } finally {
    sql.close();
  }
}

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();

/** Size, and whether the entries of the bundles lead to the root that the checkpoint names. */
function fromBundles(folder: string): { size: number; agrees: boolean } {
  const [, size = '', root] = readFileSync(join(folder, 'checkpoint'), 'utf8').split('\n');
  const leaves: Buffer[] = [];
  for (const { level, path, width } of logPieces(Number(size))) {
    if (level !== 'entries') continue;
    const bundle = readFileSync(join(folder, path));
    let at = 0;
    for (let i = 0; i < width; i += 1) {
      const end = at + 2 + bundle.readUInt16BE(at);
      leaves.push(sha256(Buffer.from([0]), bundle.subarray(at + 2, end)));
      at = end;
    }
    expect(at).toBe(bundle.length);
  }
  return { size: Number(size), agrees: rootOf(leaves).toString('base64') === root };
}

describe('an exported log', () => {
  let ledger: string;
  beforeAll(async () => {
    ledger = mkdtempSync(join(tmpdir(), 'tieout-test-'));
    await makeLedger(ledger, EVENTS);
  }, 60_000);
  afterAll(() => rmSync(ledger, { recursive: true }));

  it('holds checkpoint, keys, and every tile and bundle of its size', async () => {
    const folder = join(folderOf(), 'log');
    const done = await exported(ledger, folder);
    expect(done).toEqual({ origin: TEST_ORIGIN, size: 301, from: 0, files: 5, isFinished: true });
    expect(filesOf(folder)).toEqual(
      [
        'checkpoint',
        'keys',
        'tile/0/000',
        'tile/0/001.p/45',
        'tile/1/000.p/1',
        'tile/entries/000',
        'tile/entries/001.p/45',
      ].sort(),
    );
    expect(fromBundles(folder)).toEqual({ size: 301, agrees: true });
    expect(readFileSync(join(folder, 'keys'), 'utf8')).toBe(KEYS);
    const tile = readFileSync(join(folder, 'tile/1/000.p/1'));
    expect(tile).toEqual(rootOf(hashesIn(readFileSync(join(folder, 'tile/0/000')))));
    expect([...new ExportedFolder(folder).strangers()]).toEqual([]);
  });

  it('grows by what is new, beside a writer, and drops partial tiles that became full', async () => {
    const growing = folderOf();
    const folder = join(folderOf(), 'log');
    await makeLedger(growing, 100);
    await exported(growing, folder);
    const store = await openTestStore(growing);
    const writer = new TestWriter(store);
    for (let i = 0; i < 200; i += 1) await writer.append(`NEW-${i}`);
    const done = await exported(growing, folder);
    await store.close();
    expect(done).toMatchObject({ size: 301, from: 101, files: 5 });
    expect(filesOf(folder)).not.toContain('tile/0/000.p/101');
    expect(fromBundles(folder)).toEqual({ size: 301, agrees: true });
    expect(await exported(growing, folder)).toMatchObject({ from: 301, files: 0 });
  });

  it('has no checkpoint until it is whole, and the same command goes on', async () => {
    const folder = join(folderOf(), 'log');
    const stop = new AbortController();
    const interrupted = await exported(ledger, folder, {
      signal: stop.signal,
      onProgress: (done) => done === 2 && stop.abort(),
    });
    expect(interrupted).toMatchObject({ isFinished: false, files: 2 });
    expect(existsSync(join(folder, 'checkpoint'))).toBe(false);
    expect(await exported(ledger, folder)).toMatchObject({ isFinished: true, files: 5 });
    expect(fromBundles(folder).agrees).toBe(true);
  });

  it('leaves out what a mirror has', async () => {
    const folder = join(folderOf(), 'log');
    await exported(ledger, folder, { fromSize: 256 });
    expect(filesOf(folder)).toEqual([
      'checkpoint',
      'keys',
      'tile/0/001.p/45',
      'tile/entries/001.p/45',
    ]);
  });

  it('is refused on the folder of another log, of a longer one, and of none', async () => {
    const folder = join(folderOf(), 'log');
    await exported(ledger, folder);
    const other = folderOf();
    await makeLedger(other, 301, '99.00');
    const before = readFileSync(join(folder, 'checkpoint'), 'utf8');
    await expect(exported(other, folder)).rejects.toMatchObject({
      members: { finding: 'checkpoint-inconsistent' },
    });
    const shorter = folderOf();
    await makeLedger(shorter, 20);
    await expect(exported(shorter, folder)).rejects.toMatchObject({
      members: { finding: 'checkpoint-rollback' },
    });
    expect(readFileSync(join(folder, 'checkpoint'), 'utf8')).toBe(before);
    const home = folderOf();
    writeFileSync(join(home, 'letter.txt'), 'x');
    await expect(exported(ledger, home)).rejects.toMatchObject({
      members: { finding: 'pack-file' },
    });
    expect(readdirSync(home)).toEqual(['letter.txt']);
  });

  it('is not made of entries that were not sealed', async () => {
    const changed = folderOf();
    await makeLedger(changed, 20);
    tamper(changed, (db) =>
      db.exec(
        `UPDATE event SET entry = CAST(replace(CAST(entry AS TEXT), '1190.00', '1190.01') AS BLOB) WHERE position = 7`,
      ),
    );
    const folder = join(folderOf(), 'log');
    await expect(exported(changed, folder)).rejects.toMatchObject({ code: 'store-corrupt' });
    expect(existsSync(join(folder, 'checkpoint'))).toBe(false);
  });
});

describe('the reader of an exported log', () => {
  it('opens no links and names what does not belong', () => {
    const folder = folderOf();
    mkdirSync(join(folder, 'tile', '0', 'x001'), { recursive: true });
    writeFileSync(join(folder, 'secret'), 'x');
    symlinkSync(join(folder, 'secret'), join(folder, 'checkpoint'));
    symlinkSync(join(folder, 'secret'), join(folder, 'tile', '0', '000'));
    symlinkSync('/', join(folder, 'tile', 'entries'));
    writeFileSync(join(folder, 'tile', '0', '001'), 'good');
    writeFileSync(join(folder, 'tile', '0', '0'), 'strange');
    const log = new ExportedFolder(folder);
    expect(() => log.checkpoint()).toThrow('checkpoint is no plain file.');
    expect(() => log.piece('tile/0/000')).toThrow('tile/0/000 is no plain file.');
    expect(() => log.piece('tile/entries/000')).toThrow('tile/entries is a link.');
    expect(Buffer.from(log.piece('tile/0/001')!).toString()).toBe('good');
    expect(log.piece('tile/0/002')).toBeUndefined();
    expect([...log.strangers()].sort()).toEqual(
      ['checkpoint', 'secret', 'tile/0/0', 'tile/0/000', 'tile/entries'].sort(),
    );
  });
});

const sha256 = (...parts: readonly Buffer[]): Buffer =>
  createHash('sha256').update(Buffer.concat(parts)).digest();

const hashesIn = (tile: Buffer): Buffer[] =>
  Array.from({ length: tile.length / 32 }, (_, i) => tile.subarray(32 * i, 32 * i + 32));

function rootOf(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 1) return leaves[0]!;
  let half = 1;
  while (half * 2 < leaves.length) half *= 2;
  return sha256(Buffer.from([1]), rootOf(leaves.slice(0, half)), rootOf(leaves.slice(half)));
}
