import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ledger } from './append-ledger';
import { RawTable } from './append-raw';
import { BenchService } from './bench-service';
import { BulkStream, Callers } from './http-load';
import { figure, percentile, report, rowOf } from './report';
import { measure, type Rate, ratios } from './rounds';

/**
 * Appends over HTTP to the built service: an NDJSON stream beside the ledger in process at 1,000 a commit, and single
 * events by 64 callers, each with its receipt, beside a route of the same server that reads the body and does nothing. The
 * client runs on the same cores.
 */
const SECTION = 'HTTP';
const ROUNDS = 5;
const BULK_EVENTS = 60_000;
const SINGLE_EVENTS = 6_400;

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-bench-http-'));
  const service = await BenchService.start();
  try {
    await singles(service, folder);
    await bulk(service, folder);
  } finally {
    await service.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function singles(service: BenchService, folder: string): Promise<void> {
  const append = new Callers(service, { callers: 64, events: SINGLE_EVENTS, path: '/v1/events' });
  const noop = new Callers(service, { callers: 64, events: SINGLE_EVENTS, path: '/noop' });
  const raw = new RawTable(join(folder, 'raw.db'), { commits: 400, events: 1, callers: 1 });
  const measured = await measure([raw, noop, append], ROUNDS);
  const [limit, route, rate] = measured as [Rate, Rate, Rate];
  const common = { section: SECTION, work: '64 callers, 1 event each' };
  report(
    rowOf({
      ...common,
      target: '>= 0.6 of a no-op route',
      values: ratios(rate, route),
      unit: ` of a no-op route (${figure(rate.median)}/s of ${figure(route.median)}/s)`,
      atLeast: 0.6,
    }),
  );
  report(
    rowOf({
      ...common,
      target: 'p99 < 50 ms',
      values: [percentile(append.latencies, 0.99)],
      digits: 1,
      unit: ` ms p99 (p50 ${figure(percentile(append.latencies, 0.5), 1)} ms)`,
      atMost: 50,
    }),
  );
  report(
    rowOf({
      ...common,
      target: '',
      values: ratios(rate, limit),
      unit: ` x raw at 1 a commit (${figure(limit.median)}/s)`,
    }),
  );
}

async function bulk(service: BenchService, folder: string): Promise<void> {
  const shape = { commits: 20, events: 1_000, callers: 1 };
  const before = service.residentMib();
  const stream = new BulkStream(service, BULK_EVENTS);
  const ledger = await Ledger.open(join(folder, 'ledger'), 'worker', shape);
  const measured = await measure([ledger, stream], ROUNDS);
  const [inProcess, rate] = measured as [Rate, Rate];
  await ledger.close();
  const common = { section: SECTION, work: `bulk, one NDJSON stream of ${figure(BULK_EVENTS)}` };
  report(
    rowOf({
      ...common,
      target: '>= 30,000 events/s on 2 cores',
      values: rate.rates,
      digits: 0,
      unit: '/s',
      atLeast: 30_000,
    }),
  );
  report(
    rowOf({
      ...common,
      target: '>= 0.5 of in process at 1,000 a commit',
      values: ratios(rate, inProcess),
      unit: ` of in process (${figure(inProcess.median)}/s)`,
      atLeast: 0.5,
    }),
  );
  report({
    ...common,
    work: 'memory of the service while bulk came in',
    target: '',
    measured: `${stream.peakMib} MiB at most`,
    spread: `${before} MiB before`,
  });
  const readMs = await service.caughtUp();
  report({
    ...common,
    work: 'until the read model has all of it',
    target: '',
    measured: `${figure(readMs / 1000, 1)} s`,
    spread: '',
  });
}

void main();
