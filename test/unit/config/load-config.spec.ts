import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../../src/config';

describe('the configuration', () => {
  it('listens on this machine only until told otherwise', () => {
    expect(loadConfig({})).toMatchObject({ host: '127.0.0.1', port: 8080, logPublic: false });
  });

  it('names every error at once', () => {
    const wrong = { TIEOUT_PORT: 'eighty', TIEOUT_LEDGER: 'Main', TIEOUT_LOG_PUBLIC: 'true' };
    for (const name of Object.keys(wrong)) expect(() => loadConfig(wrong)).toThrow(name);
  });

  it('refuses a misspelt variable', () => {
    expect(() => loadConfig({ TIEOUT_HOTS: '0.0.0.0' })).toThrow(/TIEOUT_HOTS is not a variable/);
  });

  it('takes the environment before the file, and the file before the defaults', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'tieout-config-')), 'tieout.env');
    writeFileSync(file, '# ours\nTIEOUT_PORT=9000\nTIEOUT_LEDGER=acme\n');
    const config = loadConfig({ TIEOUT_CONFIG: file, TIEOUT_PORT: '9001' });
    expect(config).toMatchObject({
      port: 9001,
      ledger: 'acme',
      origin: 'localhost/ledgers/acme/log',
    });
  });

  it('names the line of a file that is no assignment', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'tieout-config-')), 'tieout.env');
    writeFileSync(file, 'TIEOUT_PORT=9000\nhost 0.0.0.0\n');
    expect(() => loadConfig({ TIEOUT_CONFIG: file })).toThrow(/line 2/);
  });
});
