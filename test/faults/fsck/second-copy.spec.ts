import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fsck } from '../../../src/cli/fsck';
import { leafHash } from '../../../src/kernel/hash';
import { type CheckReport, policyText } from '../../../src/sealing';
import { readBundle } from '../../../src/sealing/entry-bundle';
import { tamper, testSigner } from '../../support/sealed-ledger';
import { temporaryFolder } from '../../support/temporary-folder';
import { exportTestLog, makeWideLedger } from '../../support/wide-ledger';

const folderOf = temporaryFolder();
let original: string;

/** 300 events over twenty invoices, ten a commit; the last event of each invoice has no successor. */
beforeAll(async () => {
  original = mkdtempSync(join(tmpdir(), 'tieout-copies-'));
  await makeWideLedger(join(original, 'ledger'), 30, 10);
  await exportTestLog(join(original, 'ledger'), join(original, 'log'));
  writeFileSync(join(original, 'policy'), policyText(testSigner().vkey));
});
afterAll(() => rmSync(original, { recursive: true }));

async function told(path: string, copy?: string): Promise<{ code: number; report: CheckReport }> {
  const said: string[] = [];
  const output = {
    json: true,
    quiet: true,
    out: (text: string) => said.push(text),
    note: () => {},
  };
  const policy = join(original, 'policy');
  const code = await fsck(path, { policy, ...(copy === undefined ? {} : { copy }) }, output);
  return { code, report: JSON.parse(said.join('')) as CheckReport };
}

const LAST = 300;
/** Row, leaf column: all that a store has of an entry behind the last full tile. */
function forgedLedger(): string {
  const folder = folderOf();
  cpSync(join(original, 'ledger'), folder, { recursive: true });
  tamper(folder, (db) => {
    const row = db
      .prepare<[number], { entry: Buffer }>('SELECT entry FROM event WHERE position = ?')
      .get(LAST + 1)!;
    const entry = Buffer.from(row.entry.toString().replace('1190.00', '87.50'));
    db.prepare('UPDATE event SET entry = ?, leaf = ? WHERE position = ?').run(
      entry,
      Buffer.from(leafHash(entry)),
      LAST + 1,
    );
  });
  return folder;
}

function forgedLog(): string {
  const folder = join(folderOf(), 'log');
  cpSync(join(original, 'log'), folder, { recursive: true });
  const path = join(folder, 'tile/entries/001.p/45');
  const bytes = readFileSync(path);
  const i = LAST - 256;
  const at = readBundle(bytes)![i]!.byteOffset - bytes.byteOffset;
  bytes.write('9190.00', bytes.indexOf('1190.00', at), 'latin1');
  writeFileSync(path, bytes);
  const tile = join(folder, 'tile/0/001.p/45');
  const hashes = readFileSync(tile);
  Buffer.from(leafHash(readBundle(bytes)![i]!)).copy(hashes, 32 * i);
  writeFileSync(tile, hashes);
  return folder;
}

describe('another copy of a ledger', () => {
  it.each([
    ['a store, by an exported log', forgedLedger, 'log'],
    ['a store, by a backup', forgedLedger, 'ledger'],
    ['an exported log, by the ledger', forgedLog, 'ledger'],
  ] as const)('tells which entry of %s was changed, and which field', async (_, forge, copy) => {
    const folder = forge();
    const alone = await told(folder);
    expect(alone).toMatchObject({ code: 1, report: { first: { code: 'root-mismatch' } } });
    const { code, report } = await told(folder, join(original, copy));
    expect(code).toBe(1);
    expect(report.first).toMatchObject({
      code: 'leaf-mismatch',
      index: LAST,
      stream: 'invoice-E_DE.INV-9',
      pointer: '/data/amount/amount',
    });
  });

  it('is not believed where it was changed itself', async () => {
    expect(await told(join(original, 'ledger'), forgedLog())).toMatchObject({
      code: 0,
      report: { findingCount: 0 },
    });
    expect((await told(forgedLedger(), forgedLog())).report.first?.code).toBe('root-mismatch');
  });

  it('that is none is wrong usage', async () => {
    await expect(told(join(original, 'ledger'), folderOf())).rejects.toThrow(/--copy/u);
    await expect(told(join(original, 'ledger'), '/nowhere')).rejects.toThrow(/does not exist/u);
  });
});
