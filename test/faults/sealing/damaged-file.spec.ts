import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { openSqlite } from '../../../src/event-store/sqlite';
import { policyText, readPolicy } from '../../../src/sealing';
import { exitCodeOf } from '../../../src/sealing/check-report';
import { check, makeLedger, testSigner } from '../../support/sealed-ledger';
import { temporaryFolder } from '../../support/temporary-folder';

const policy = readPolicy(policyText(testSigner().vkey));
const folderOf = temporaryFolder();

async function ledgerFile(): Promise<{ folder: string; path: string; bytes: Buffer }> {
  const folder = folderOf();
  await makeLedger(folder, 30);
  const path = join(folder, 'ledger.db');
  return { folder, path, bytes: readFileSync(path) };
}

describe('a ledger whose file was changed below the database', () => {
  it('has the entry of a flipped byte named by index, stream, revision and field', async () => {
    const { folder, path, bytes } = await ledgerFile();
    const text = '"id":"invoice-E_DE.INV-1/7"';
    const at = bytes.indexOf(text);
    expect(at).toBeGreaterThan(0);
    bytes[at + 10] = bytes[at + 10]! ^ 1;
    writeFileSync(path, bytes);
    const report = await check(folder, { policy });
    expect(report.first).toMatchObject({
      code: 'leaf-mismatch',
      index: 23,
      stream: 'invoice-E_DE.INV-1',
      revision: 7,
      pointer: '/source/id',
    });
    expect(exitCodeOf(report)).toBe(1);
  });

  it('gets a report and no crash, wherever a byte is flipped', async () => {
    const { folder, path, bytes } = await ledgerFile();
    const reports: number[] = [];
    for (let at = 0; at < bytes.length; at += 2_003) {
      const bad = Buffer.from(bytes);
      bad[at] = bad[at]! ^ 0x55;
      writeFileSync(path, bad);
      reports.push(exitCodeOf(await check(folder, { policy })));
    }
    expect(reports.length).toBeGreaterThan(30);
    // A byte of a page that is not in use changes nothing.
    expect(reports.filter((code) => code !== 0 && code !== 1)).toEqual([]);
    expect(reports.filter((code) => code === 1).length).toBeGreaterThan(10);
  });

  it('is reported as damaged when it was cut off or is no database', async () => {
    const { folder, path, bytes } = await ledgerFile();
    for (const bad of [
      bytes.subarray(0, bytes.length / 2),
      Buffer.from('no database at all'.repeat(99)),
    ]) {
      writeFileSync(path, bad);
      const report = await check(folder, { policy });
      expect(report.findings.map((f) => f.code)).toContain('store-damaged');
      expect(exitCodeOf(report)).toBe(1);
    }
  });

  it('is refused as wrong use when it is another database', async () => {
    const { folder, path } = await ledgerFile();
    const other = join(folderOf(), 'other.db');
    openSqlite(other, { schema: 'CREATE TABLE t (a INTEGER) STRICT' }).close();
    copyFileSync(other, path);
    await expect(check(folder, { policy })).rejects.toMatchObject({ code: 'configuration' });
  });
});
