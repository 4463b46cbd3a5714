import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reconImport, type ReconImportCommand, reconMapping } from '../../src/cli/recon';
import { type Output } from '../../src/cli/output';
import { type BulkTarget } from '../../src/client/bulk';
import { TestApp } from '../support/test-app';

const mt940 = (closing: string) =>
  `:20:S\n:25:DE02\n:28C:1/1\n:60F:C261102EUR100,00\n:61:2611031103D7,50NTRFX\n:62F:C261103EUR${closing}\n-\n`;

describe('tieout recon import', () => {
  let app: TestApp;
  let target: BulkTarget;
  let folder: string;
  const told: string[] = [];
  const output: Output = {
    json: false,
    quiet: true,
    out: (text) => void told.push(text),
    note: (text) => void told.push(text),
  };

  beforeAll(async () => {
    app = await TestApp.start();
    await app.app.listen(0, '127.0.0.1');
    const key = await app.issueKey('preparer', ['recon.work', 'ledger.read']);
    target = { baseUrl: await app.app.getUrl(), key };
    folder = join(app.dataDir, 'files');
    mkdirSync(folder);
  });
  afterAll(() => app.stop());

  async function run(text: string, command: Partial<ReconImportCommand> = {}) {
    told.length = 0;
    const path = join(folder, 'file');
    writeFileSync(path, text);
    const exitCode = await reconImport(path, { source: 'bank', ...command }, target, output);
    return { exitCode, said: told.join('\n') };
  }

  it('imports a file once, and the same file again without effect', async () => {
    const first = await run(mt940('92,50'));
    expect(first.exitCode).toBe(0);
    expect(first.said).toMatch(
      /^mt940: 1 statements, 1 lines \(0 known\), 0 rows rejected; batch /,
    );
    expect(await run(mt940('92,50'))).toEqual(first);
    await app.settle();
    expect(await run(mt940('92,50'), { entity: 'E_DE' })).toMatchObject({
      exitCode: 0,
      said: expect.stringContaining('This file was imported before') as string,
    });
  });

  it('says which control failed', async () => {
    expect(await run(mt940('92,51'), { dryRun: true })).toEqual({
      exitCode: 1,
      said: expect.stringContaining(
        'control balance: failed in 1 statements, passed in 0',
      ) as string,
    });
  });

  it('says why a file was refused', async () => {
    expect(await run('no statement at all')).toMatchObject({
      exitCode: 1,
      said: expect.stringMatching(/^The file is none of camt\.053/) as string,
    });
  });

  it('reads CSV by a mapping that it saved', async () => {
    const file = join(folder, 'mapping.json');
    const columns = { bookDate: 'Day', amount: 'Amount' };
    const mapping = { mapping: 1, kind: 'statement', date: 'iso', decimal: '.', currency: 'EUR' };
    writeFileSync(file, JSON.stringify({ ...mapping, account: 'A', columns }));
    told.length = 0;
    expect(await reconMapping('plain', file, target, output)).toBe(0);
    expect(told).toEqual(['plain is at version 1.']);
    const read = await run('Day,Amount\n2026-11-03,1.00\n2026-11-03,?\n', {
      source: 'bank-csv',
      mapping: 'plain',
      dryRun: true,
    });
    expect(read.exitCode).toBe(1);
    expect(read.said).toContain('csv: 1 statements, 1 lines (0 known), 1 rows rejected');
    expect(read.said).toContain('line 3: amount-unreadable');
  });
});
