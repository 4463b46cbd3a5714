import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ledger } from './append-ledger';
import { figure, percentile, report, rowOf } from './report';
import { median } from './rounds';

/**
 * A ledger that grows: the time of a single append against a small ledger beside it, in turns; the time from opening to the
 * first signed append; and the memory of the process. A million events, or with `--long` ten million.
 */
const SMALL = 10_000;
const SIZES = process.env['BENCH_LONG'] === '1' ? [1_000_000, 10_000_000] : [1_000_000];
const SECTION = 'Growth';
const A_COMMIT = 1_000;
const ROUNDS = 7;
const APPENDS = 200;
/** Events after which caches are full and the heaps have their size. */
const SETTLING = 100_000;
const SHAPE = { commits: 1, events: A_COMMIT, callers: 1 };

async function main(): Promise<void> {
  const base = mkdtempSync(join(tmpdir(), 'tieout-growth-'));
  try {
    const [small, large] = [join(base, 'small'), join(base, 'large')];
    const little = await grown(small, 0, SMALL);
    let ledger: Ledger | undefined;
    for (const [i, size] of SIZES.entries()) {
      await ledger?.close();
      const tenth = size / 10;
      const from = SIZES[i - 1] ?? 0;
      if (from < tenth) await (await grown(large, from, tenth)).close();
      ledger = await grown(large, Math.max(from, tenth), tenth + SETTLING);
      const before = residentMib();
      await grow(ledger, tenth + SETTLING, size);
      memory(before, residentMib(), size);
      await compare(little, ledger, size);
      await ledger.close();
      ledger = await coldStart(large, size);
    }
    await ledger?.close();
    await little.close();
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

const name = (size: number): string => (size >= 1e6 ? `${size / 1e6} million` : figure(size));

async function grown(folder: string, from: number, to: number): Promise<Ledger> {
  mkdirSync(folder, { recursive: true });
  const ledger = await Ledger.open(folder, 'worker', SHAPE);
  await grow(ledger, from, to);
  return ledger;
}

async function grow(ledger: Ledger, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += A_COMMIT) {
    ledger.prepare();
    await ledger.round();
  }
}

async function compare(little: Ledger, large: Ledger, size: number): Promise<void> {
  const p50s: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [i, ledger] of [little, large].entries()) {
      const times: number[] = [];
      for (let n = 0; n < APPENDS; n += 1) {
        const start = performance.now();
        await ledger.one();
        times.push(performance.now() - start);
      }
      if (round > 0) p50s[i as 0 | 1].push(percentile(times, 0.5));
    }
  }
  report(
    rowOf({
      section: SECTION,
      work: `single append at ${name(size)} events, against ${name(SMALL)}`,
      target: 'p50 <= 1.3 x',
      values: p50s[1].map((p50, i) => p50 / p50s[0][i]!),
      unit: ` x (${figure(median(p50s[1]), 2)} ms)`,
      atMost: 1.3,
    }),
  );
}

function memory(before: number, after: number, size: number): void {
  report({
    section: SECTION,
    work: `memory of the process, from ${name(size / 10 + SETTLING)} to ${name(size)} events`,
    target: 'flat: at most 64 MiB more',
    measured: `${figure(after - before)} MiB more`,
    spread: `${figure(before)} to ${figure(after)} MiB`,
    met: after - before <= 64,
  });
}

/** Opens the closed ledger five times; the last one stays open. */
async function coldStart(folder: string, size: number): Promise<Ledger> {
  const times: number[] = [];
  for (;;) {
    const start = performance.now();
    const ledger = await Ledger.open(folder, 'worker', SHAPE);
    await ledger.one();
    times.push(performance.now() - start);
    if (times.length === 5) {
      report(
        rowOf({
          section: SECTION,
          work: `start at ${name(size)} events, to the first signed append`,
          target: size > 1e6 ? '< 2 s' : '< 1 s',
          values: times,
          digits: 0,
          unit: ' ms',
          atMost: size > 1e6 ? 2_000 : 1_000,
        }),
      );
      return ledger;
    }
    await ledger.close();
  }
}

function residentMib(): number {
  globalThis.gc?.();
  return Math.round(process.memoryUsage.rss() / 1024 / 1024);
}

void main();
