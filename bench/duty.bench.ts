import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkAnswers } from '../projections/check-answers';
import { controlRegisters } from '../projections/control-registers';
import { type ProjectedEvent, type ReadModel } from '../projections/read-model';
import { Applier } from '../projections/read-model/applier';
import { BATCH_EVENTS_MAX } from '../projections/read-model/batches';
import { ModelFile } from '../projections/read-model/database';
import { SIMULATION_BEGIN, type SimulationPlace, simulateSlice } from '../projections/sod-findings';
import { sodFindings } from '../projections/sod-findings/sod-findings.projection';
import { workflowState } from '../projections/workflow-state';
import { type DutyCheckDto } from '../src/controls/checks/duty-check.dto';
import { DutyChecks } from '../src/controls/checks/duty-checks';
import { DEFAULT_RULE_SET } from '../src/controls/rule-set.policy';
import { type RuleBook, ruleBookOf } from '../src/controls/rule-sets/rule-book.policy';
import { type Pseudonyms } from '../src/privacy';
import { projected, purchases } from './purchase-history';
import { figure, percentile, report, rowOf } from './report';

/**
 * Duty checks against a ledger of many events, from the request as it was read to the decision, and what another rule set
 * would find in all of them. Checks are timed by this process's processor, which a loaded machine does not change much.
 * The durable append of the answer is measured with the appends. BENCH_EVENTS sets the size;
 * BENCH_LONG makes it a million.
 */
const SECTION = 'Controls';
const LONG = process.env['BENCH_LONG'] === '1' ? 1_000_000 : 150_000;
const EVENTS = Number(process.env['BENCH_EVENTS'] ?? LONG);
const CHECKS = 2_000;
const ROUNDS = 5;
const UNITS_AT_A_TIME = 200;
const MINUTE_MS = 60_000;

function main(): void {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-bench-duty-'));
  try {
    const path = join(folder, 'model.db');
    const last = project(path);
    check(path, { now: () => new Date(Date.parse(last) + MINUTE_MS).toISOString() });
    simulate(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns when the last event occurred */
function project(path: string): string {
  const projections = [checkAnswers, workflowState, controlRegisters, sodFindings];
  const clock = { now: () => '2026-03-01T00:00:00.000Z' };
  const applier = new Applier({ name: 'bench', path, projections, clock, blobs: NO_BLOBS });
  let batch: ProjectedEvent[] = [];
  let last = '';
  let index = 0;
  for (const input of purchases()) {
    const event = projected(input, index);
    batch.push(event);
    index += 1;
    if (event.entry.occurredAt > last) last = event.entry.occurredAt;
    if (batch.length === BATCH_EVENTS_MAX) {
      applier.apply(batch);
      batch = [];
    }
    if (index >= EVENTS) break;
  }
  applier.apply(batch);
  applier.close();
  return last;
}

const NO_BLOBS = { read: () => undefined };

function check(path: string, clock: { now(): string }): void {
  const file = ModelFile.openReader(path);
  const db = { position: `s.${EVENTS}`, all: file.all.bind(file), get: file.get.bind(file) };
  const readModel = { query: (view: (snapshot: unknown) => unknown) => view(db) };
  const pseudonyms = { knownAs: (_: string, account: string) => account };
  const checks = new DutyChecks(
    readModel as unknown as ReadModel,
    clock,
    pseudonyms as unknown as Pseudonyms,
  );
  const known = Math.floor(EVENTS / 14) - 1_000;
  const [p99s, p50s]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    const times: number[] = [];
    for (let n = 0; n < CHECKS; n += 1) {
      const asked = question((round * CHECKS + n) * 7, Math.max(1, known));
      const begun = process.cpuUsage();
      checks.answer(`check-${n}`, asked, []);
      const { user, system } = process.cpuUsage(begun);
      times.push((user + system) / 1_000);
    }
    p99s.push(percentile(times, 0.99));
    p50s.push(percentile(times, 0.5));
  }
  file.close();
  report(
    rowOf({
      ...{ section: SECTION, work: `duty check at ${figure(EVENTS)} events, by processor time` },
      ...{ target: 'p99 < 10 ms', values: p99s, digits: 3, atMost: 10 },
      unit: ` ms p99 (p50 ${figure(percentile(p50s, 0.5), 3)} ms)`,
    }),
  );
}

/** An approval of an order, and a payment to a vendor whose master data many maintain. */
function question(n: number, known: number): DutyCheckDto {
  const of = n % known;
  const entity = `E_${of % 5}`;
  const amount = { amount: '250.00', currency: 'EUR' };
  const related = [{ type: 'supplier', id: `V${of % 2_000}`, role: 'supplier' as const }];
  if (n % 2 === 0) {
    const object = { type: 'purchase-order', id: `N${of}` };
    const actor = { account: `approver-${n % 20}` };
    return { system: 'erp', entity, object, action: 'approved', actor, amount };
  }
  const object = { type: 'payment', id: `NEW${n}` };
  const actor = { account: `cash-${n % 10}` };
  return { system: 'erp', entity, object, action: 'proposed', actor, amount, related };
}

/** A rule set without one of its rules, and with another one stricter. */
function otherRules(): RuleBook {
  const rules = DEFAULT_RULE_SET.rules.filter(({ id }) => id !== 'P2P-04');
  const content = { ...DEFAULT_RULE_SET, rules };
  const version = { id: 'other', version: '1', hash: '', from: '2000-01-01', content };
  const book = ruleBookOf([{ ...version, approvedAt: '1999-01-01T00:00:00.000Z' }], []);
  const day = book.ruleSetOn('2026-03-01');
  return { ruleSetOn: () => day, turns: ['0001-01-01'] };
}

function simulate(path: string): void {
  const file = ModelFile.openReader(path);
  const db = { all: file.all.bind(file), get: file.get.bind(file) };
  const asked = { book: otherRules(), since: '2026-01-01T00:00:00.000Z', units: UNITS_AT_A_TIME };
  const before = process.memoryUsage().rss;
  let most = before;
  let changes = 0;
  const begun = performance.now();
  let place: SimulationPlace | undefined = SIMULATION_BEGIN;
  while (place !== undefined) {
    const slice = simulateSlice(db, asked, place);
    changes += slice.changes.length;
    most = Math.max(most, process.memoryUsage().rss);
    place = slice.next;
  }
  const seconds = (performance.now() - begun) / 1_000;
  file.close();
  const grown = figure((most - before) / 1_048_576);
  report(
    rowOf({
      ...{ section: SECTION, work: `another rule set over ${figure(EVENTS)} events` },
      ...{ target: EVENTS >= 1_000_000 ? '< 60 s' : '', values: [seconds], digits: 1 },
      ...(EVENTS >= 1_000_000 ? { atMost: 60 } : {}),
      unit: ` s (${figure(changes)} findings differ, ${grown} MiB more at most)`,
    }),
  );
}

main();
