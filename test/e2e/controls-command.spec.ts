import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { controlsApprove, controlsImport, type ControlsImport } from '../../src/cli/controls';
import { type Output } from '../../src/cli/output';
import { ApiClient } from '../../src/client/api-client';
import shipped from '../../src/controls/default-rule-set.json';
import { TestApp } from '../support/test-app';

describe('tieout controls', () => {
  let app: TestApp;
  let admin: ApiClient;
  let approver: ApiClient;
  let folder: string;
  let told: string[] = [];
  const output: Output = {
    json: false,
    quiet: false,
    out: (text) => void told.push(text),
    note: (text) => void told.push(text),
  };

  beforeAll(async () => {
    app = await TestApp.start();
    await app.app.listen(0, '127.0.0.1');
    const url = await app.app.getUrl();
    const scopes = ['config.manage', 'ledger.read'];
    admin = new ApiClient(url, await app.issueKey('admin', scopes));
    approver = new ApiClient(url, await app.issueKey('controller', ['approve', 'ledger.read']));
    folder = join(app.dataDir, 'files');
    mkdirSync(folder);
  });
  afterAll(() => app.stop());

  async function take(kind: string, name: string, text: string, more: ControlsImport = {}) {
    told = [];
    const file = join(folder, name);
    writeFileSync(file, text);
    const exitCode = await controlsImport({ kind, file, ...more }, admin, output);
    await app.settle();
    return [exitCode, ...told];
  }
  async function approve(kind: string, ...ids: string[]) {
    told = [];
    const exitCode = await controlsApprove(kind, ids, approver, output);
    await app.settle();
    return [exitCode, ...told];
  }

  it('proposes the rows of a file, once, and puts all of them in force', async () => {
    const rates =
      'id,from,to,date,rate,source\nUSD-EUR-2026-11-02,USD,EUR,2026-11-02,0.92,ECB\nX,USD,EUR,2026-11-03,0.93,ECB';
    expect(await take('exchange-rates', 'rates.csv', rates, { dryRun: true })).toEqual([
      ...[
        1,
        expect.stringContaining('line 3: '),
        'dry run: 2 rows, 1 proposed, 0 unchanged, 1 rejected',
      ],
    ]);
    expect((await take('exchange-rates', 'rates.csv', rates)).at(-1)).toBe(
      '2 rows, 1 proposed, 0 unchanged, 1 rejected',
    );
    expect((await take('exchange-rates', 'rates.csv', rates)).at(-1)).toBe(
      '2 rows, 0 proposed, 1 unchanged, 1 rejected',
    );
    expect(await approve('exchange-rates')).toEqual([0, '1 approved, 0 refused']);
    expect(await approve('exchange-rates', 'none')).toEqual([
      ...[1, expect.stringContaining('none: '), '0 approved, 1 refused'],
    ]);
  });

  it('proposes a rule set as it ships, with another beginning, and names what is missing', async () => {
    const weaker = { ...shipped, rules: shipped.rules.filter(({ id }) => id !== 'P2P-04') };
    const more = { id: 'acme', effectiveFrom: '2026-12-01' };
    const text = JSON.stringify(weaker);
    expect(await take('rule-sets', 'rules.json', text, { ...more, dryRun: true })).toEqual([
      0,
      'dry run: acme version 1 proposed',
      'critical rules missing or weaker: P2P-04',
    ]);
    expect((await take('rule-sets', 'rules.json', text, more))[1]).toBe('acme version 1 proposed');
    const later = { ...more, effectiveFrom: '2027-01-01' };
    expect((await take('rule-sets', 'rules.json', text, later))[1]).toBe('acme version 2 proposed');
  });

  it('proposes what a system grants', async () => {
    const rows = 'person,duty\nP-A,VEND-MAINT\n';
    await expect(take(...(['entitlements', 'may.csv', rows] as const))).rejects.toThrow('--system');
    const more = { system: 'erp', asOf: '2026-11-01T00:00:00.000Z' };
    expect(await take('entitlements', 'may.csv', rows, more)).toEqual([
      0,
      '1 rows, proposed, 0 rejected',
    ]);
    expect((await take('entitlements', 'may.csv', rows, more)).at(-1)).toContain('unchanged');
    await expect(take('entitlements', 'may.txt', rows, more)).rejects.toThrow('.csv');
  });
});
