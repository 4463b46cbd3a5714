import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient } from '../client/api-client';
import { type BulkResult, sendBulk } from '../client/bulk';
import { loadConfig } from '../config';
import { type RunningService, startService } from '../main';
import { sleep, systemClock } from '../system';
import { reconcile } from './bank';
import { builtVerifier, makeEvidence } from './evidence';
import { demoMonth, type DemoMonth } from './month';
import { ask } from './questions';
import { report, type DemoReport } from './report';
import { issueKeys, loadRates, registerCompany, type DemoKeys } from './setup';

export interface DemoOptions {
  readonly seed: string;
  readonly port: number;
  /** keep the data folder when the demo ends */
  readonly keep: boolean;
  /** a line of the story, as soon as it is known */
  readonly say: (line: string) => void;
}

export interface RunningDemo {
  readonly url: string;
  readonly keys: DemoKeys;
  readonly folder: string;
  readonly report: DemoReport;
  stop(): Promise<void>;
}

/**
 * One close month on a new ledger in a folder of its own, told over the public API only: the events go in, the
 * questions are asked, a bank statement is reconciled, evidence is made, verified, and verified again when tampered with.
 */
export async function runDemo(options: DemoOptions): Promise<RunningDemo> {
  const { say } = options;
  const folder = mkdtempSync(join(tmpdir(), 'tieout-demo-'));
  const service = await startService(demoConfig(options, folder));
  const stop = async (): Promise<void> => {
    await service.stop();
    if (!options.keep) rmSync(folder, { recursive: true, force: true });
  };
  try {
    return { ...(await tell(options, service, folder)), stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    say('');
  }
}

async function tell(
  options: DemoOptions,
  service: RunningService,
  folder: string,
): Promise<Omit<RunningDemo, 'stop'>> {
  const { say, seed } = options;
  const { url } = service;
  if (service.bootstrap === undefined) throw new Error('A new ledger has a bootstrap key.');
  const month = demoMonth(seed, systemClock.now());
  say(`A close month, ${month.period}: three entities, five systems, EUR, USD and JPY.`);
  const keys = await issueKeys(url, service.bootstrap.key);
  await registerCompany(url, keys);
  await loadRates(url, keys, month.dates);
  const sent = await send(url, keys.integration, month);
  const controller = new ApiClient(url, keys.controller);
  const answers = await ask(controller, sent.token, sleep);
  const bank = await reconcile(controller, month, sleep);
  const evidence = await makeEvidence(month.planted['self-approved'], {
    client: controller,
    sleep,
    folder,
    verifier: builtVerifier(),
  });
  const told = { month, sent, answers, bank, evidence };
  report(told).forEach(say);
  return { url, keys, folder, report: told };
}

export interface Sent {
  readonly recorded: number;
  readonly refused: number;
  readonly logSize: number;
  /** position of the last event: what is asked with it has seen all of them */
  readonly token: string;
}

async function send(url: string, key: string, month: DemoMonth): Promise<Sent> {
  let recorded = 0;
  let refused = 0;
  let last = -1;
  for await (const result of sendBulk({ baseUrl: url, key }, linesOf(month))) {
    if (result.end === true) continue;
    if (result.result === 'recorded') recorded += 1;
    else refused += 1;
    last = Math.max(last, indexOf(result));
  }
  return { recorded, refused, logSize: last + 1, token: `s.${last + 1}` };
}

function indexOf(result: BulkResult): number {
  return typeof result['index'] === 'number' ? result['index'] : -1;
}

async function* linesOf({ events }: DemoMonth): AsyncGenerator<string> {
  for (const event of events) yield JSON.stringify(event);
}

function demoConfig({ port }: DemoOptions, folder: string) {
  return loadConfig({
    TIEOUT_DATA_DIR: folder,
    TIEOUT_PORT: String(port),
    TIEOUT_LEDGER: 'demo',
    TIEOUT_ORIGIN: 'demo.tieout.example/log',
  });
}
