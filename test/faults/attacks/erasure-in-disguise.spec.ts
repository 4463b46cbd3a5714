import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DataFilesCheck } from '../../../src/cli/data-files';
import { openSqlite } from '../../../src/event-store/sqlite';
import {
  type CheckReport,
  checkStoreFolder,
  exitCodeOf,
  policyText,
  readPolicy,
} from '../../../src/sealing';
import { PrivacyDesk } from '../../support/privacy-desk';
import { temporaryFolder } from '../../support/temporary-folder';

const LEDGER = 'ledgers/acme';
const folderOf = temporaryFolder();

describe('attack 21: tampering dressed as an erasure', () => {
  let data: string;
  let policy: ReturnType<typeof readPolicy>;
  /** Index of the event whose values were erased properly, and of the one that is tampered with. */
  const at: { erased: number; kept: number } = { erased: -1, kept: -1 };

  beforeAll(async () => {
    const desk = await PrivacyDesk.start();
    const erased = await desk.record('INV-1', 'somebody');
    at.erased = desk.app.runtime.log.size() - 1;
    await desk.record('INV-2', 'somebody-else');
    at.kept = desk.app.runtime.log.size() - 1;
    await desk.approve(await desk.ask({ subject: erased.id }));
    await desk.app.settle();
    policy = readPolicy(policyText(desk.app.runtime.secrets.signer.vkey));
    data = desk.app.dataDir;
    await desk.app.stop('keep');
  });
  afterAll(() => rmSync(data, { recursive: true }));

  async function fsck(change: (folder: string) => void): Promise<CheckReport> {
    const folder = folderOf();
    cpSync(data, folder, { recursive: true });
    change(join(folder, LEDGER));
    const ledger = join(folder, LEDGER);
    const kekFile = join(folder, 'keys/kek');
    const beside = new DataFilesCheck({ ledger, data: folder, kekFile, anchorDir: undefined });
    return checkStoreFolder(ledger, { policy, beside });
  }
  const edit = (sql: string) => (ledger: string) => {
    const file = openSqlite(join(ledger, 'privacy.db'));
    file.exec(`PRAGMA foreign_keys = OFF; ${sql}`);
    file.close();
  };

  it('a proper erasure is no finding', async () => {
    const report = await fsck(() => undefined);
    expect(report.findings).toEqual([]);
    expect(report.result).toBe('verified');
  });

  it.each<[string, (ledger: string) => void, string]>([
    ['a row that was deleted', edit('DELETE FROM personal_value'), 'opening-missing'],
    ['keys that were deleted', edit('DELETE FROM subject_key'), 'opening-missing'],
    [
      'a row that was edited',
      edit('UPDATE personal_value SET sealed = zeroblob(60)'),
      'opening-mismatch',
    ],
    ['the whole file deleted', (ledger) => rmSync(join(ledger, 'privacy.db')), 'opening-missing'],
  ])(
    '%s is a finding at the event, and not at the one that was erased',
    async (_, change, code) => {
      const report = await fsck(change);
      expect(exitCodeOf(report)).toBe(1);
      expect(report.findings).toContainEqual(
        expect.objectContaining({
          code,
          index: at.kept,
          stream: 'invoice-E_DE.INV-2',
          revision: 0,
          pointer: '/data/personal/payeeIban',
        }),
      );
      const { findings } = report;
      const named = findings.filter(({ index }) => index === at.erased);
      expect(named.map(({ pointer }) => pointer)).not.toContain('/data/personal/payeeIban');
    },
  );
});
