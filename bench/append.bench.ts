import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ledger } from './append-ledger';
import { RawTable } from './append-raw';
import { figure, report, rowOf } from './report';
import { measure, perSecond, ratio, ratios, table } from './rounds';

/**
 * Durable appends against raw better-sqlite3 with the same rows, indexes and fsyncs, without triggers, hashes or checks.
 * `sealed` has the Merkle log, a signed checkpoint for each commit and a receipt with its proof for each event.
 */
const ROUNDS = 7;
const SHAPES = [
  shapeOf('1 event a commit', 500, 1, 1, 0.7),
  shapeOf('100 events a commit', 40, 100, 1, 0.5),
  shapeOf('1,000 events a commit', 8, 1_000, 1),
  shapeOf('32 callers, 1 event each', 2_000, 1, 32),
  shapeOf('512 callers, 1 event each', 8_192, 1, 512),
];

function shapeOf(
  title: string,
  commits: number,
  events: number,
  callers: number,
  atLeast?: number,
) {
  const target = atLeast === undefined ? '' : `>= ${atLeast} of raw`;
  return { title, commits, events, callers, target, atLeast };
}

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
      report(
        rowOf({
          section: 'In process, sealed, with receipts',
          work: shape.title,
          target: shape.target,
          values: ratios(rates[2]!, limit!),
          unit: ` of raw (${figure(rates[2]!.median)}/s)`,
          atLeast: shape.atLeast,
        }),
      );
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
