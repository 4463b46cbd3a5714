import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { budgets } from '../projections/budgets';
import { controlRegisters } from '../projections/control-registers';
import { type ProjectedEvent, type ReadModel } from '../projections/read-model';
import { Applier } from '../projections/read-model/applier';
import { ModelFile } from '../projections/read-model/database';
import { type Executor } from '../src/commanding';
import { type BudgetCheckDto } from '../src/controls/budget/budget-check.dto';
import { BudgetChecks } from '../src/controls/budget/budget-checks';
import { accountOf, BudgetHistory, costCenter, demandsIn } from './budget-history';
import { figure, percentile, report, rowOf } from './report';

/**
 * Budget checks against a ledger of a million events, from the request as it was read to the decision; the durable append
 * of the answer is measured with the appends. Every second question is about the line that every tenth demand is for.
 * BENCH_EVENTS makes the ledger smaller.
 */
const SECTION = 'Budgets';
const EVENTS = Number(process.env['BENCH_EVENTS'] ?? 1_000_000);
const BATCH = 256;
const CHECKS = 20_000;
const ROUNDS = 5;
const CLOCK = { now: () => '2026-11-01T00:00:00.000Z' };

function main(): void {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-bench-budget-'));
  try {
    const path = join(folder, 'model.db');
    project(path);
    check(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function project(path: string): void {
  const applier = new Applier({
    ...{ name: 'bench', path, projections: [controlRegisters, budgets], clock: CLOCK },
    blobs: { read: () => undefined },
  });
  let batch: ProjectedEvent[] = [];
  let spent = 0;
  const apply = (): void => {
    const begun = performance.now();
    applier.apply(batch);
    spent += performance.now() - begun;
    batch = [];
  };
  for (const event of new BudgetHistory().events(EVENTS)) {
    batch.push(event);
    if (batch.length === BATCH) apply();
  }
  apply();
  applier.close();
  report(
    rowOf({
      ...{ section: SECTION, work: `projection of ${figure(EVENTS)} events`, target: '' },
      ...{ values: [EVENTS / (spent / 1_000)], digits: 0 },
      unit: ` events/s (${figure(demandsIn(EVENTS))} demands)`,
    }),
  );
}

function check(path: string): void {
  const file = ModelFile.openReader(path);
  const snapshot = {
    position: `s.${EVENTS}`,
    all: file.all.bind(file),
    get: file.get.bind(file),
  };
  const readModel = { query: (view: (db: unknown) => unknown) => view(snapshot) };
  const checks = new BudgetChecks(
    readModel as unknown as ReadModel,
    CLOCK,
    undefined as unknown as Executor,
  );
  const [p50s, p99s]: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const times: number[] = [];
    for (let n = 0; n < CHECKS; n += 1) {
      const body = question(n);
      const begun = performance.now();
      checks.answer(body, []);
      times.push(performance.now() - begun);
    }
    if (round === 0) continue;
    p50s.push(percentile(times, 0.5));
    p99s.push(percentile(times, 0.99));
  }
  file.close();
  report(
    rowOf({
      ...{ section: SECTION, work: `budget check at ${figure(EVENTS)} events` },
      ...{ target: 'p99 < 5 ms', values: p99s, digits: 3, atMost: 5 },
      unit: ` ms p99 (p50 ${figure(percentile(p50s, 0.5), 3)} ms)`,
    }),
  );
}

function question(n: number): BudgetCheckDto {
  const at = n % 2 === 0 ? 0 : n * 13;
  return {
    ...{ entity: 'E_DE', date: '2026-04-15', amount: { amount: '250.00', currency: 'EUR' } },
    dimensions: { costCenter: costCenter(at), account: accountOf(at) },
  };
}

main();
