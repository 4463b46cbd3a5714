import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { DataFilesCheck } from '../../../src/cli/data-files';
import { checkStoreFolder, policyText, readPolicy } from '../../../src/sealing';
import { type CheckReport } from '../../../src/sealing/check-report';
import { seededRandomness } from '../../support/seeded-randomness';
import { TestApp } from '../../support/test-app';
import { filesBelow } from '../../support/wide-ledger';

const LEDGER = 'ledgers/acme';
/** Files whose content nothing else tells: what a check says about them is that it did not check them. */
const UNTOLD = ['keys/pepper', 'bootstrap.key', `${LEDGER}/writer.txt`, `${LEDGER}/writer.lock`];
const FLIPS: Readonly<Record<string, number>> = {
  [`${LEDGER}/ledger.db`]: 90,
  [`${LEDGER}/privacy.db`]: 30,
};
const FLIPS_ELSEWHERE = 4;

let app: TestApp;
let data: string;
let policy: ReturnType<typeof readPolicy>;

beforeAll(async () => {
  app = await TestApp.start();
  const { runtime } = app;
  for (let i = 0; i < 30; i += 1) await app.issueKey(`client-${i}`, ['ledger.read']);
  runtime.privacy.pseudonyms.ofAll([
    { system: 'erp-de', account: 'lea.ng', kind: 'person' },
    { system: 'erp-de', account: 'jan.bo', kind: 'person' },
  ]);
  for (const id of ['afbad565-a792-523e-b735-6ca0636bbe08', '1f0e3dad-9990-5f38-8e15-2b5e0a1f2d3c'])
    runtime.privacy.personalValues.commit(id, [{ pointer: '/data/personal/note', value: 'n' }]);
  await runtime.blobs.putBytes(Buffer.from('a statement of the bank'));
  await app.settle();
  policy = readPolicy(policyText(runtime.secrets.signer.vkey));
  data = app.dataDir;
  await app.stop('keep');
});
afterAll(() => rmSync(data, { recursive: true }));

const check = (): Promise<CheckReport> =>
  checkStoreFolder(join(data, LEDGER), {
    policy,
    beside: new DataFilesCheck({
      ledger: join(data, LEDGER),
      data,
      kekFile: join(data, 'keys/kek'),
      anchorDir: join(data, 'anchors/acme'),
    }),
  });

describe('a data folder that nobody touched', () => {
  it('verifies, and says what was not checked', async () => {
    const report = await check();
    expect(report.findings).toEqual([]);
    expect(report.result).toBe('verified');
    expect(report.notes.join('\n')).toContain('keys/pepper was not checked');
  });
});

describe('a byte changed anywhere in a data folder', () => {
  it('is named with its file, and in an entry with index, stream and revision', async () => {
    const random = seededRandomness('data-folder');
    const missed: string[] = [];
    let [unused, derived] = [0, 0];
    const told = (name: string) => !UNTOLD.includes(name) && !/-(wal|shm)$/u.test(name);
    for (const file of filesBelow(data).filter(told)) {
      const path = join(data, file);
      const good = readFileSync(path);
      const before = contentOf(path, good);
      for (let i = 0; i < (FLIPS[file] ?? FLIPS_ELSEWHERE); i += 1) {
        const at = Buffer.from(random.bytes(4)).readUInt32BE(0) % good.length;
        const bad = Buffer.from(good);
        bad[at] = bad[at]! ^ (1 << (i % 8));
        writeFileSync(path, bad);
        const after = contentOf(path, bad);
        const report = await check();
        if (report.findingCount === 0) {
          // What no query gives carries no data: free space of a page, counters of the file's header.
          if (JSON.stringify(after) === JSON.stringify(before)) unused += 1;
          // Rows of a view are rebuilt from the ledger, not compared with it; the report says so.
          else if (report.notes.some((note) => note.includes(`${file} is derived`))) derived += 1;
          else missed.push(`${file} ${at}`);
        } else if (!isNamed(report, file, changedEntry(before, after))) {
          missed.push(`${file} ${at}: ${JSON.stringify(report.first)}`);
        }
        writeFileSync(path, good);
        removeSide(path);
      }
    }
    expect(missed).toEqual([]);
    expect(unused).toBeGreaterThan(0);
    expect(derived).toBeLessThanOrEqual(2 * FLIPS_ELSEWHERE);
    expect((await check()).findingCount).toBe(0);
  }, 240_000);

  function isNamed(report: CheckReport, file: string, index: number | undefined): boolean {
    const name = file.replace(/^.*\//u, '');
    const { first, findings } = report;
    if (index !== undefined) return first?.index === index && first.code === 'leaf-mismatch';
    if (name === 'ledger.db') return findings.length > 0;
    return findings.some((f) => f.file !== undefined && (f.file === file || f.file === name));
  }
});

type Content = Readonly<Record<string, unknown>>;

/** All rows of all tables; of a file that is no database, its bytes. */
function contentOf(path: string, bytes: Buffer): Content {
  if (!path.endsWith('.db')) return { bytes: bytes.toString('hex') };
  const db = new Database(path, { readonly: true });
  try {
    const tables = db
      .prepare<[], { name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'table'`)
      .all();
    const rows = tables.map(({ name }) => [
      name,
      db.prepare(`SELECT * FROM "${name}"`).raw().all(),
    ]);
    const schema = db.prepare('SELECT * FROM sqlite_schema').raw().all();
    return { ...Object.fromEntries(rows), schema } as Content;
  } catch (error) {
    return { error: (error as Error).message };
  } finally {
    db.close();
  }
}

/** Index of the event whose entry, and nothing else, is another one now. */
function changedEntry(before: Content, after: Content): number | undefined {
  const [was, is] = [before['event'], after['event']] as (unknown[][] | undefined)[];
  if (was === undefined || is === undefined || was.length !== is.length) return undefined;
  const differing = was.flatMap((row, i) => {
    const fields = row.flatMap((field, f) =>
      JSON.stringify(field) === JSON.stringify(is[i]![f]) ? [] : [f],
    );
    return fields.length === 0 ? [] : [{ i, isEntry: fields.join() === '6' }];
  });
  return differing.length === 1 && differing[0]!.isEntry ? differing[0]!.i : undefined;
}

/** A reader of a WAL file that is not there makes one beside the database. */
function removeSide(path: string): void {
  for (const end of ['-wal', '-shm']) if (existsSync(path + end)) rmSync(path + end);
}
