import { join } from 'node:path';
import { openSqlite } from '../../src/event-store/sqlite';
import { type Entry } from '../../src/kernel/entry';
import { openSideRows } from '../../src/privacy';
import { PrivacyCheck } from '../../src/sealing';
import { KEK, openPrivacyIn } from '../support/privacy';
import { temporaryFolder } from '../support/temporary-folder';

const EVENT = 'afbad565-a792-523e-b735-6ca0636bbe08';
const PATH = '/data/personal/payeeIban';
const AT = '2026-01-05T10:41:00.000Z';

/** Attack 21: tampering with the side store, dressed as an erasure. */
describe('a check of the side store', () => {
  const newFolder = temporaryFolder();
  let folder: string;
  let entry: Entry;
  beforeEach(() => {
    folder = newFolder();
    const privacy = openPrivacyIn(folder);
    const commitments = privacy.personalValues.commit(EVENT, [
      { pointer: PATH, value: 'DE75512108001245126199' },
    ]);
    privacy.close();
    entry = {
      v: 1,
      stream: 'invoice-E_DE.INV-1',
      revision: 0,
      id: EVENT,
      type: 'invoice.paid',
      contract: 1,
      occurredAt: AT,
      recordedAt: AT,
      actor: { id: 'per-5d0e71b30c2a', kind: 'person' },
      source: { system: 'erp-de' },
      data: {},
      commitments,
    };
  });
  const tamper = (sql: string) => {
    const file = openSqlite(join(folder, 'privacy.db'));
    file.exec(sql);
    file.close();
  };
  const codes = () => {
    const rows = openSideRows(join(folder, 'privacy.db'), KEK);
    const check = new PrivacyCheck();
    check.entry(entry, 0, (id) => rows.rowsOf(id));
    rows.close();
    return check.end().findings.map(({ code }) => code);
  };

  it('finds nothing wrong with what the service stored', () => {
    expect(codes()).toEqual([]);
  });

  it.each([
    ['the row is deleted', `DELETE FROM personal_value`, 'opening-missing'],
    ['the key is deleted', `PRAGMA foreign_keys = OFF; DELETE FROM subject_key`, 'opening-missing'],
    ['the row is edited', `UPDATE personal_value SET sealed = zeroblob(60)`, 'opening-mismatch'],
    ['the key is edited', `UPDATE subject_key SET wrapped = zeroblob(60)`, 'opening-mismatch'],
    [
      'the commitment beside it is edited',
      `UPDATE personal_value SET commitment = '${'ab'.repeat(32)}'`,
      'opening-missing',
    ],
    ['the row is moved', `UPDATE personal_value SET path = '/data/reason'`, 'opening-missing'],
  ])('tells when %s', (_what, sql, code) => {
    tamper(sql);
    expect(codes()).toEqual([code]);
  });

  it('sees without the key that rows are there, and no more', () => {
    const rows = openSideRows(join(folder, 'privacy.db'), undefined);
    expect(rows.rowsOf(EVENT)).toMatchObject([{ path: PATH, content: 'closed' }]);
    rows.close();
  });
});
