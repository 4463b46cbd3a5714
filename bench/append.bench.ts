import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ledger } from './append-ledger';
import { RawTable } from './append-raw';
import { measure, perSecond, ratio, table } from './rounds';

/**
 * Durable appends against raw better-sqlite3 with the same rows, indexes and fsyncs, without triggers, hashes or checks.
 * `sealed` has the Merkle log, a signed checkpoint for each commit and a receipt with its proof for each event.
 */
const ROUNDS = 7;
const SHAPES = [
  { title: '1 event a commit', commits: 500, events: 1, callers: 1 },
  { title: '100 events a commit', commits: 40, events: 100, callers: 1 },
  { title: '1,000 events a commit', commits: 8, events: 1_000, callers: 1 },
  { title: '32 callers, 1 event each', commits: 2_000, events: 1, callers: 32 },
  { title: '512 callers, 1 event each', commits: 8_192, events: 1, callers: 512 },
] as const;

async function main(): Promise<void> {
  const base = mkdtempSync(join(tmpdir(), 'tieout-append-'));
  const rows: string[][] = [];
  try {
    for (const [i, shape] of SHAPES.entries()) {
      const at = (name: string) => join(base, `${i}-${name}`);
      const ledgers = await Promise.all([
        Ledger.open('inline', at('inline'), 'inline', shape, false),
        Ledger.open('inline, sealed', at('sealed'), 'inline', shape, true),
        Ledger.open('thread, sealed', at('thread'), 'worker', shape, true),
      ]);
      const [limit, ...rates] = await measure(
        [new RawTable(at('raw.db'), shape), ...ledgers],
        ROUNDS,
      );
      rows.push([
        shape.title,
        perSecond(limit!),
        ...rates.flatMap((rate) => [perSecond(rate), ratio(rate, limit!).toFixed(2)]),
      ]);
      for (const ledger of ledgers) await ledger.close();
    }
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
  const header = ['durable events/s: median (least-most)', 'raw better-sqlite3'];
  for (const name of ['inline', 'inline, sealed', 'thread, sealed']) header.push(name, 'of raw');
  console.log(table(header, rows));
}

void main();
