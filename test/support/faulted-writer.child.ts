import { writeSync } from 'node:fs';
import { type SqliteStore } from '../../src/event-store/sqlite';
import { isTieoutError } from '../../src/kernel/errors';
import { chainedPlan, type PlannedAppend, type PlanSize } from './chained-plan';
import { foundTestLedger, openTestStore } from './sealed-ledger';
import { type Report } from './faulted-writer';

/**
 * Appends a plan to a sealed ledger while system calls fail, and says at once how each attempt went. An append that failed
 * is sent again as a client would, unchanged, up to a limit.
 */
const ATTEMPTS_MAX = 6;

const say = (report: Report): void => void writeSync(1, `${JSON.stringify(report)}\n`);

/** @returns undefined when the attempts are used up */
async function persistently<T>(what: string, attempt: () => Promise<T>): Promise<T | undefined> {
  for (let attempts = 0; attempts < ATTEMPTS_MAX; attempts += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!isTieoutError(error)) throw error;
      say({ refused: what, code: error.code, reason: String(error.members['reason'] ?? '') });
    }
  }
  return undefined;
}

async function append(store: SqliteStore, planned: PlannedAppend): Promise<boolean> {
  const { stream, expected, events } = planned;
  const name = `${planned.lane}/${planned.round}`;
  const done = await persistently(name, () => store.append(stream, expected, events));
  if (done !== undefined) say({ acknowledged: name, revision: Number(done.revision) });
  return done !== undefined;
}

async function readAgain(store: SqliteStore): Promise<void> {
  let events = 0;
  for await (const { stream } of store.readAll()) if (stream.startsWith('invoice-')) events += 1;
  say({ read: events });
}

async function main(): Promise<void> {
  const [, , folder = '', size = '{}'] = process.argv;
  const store = await persistently('open', () => openTestStore(folder));
  if (store === undefined) return;
  const founded = await persistently('found', async () => {
    if ((await store.head()) === undefined) await foundTestLedger(store);
    return true;
  });
  for (const round of founded ? chainedPlan(JSON.parse(size) as PlanSize) : []) {
    const done = await Promise.all(round.map((planned) => append(store, planned)));
    await readAgain(store);
    if (done.includes(false)) break;
  }
  say({ finding: store.finding?.code ?? null });
  await store.close();
  say({ closed: true });
}

main().catch((error: unknown) => {
  say({ crashed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  process.exitCode = 70;
});
