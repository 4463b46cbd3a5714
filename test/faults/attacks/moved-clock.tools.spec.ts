import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient } from '../../../src/client/api-client';
import { policyText, readPolicy } from '../../../src/sealing';
import { entriesIn } from '../../support/forged-log';
import { check } from '../../support/sealed-ledger';
import { ServiceProcess } from '../../support/service-process';
import { registerSource, submittedRequest } from '../../support/service-source';

/** Where summer time ends on 2027-10-31: the hour from 02:00 comes twice. */
const ZONE = 'Europe/Berlin';
/** Moments there that a clock may jump to: over the end of summer time, back, before a leap day, and back by years. */
const MOMENTS = [
  '2027-10-31 02:59:55',
  '2027-10-31 03:00:30',
  '2027-10-31 01:30:00',
  '2028-02-28 23:59:57',
  '2026-06-01 12:00:00',
];

let data: string;
let library: string;
beforeAll(() => {
  library = fakeTimeLibrary();
  data = mkdtempSync(join(tmpdir(), 'tieout-clock-'));
});
afterAll(() => rmSync(data, { recursive: true, force: true }));

/** What `faketime` loads: it stays between us and its command, which then gets no signals. */
function fakeTimeLibrary(): string {
  try {
    const printed = execFileSync('faketime', ['-f', '+0', 'printenv', 'LD_PRELOAD']);
    return printed.toString().trim().split(':').at(-1)!;
  } catch {
    throw new Error('faketime is not installed: apt-get install faketime');
  }
}

const under = (moment: string): readonly string[] => [
  ...['env', `LD_PRELOAD=${library}`, `FAKETIME=@${moment}`, `TZ=${ZONE}`],
  'FAKETIME_DONT_FAKE_MONOTONIC=1',
];

it('attack 12: a service whose clock jumps keeps its order, and says each step back', async () => {
  const first = await ServiceProcess.start(data, under('2027-10-30 12:00:00'));
  const key = await registerSource(first);
  await first.stop();
  for (const [n, moment] of MOMENTS.entries()) {
    const service = await ServiceProcess.start(data, under(moment));
    const client = new ApiClient(service.url, key);
    await client.send('/v1/events', {
      method: 'POST',
      json: submittedRequest(n),
      headers: { 'Content-Type': 'application/cloudevents+json' },
    });
    await service.stop();
  }
  const ledger = join(data, 'ledgers', 'main');
  const entries = entriesIn(ledger);
  const submitted = entries.filter(({ type }) => type === 'requisition.submitted');
  expect(submitted.map(({ source }) => source.id)).toEqual(
    MOMENTS.map((_, n) => `REQ-${n}-submitted`),
  );
  const minutes = submitted.map(({ recordedAt }) => recordedAt.slice(0, 16).replace('T', ' '));
  expect(minutes[2]).toBe('2027-10-30 23:30');
  expect(minutes[4]).toBe('2026-06-01 10:00');
  expect(entries.filter(({ type }) => type === 'ledger.clock-regressed')).toHaveLength(2);
  const founding = entries[0]!.data as { vkey: string };
  const report = await check(ledger, { policy: readPolicy(policyText(founding.vkey)) });
  expect(report.result).toBe('verified');
  expect(report.warnings).toHaveLength(2);
}, 180_000);
