import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Entry } from '../../../src/kernel/entry';
import { checkLogFolder, exitCodeOf, policyText, readPolicy } from '../../../src/sealing';
import { entriesIn, rechained, rewriteLedger, writeForgedLog } from '../../support/forged-log';
import { check, makeLedger, testSigner } from '../../support/sealed-ledger';
import { temporaryFolder } from '../../support/temporary-folder';

const policy = readPolicy(policyText(testSigner().vkey));
const folderOf = temporaryFolder();
let entries: readonly Entry[];

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-times-'));
  await makeLedger(folder, 20);
  entries = entriesIn(folder);
  rmSync(folder, { recursive: true });
});

async function checked(changed: readonly Entry[]) {
  const folder = folderOf();
  writeForgedLog(folder, rechained(changed));
  return checkLogFolder(folder, { policy });
}

const own = (stream: string, type: string, more: Partial<Entry>): Entry => ({
  ...entries[0]!,
  ...{ stream, type, id: `00000000-0000-5000-8000-0000000000${stream.length}` },
  ...more,
});

const movedBack = (from: number, ms: number): Entry[] =>
  entries.map((entry, i) =>
    i < from
      ? entry
      : { ...entry, recordedAt: new Date(Date.parse(entry.recordedAt) - ms).toISOString() },
  );

describe('times of recording', () => {
  it('that fall by over two seconds are one finding for all events in a row', async () => {
    const report = await checked(movedBack(12, 60_000));
    expect(report.findings).toMatchObject([
      { code: 'time-regress', index: 12, stream: 'invoice-E_DE.INV-2', pointer: '/recordedAt' },
    ]);
    expect(report.findings[0]!.detail).toContain('So do 8 more');
    expect(exitCodeOf(report)).toBe(1);
  });

  it('that fall in a ledger in service are a warning, so that recording goes on', async () => {
    const folder = folderOf();
    await rewriteLedger(folder, movedBack(12, 60_000));
    expect((await check(folder, { policy })).findings).toMatchObject([
      { code: 'time-regress', index: 12 },
    ]);
    const live = await check(folder, { policy, pace: () => Promise.resolve() });
    expect(live).toMatchObject({ result: 'verified', findings: [] });
    expect(live.warnings).toEqual([expect.stringContaining('time-regress: index 12')]);
  });

  it('may fall by two seconds, since clocks are kept right', async () => {
    // One event a second: 3 s back is 2 s behind the event before.
    expect(await checked(movedBack(12, 3_000))).toMatchObject({ findings: [], warnings: [] });
    expect((await checked(movedBack(12, 3_001))).findings).toHaveLength(1);
  });

  it('fall with a warning behind the event that says that the clock did', async () => {
    const changed = movedBack(12, 60_000);
    const { recordedAt } = changed[12]!;
    const data = { from: entries[11]!.recordedAt, to: recordedAt };
    changed.splice(12, 0, own('ledger-_.clock', 'ledger.clock-regressed', { recordedAt, data }));
    // An event that was under way still has the time from before.
    changed.splice(
      13,
      0,
      own('invoice-E_DE.LATE', 'invoice.received', {
        ...entries[11]!,
        id: '00000000-0000-5000-8000-000000000009',
        stream: 'invoice-E_DE.LATE',
        revision: 0,
      }),
    );
    delete (changed[13] as { prev?: string }).prev;
    const report = await checked(changed);
    expect(report).toMatchObject({ result: 'verified', findings: [] });
    expect(report.warnings).toEqual([expect.stringContaining('as index 12 says')]);
  });
});

describe('an id that stands twice', () => {
  const repeated = (): Entry[] =>
    entries.map((entry, i) => (i === 15 ? { ...entry, id: entries[7]!.id } : entry));

  it('is a finding at its second place', async () => {
    const report = await checked(repeated());
    expect(report.findings).toMatchObject([{ code: 'id-duplicate', index: 15 }]);
  });

  it('is a warning where an alarm of the ledger names it, and only that id', async () => {
    const alarm = (about: string): Entry => {
      const data = { alarm: 'id-duplicate', about, detail: 'It stands twice.', size: 16 };
      const { recordedAt } = entries[20]!;
      return own('ledger-_.alarms', 'ledger.alarm-raised', { recordedAt, data });
    };
    const report = await checked([...repeated(), alarm(entries[7]!.id)]);
    expect(report).toMatchObject({ result: 'verified', findings: [] });
    expect(report.warnings).toEqual([expect.stringContaining('index 15')]);
    const other = await checked([...repeated(), alarm(entries[8]!.id)]);
    expect(other.findings).toMatchObject([{ code: 'id-duplicate', index: 15 }]);
  });
});
