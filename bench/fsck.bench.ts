import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { openSqlite } from '../src/event-store/sqlite';
import { leafDigest } from '../src/kernel/hash';
import { checkLogFolder, checkStoreFolder, exportLog, foundingOf, SqliteLog } from '../src/sealing';
import { TileFrontier } from '../src/sealing/tile-frontier';
import { foundTestLedger, openTestStore, TestWriter } from '../test/support/sealed-ledger';
import { figure, report, rowOf } from './report';
import { SumdbLog } from './fsck-sumdb';
import { type Contender, measure, perSecond, ratios } from './rounds';

/**
 * A full check against the least that any check must do: read the bytes, hash the leaves and the tiles, on as many
 * threads. What it says besides is CPU time for each event, which other work on the machine disturbs less than the clock.
 */
const THREADS = 2;
const ROUNDS = 5;
const EACH = 1_000;
/** As many as a year of a busy company; the start of the threads is a tenth of the work at a fifth of it. */
const EVENTS = 1_000_000;

/** Reads every n-th bundle of a log, and hashes. */
function hashOnly(folder: string, from: number): void {
  const names = readdirSync(join(folder, 'tile/entries'), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, 'tile/entries', name))
    .filter((path) => statSync(path).isFile())
    .sort();
  const tile = new TileFrontier();
  const root = Buffer.alloc(32);
  for (let i = from; i < names.length; i += THREADS) {
    const bytes = readFileSync(names[i]!);
    tile.clear();
    for (let at = 0; at < bytes.length;) {
      const end = at + 2 + bytes.readUInt16BE(at);
      tile.append(leafDigest(bytes, at + 2, end));
      at = end;
    }
    tile.root(root, 0);
  }
}

/** The thread of the bound. */
function hashThread(): void {
  const { folder, from } = workerData as { folder: string; from: number };
  hashOnly(folder, from);
  parentPort?.postMessage('done');
}

async function makeLog(folder: string): Promise<{ ledger: string; log: string; size: number }> {
  const ledger = join(folder, 'ledger');
  mkdirSync(ledger);
  const store = await openTestStore(ledger);
  await foundTestLedger(store);
  const writer = new TestWriter(store);
  for (let i = 0; i < EVENTS / EACH; i += 1) await writer.append(`INV-${i % 50}`, EACH);
  await store.close();
  const sql = openSqlite(join(ledger, 'ledger.db'), { readonly: true });
  const log = join(folder, 'log');
  const reader = new SqliteLog(sql, foundingOf(sql).origin);
  await exportLog({ log: reader, folder: log, keys: 'quorum none\n' });
  const size = reader.size();
  sql.close();
  return { ledger, log, size };
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-bench-fsck-'));
  try {
    const { ledger, log, size } = await makeLog(folder);
    const cpu = new Map<string, number[]>();
    const threads = { file: join(process.cwd(), 'dist/src/fsck.worker.js'), count: THREADS };
    const sumdb = SumdbLog.open(log);
    const contenders = [
      contender('hash only', size, cpu, () => hashByThreads(log)),
      contender('exported log', size, cpu, () => sound(checkLogFolder(log, { threads }))),
      contender('store', size, cpu, () => sound(checkStoreFolder(ledger, { threads }))),
      ...(sumdb === undefined ? [] : [contender('x/mod', size, cpu, () => sumdb.check())]),
    ];
    const [bound, ofLog, ofStore, ofGo] = await measure(contenders, ROUNDS);
    sumdb?.remove();
    console.log(`${figure(size)} events, ${THREADS} threads`);
    for (const rate of [bound!, ofLog!, ofStore!]) {
      const us = (cpu.get(rate.name) ?? []).slice(1).map((seconds) => (seconds / size) * 1e6);
      console.log(
        `${rate.name}: ${perSecond(rate)} events/s, ${us.map((n) => n.toFixed(1)).join(' ')} us of CPU`,
      );
    }
    const row = { section: 'Check', unit: ' of hash only' };
    const target = '>= 0.6 of hash only';
    report(
      rowOf({
        ...row,
        work: 'fsck of an exported log',
        target,
        values: ratios(ofLog!, bound!),
        atLeast: 0.6,
      }),
    );
    report(
      rowOf({ ...row, work: 'fsck of a store', target: '', values: ratios(ofStore!, bound!) }),
    );
    if (ofGo !== undefined) {
      report(
        rowOf({
          section: 'Check',
          work: 'fsck of an exported log, which also checks prev and canonical form',
          target: '>= 0.25 of x/mod',
          values: ratios(ofLog!, ofGo),
          unit: ` of x/mod (${figure(ofGo.median)}/s)`,
          atLeast: 0.25,
        }),
      );
    }
    const rate = { section: 'Check', work: 'fsck of an exported log', target: '250,000 events/s' };
    report(
      rowOf({ ...rate, values: ofLog!.rates, atLeast: 250_000, digits: 0, unit: ' events/s' }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function contender(
  name: string,
  size: number,
  cpu: Map<string, number[]>,
  round: () => Promise<void>,
): Contender {
  const used: number[] = [];
  cpu.set(name, used);
  return {
    name,
    prepare: () => undefined,
    round: async () => {
      const before = process.cpuUsage();
      await round();
      const { user, system } = process.cpuUsage(before);
      used.push((user + system) / 1e6);
      return size;
    },
  };
}

async function hashByThreads(folder: string): Promise<void> {
  const threads = Array.from({ length: THREADS }, (_, from) => {
    const worker = new Worker(__filename, { workerData: { folder, from } });
    return new Promise<void>((resolve, reject) => {
      worker.once('error', reject);
      worker.once('exit', () => resolve());
    });
  });
  await Promise.all(threads);
}

async function sound(checking: ReturnType<typeof checkLogFolder>): Promise<void> {
  const { findingCount, first } = await checking;
  if (findingCount > 0) throw new Error(`the log of the bench is not sound: ${first?.detail}`);
}

if (isMainThread) void main();
else hashThread();
