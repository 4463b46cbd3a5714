import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { controlRegisters } from '../projections/control-registers';
import { applyEvent, type ProjectedEvent, type ProjectionDb } from '../projections/read-model';
import { BATCH_EVENTS_MAX } from '../projections/read-model/batches';
import { openGeneration } from '../projections/read-model/generation';
import { sodFindings } from '../projections/sod-findings/sod-findings.projection';
import { projected, purchases } from './purchase-history';
import { rowOf, report } from './report';

/**
 * Detective evaluation on bulk import: purchases of fourteen events each, in order of time and many at once, with a limit,
 * one in fifty approved by its buyer. Only the findings are built, so the figure is what they cost. Time is that of this
 * process's processor, which a loaded machine does not change much.
 */
const EVENTS = process.env['BENCH_LONG'] === '1' ? 1_000_000 : 150_000;
const ROUNDS = 3;
/** @returns events a second of processor time */
function round(): number {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-bench-'));
  const projections = [controlRegisters, sodFindings];
  const file = openGeneration(join(folder, 'model.db'), projections);
  const db: ProjectionDb = {
    all: (sql, params) => file.all(sql, params),
    get: (sql, params) => file.get(sql, params),
    run: (sql, params) => file.run(sql, params),
    batch: new Map(),
    blob: () => undefined,
  };
  let spent = 0;
  let batch: ProjectedEvent[] = [];
  let index = 0;
  for (const input of purchases()) {
    batch.push(projected(input, index));
    index += 1;
    if (batch.length < BATCH_EVENTS_MAX) continue;
    const begun = process.cpuUsage();
    file.write(() => {
      for (const event of batch) applyEvent(projections, event, db);
      for (const { endOfBatch } of projections) endOfBatch?.(db);
    });
    const { user, system } = process.cpuUsage(begun);
    spent += user + system;
    batch = [];
    if (index >= EVENTS) break;
  }
  const found = file.get<{ count: bigint }>('SELECT count(*) AS count FROM sod_finding');
  console.log(
    `${index} events, ${String(found?.count)} findings, ${(spent / index).toFixed(1)} us of processor an event`,
  );
  file.close();
  rmSync(folder, { recursive: true, force: true });
  return index / (spent / 1e6);
}

const rates = Array.from({ length: ROUNDS }, () => round());
report(
  rowOf({
    section: 'Controls',
    work: `findings of ${EVENTS.toLocaleString('en-US')} events on bulk import, by processor time`,
    target: '>= 20,000/s',
    values: rates,
    atLeast: 20_000,
    digits: 0,
    unit: '/s',
  }),
);
