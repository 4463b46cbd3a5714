import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Entry } from '../../../src/kernel/entry';
import { checkLogFolder, exitCodeOf, policyText, readPolicy } from '../../../src/sealing';
import { entriesIn, rechained, writeForgedLog } from '../../support/forged-log';
import { check, makeLedger, testSigner } from '../../support/sealed-ledger';
import { temporaryFolder } from '../../support/temporary-folder';
import { TestApp } from '../../support/test-app';

const policy = readPolicy(policyText(testSigner().vkey));
const folderOf = temporaryFolder();
let entries: readonly Entry[];

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-time-'));
  await makeLedger(folder, 20);
  entries = entriesIn(folder);
  rmSync(folder, { recursive: true });
});

async function forged(changed: readonly Entry[]) {
  const folder = folderOf();
  writeForgedLog(folder, rechained(changed));
  return checkLogFolder(folder, { policy });
}

const recordedAt = (index: number, time: string): Entry[] =>
  entries.map((entry, i) => (i === index ? { ...entry, recordedAt: time } : entry));

/** What a witness or timestamp made of the log so far; it stands at that index. */
const anchored = (index: number): Entry => ({
  ...entries[0]!,
  stream: 'ledger-_.anchors',
  id: '00000000-0000-5000-8000-000000000001',
  type: 'ledger.anchored',
  recordedAt: entries[index - 1]!.recordedAt,
  data: { kind: 'quorum', size: index, root: 'ab'.repeat(32), checkpoint: 'cd'.repeat(32) },
});

describe('attack 12: backdated events and moved clocks', () => {
  it('an event recorded before the one in front of it is named', async () => {
    const report = await forged(recordedAt(13, '2025-12-31T23:59:59.999Z'));
    expect(report.first).toMatchObject({ code: 'time-regress', index: 13 });
    expect(exitCodeOf(report)).toBe(1);
  });

  it('an event recorded before the last anchor in front of it is a finding with its place', async () => {
    const changed = recordedAt(13, '2025-12-31T23:59:59.999Z');
    changed.splice(10, 0, anchored(10));
    const report = await forged(changed);
    expect(report.first).toMatchObject({
      code: 'time-regress',
      index: 14,
      stream: 'invoice-E_DE.INV-0',
      revision: 4,
      pointer: '/recordedAt',
    });
    expect(exitCodeOf(report)).toBe(1);
    const honest = [...entries];
    honest.splice(10, 0, anchored(10));
    expect(exitCodeOf(await forged(honest))).toBe(0);
  });

  it('a clock that is moved changes no order, and each step back is an event and an alarm', async () => {
    const app = await TestApp.start();
    const key = await app.issueKey('admin', ['access.manage', 'log.read']);
    const first = app.runtime.log.size();
    const hour = 3_600_000;
    // From 2026-11-02 back to the eve of 2024-02-29, over that day, twice around the end of summer time, a day back.
    const steps = [-977 * 24 * hour, 24 * hour, 240 * 24 * hour, -hour, hour, -hour, -24 * hour];
    for (const [i, step] of steps.entries()) {
      app.clock.advance(step);
      await app
        .withKey(key)
        .post('/v1/access/keys')
        .set('Idempotency-Key', `moved-${i}`)
        .send({ client: `moved-${i}`, kind: 'service', scopes: ['ledger.read'] })
        .expect(201);
    }
    const all = Array.from(
      { length: app.runtime.log.size() - first },
      (_, i) => JSON.parse(Buffer.from(app.runtime.log.entryBytes(first + i)).toString()) as Entry,
    );
    const issued = all.filter(({ type }) => type === 'access.key-issued');
    expect(issued.map(({ data }) => data['client'])).toEqual(steps.map((_, i) => `moved-${i}`));
    const told = (type: string) => all.filter((entry) => entry.type === type);
    const back = steps.filter((step) => step < 0).length;
    expect(told('ledger.clock-regressed')).toHaveLength(back);
    // The same step twice is two events; an alarm that says the same as the last one is not raised again.
    expect(told('ledger.alarm-raised')).toHaveLength(back - 1);
    const vkey = app.runtime.secrets.signer.vkey;
    await app.stop('keep');
    const report = await check(join(app.dataDir, 'ledgers', 'acme'), {
      policy: readPolicy(policyText(vkey)),
    });
    expect(report).toMatchObject({ result: 'verified', findings: [] });
    expect(report.warnings).toHaveLength(back);
    rmSync(app.dataDir, { recursive: true });
  });
});
