import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Shape } from './append-input';
import { HypercoreLog } from './append-hypercore';
import { Ledger } from './append-ledger';
import { RawTable } from './append-raw';
import { figure, percentile, report, rowOf } from './report';
import { measure, type Rate, ratios } from './rounds';

/**
 * Durable appends against raw better-sqlite3 with the same rows, indexes and fsyncs, without triggers, hashes or checks.
 * The ledger seals each commit with a signed checkpoint and makes a receipt with its proof for each event; its writer runs
 * in a thread of its own, as in the service, and once more in the caller's thread.
 */
const ROUNDS = 7;
const SECTION = 'In process, sealed, with receipts';

interface Work extends Shape {
  readonly title: string;
  readonly atLeast?: number;
}

const WORKS: readonly Work[] = [
  { title: '1 event a commit', commits: 400, events: 1, callers: 1, atLeast: 0.7 },
  { title: '100 events a commit', commits: 40, events: 100, callers: 1, atLeast: 0.5 },
  { title: '1,000 events a commit', commits: 8, events: 1_000, callers: 1 },
];
const CALLERS = { commits: 6_400, events: 1, callers: 64 };
const CALLERS_RAW = { commits: 400, events: 1, callers: 1 };

async function main(): Promise<void> {
  const base = mkdtempSync(join(tmpdir(), 'tieout-append-'));
  try {
    for (const [i, work] of WORKS.entries()) await against(join(base, String(i)), work);
    await peer(base);
    await callers(join(base, 'callers'));
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

async function against(folder: string, work: Work): Promise<void> {
  const thread = await Ledger.open(join(folder, 'thread'), 'worker', work);
  const inline = await Ledger.open(join(folder, 'inline'), 'inline', work);
  const raw = new RawTable(join(folder, 'raw.db'), work);
  const [limit, ...rates] = (await measure([raw, thread, inline], ROUNDS)) as [Rate, Rate, Rate];
  const target = work.atLeast === undefined ? '' : `>= ${work.atLeast} of raw`;
  for (const rate of rates) {
    report(
      rowOf({
        section: SECTION,
        work: `${work.title}, writer ${rate.name}`,
        target,
        values: ratios(rate, limit),
        unit: ` of raw (${figure(rate.median)}/s of ${figure(limit.median)}/s)`,
        atLeast: work.atLeast,
      }),
    );
  }
  await thread.close();
  await inline.close();
}

/** At 100 a commit, the writer in its thread as in the service. */
async function peer(base: string): Promise<void> {
  const shape = { commits: 40, events: 100, callers: 1 };
  const hypercore = await HypercoreLog.open(base, shape);
  if (hypercore === undefined) return;
  const ledger = await Ledger.open(join(base, 'peer'), 'worker', shape);
  const [theirs, ours] = (await measure([hypercore, ledger], ROUNDS)) as [Rate, Rate];
  report(
    rowOf({
      section: SECTION,
      work: '100 events a commit, against hypercore, which does not sync each',
      target: '>= 0.6 of hypercore 11',
      values: ratios(ours, theirs),
      unit: ` of hypercore (${figure(ours.median)}/s of ${figure(theirs.median)}/s)`,
      atLeast: 0.6,
    }),
  );
  await ledger.close();
  await hypercore.close();
}

async function callers(folder: string): Promise<void> {
  const ledger = await Ledger.open(join(folder, 'thread'), 'worker', CALLERS);
  const raw = new RawTable(join(folder, 'raw.db'), CALLERS_RAW);
  const [limit, rate] = (await measure([raw, ledger], ROUNDS)) as [Rate, Rate];
  const common = { section: SECTION, work: '64 callers, 1 event each' };
  report(
    rowOf({
      ...common,
      target: '>= 2 x raw at 1 a commit',
      values: ratios(rate, limit),
      unit: ` x raw at 1 a commit (${figure(limit.median)}/s)`,
      atLeast: 2,
    }),
  );
  report(
    rowOf({
      ...common,
      target: '>= 10,000/s on 2 cores',
      values: rate.rates,
      digits: 0,
      unit: '/s',
      atLeast: 10_000,
    }),
  );
  report(
    rowOf({
      ...common,
      target: 'p99 < 50 ms',
      values: [percentile(ledger.latencies, 0.99)],
      digits: 1,
      unit: ' ms p99',
      atMost: 50,
    }),
  );
  await ledger.close();
}

void main();
