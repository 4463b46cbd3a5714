import { spawn } from 'node:child_process';
import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiClient } from '../../src/client/api-client';
import { sendBulk } from '../../src/client/bulk';
import { parseFileMapping, readEventFile } from '../../src/ingestion/files';

/**
 * Brings the published travel declarations into a ledger of its own, through the public API as an integration would, and
 * asks the read side for figures that were computed twice by other readers. Run by hand; without the folder it says so
 * and ends well.
 */
const LOG = resolve(
  process.env.TIEOUT_SHARED ?? '../shared',
  'data/events/bpic2020/BPI_2020_DomesticDeclarations.xes.gz',
);
const MAPPING = resolve('docs/mappings/bpi-2020-domestic-declarations.json');
const SETTLE_MS = 600_000;
const PORT = 18_417;

interface Objects {
  readonly count: number;
  readonly items: readonly { readonly id: string }[];
  readonly totals?: readonly {
    readonly measure: string;
    readonly sum: string;
    readonly rounded: string;
  }[];
}

const QUESTIONS: readonly (readonly [what: string, query: string, count: number])[] = [
  ['claims', '', 10_500],
  ['paid', '&step=paid', 10_044],
  ['paid without final approval', '&step=paid&missingStep=approved', 2],
  ['finally approved, never paid', '&step=approved&missingStep=paid', 28],
  ['paid without a payment request', '&step=paid&missingStep=payment-requested', 7],
  ['payment requested, never paid', '&step=payment-requested&missingStep=paid', 3],
  ['rejected at least once', '&step=rejected', 1_301],
  ['rejected and never paid', '&step=rejected&missingStep=paid', 322],
];

let failures = 0;
function equal(what: string, found: unknown, expected: unknown): void {
  const isEqual = JSON.stringify(found) === JSON.stringify(expected);
  console.log(`  ${isEqual ? 'agrees ' : 'DIFFERS'} ${what}: ${JSON.stringify(found)}`);
  if (!isEqual) failures += 1;
}

async function main(): Promise<void> {
  if (!existsSync(LOG)) {
    console.log(`no reference data at ${LOG}: nothing to compare`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'tieout-import-'));
  const url = `http://127.0.0.1:${PORT}`;
  const env = { ...process.env, TIEOUT_DATA_DIR: folder, TIEOUT_PORT: String(PORT) };
  const service = spawn(process.execPath, ['dist/src/cli.js', 'serve'], { env, stdio: 'ignore' });
  const ended = new Promise((done) => service.once('exit', done));
  try {
    const key = await keyFor(url, await bootstrapKey(url, join(folder, 'bootstrap.key')));
    const position = await imported(url, key, service.pid ?? 0);
    await ask(url, key, position);
  } finally {
    service.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(failures === 0 ? 'All figures agree.' : `${failures} figures differ.`);
  process.exitCode = failures === 0 ? 0 : 1;
}

async function bootstrapKey(url: string, file: string): Promise<string> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await isLive(url)) return readFileSync(file, 'utf8').trim();
    await delay(100);
  }
  throw new Error('the service did not start');
}

async function isLive(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/live`)).ok;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

async function keyFor(url: string, bootstrap: string): Promise<string> {
  const scopes = ['events.append', 'ledger.read', 'config.manage'];
  const { body } = await new ApiClient(url, bootstrap).command<{ secret: string }>(
    '/v1/access/keys',
    'import-key',
    { client: 'importer', kind: 'service', scopes },
  );
  return body.secret;
}

/** @returns position of the last event */
async function imported(url: string, key: string, pid: number): Promise<string> {
  const mapping = parseFileMapping(readFileSync(MAPPING));
  await new ApiClient(url, key).send('/v1/sources/travel', {
    method: 'PUT',
    json: { uri: mapping.source },
    headers: { 'If-None-Match': '*' },
  });
  const startedMs = performance.now();
  const { lines } = readEventFile({ bytes: createReadStream(LOG), mapping });
  const results = new Map<string, number>();
  let memoryMaxKb = 0;
  let position = '';
  let line = 0;
  for await (const answer of sendBulk({ baseUrl: url, key }, lines)) {
    if (answer.end === true) continue;
    const { result } = answer;
    results.set(String(result), (results.get(String(result)) ?? 0) + 1);
    const { receipt } = answer as { receipt?: { position?: string } };
    position = receipt?.position ?? String(answer['position'] ?? position);
    if (line++ % 1_000 === 0) memoryMaxKb = Math.max(memoryMaxKb, residentKb(pid));
  }
  const seconds = (performance.now() - startedMs) / 1000;
  const memory =
    memoryMaxKb === 0 ? '' : `, the service at most ${Math.round(memoryMaxKb / 1024)} MiB resident`;
  console.log(`imported in ${seconds.toFixed(1)} s${memory}`);
  equal('results', Object.fromEntries(results), { recorded: 56_437 });
  return position;
}

/** Where the machine tells it. */
function residentKb(pid: number): number {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return 0;
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(file, 'utf8'))?.[1] ?? 0);
}

async function ask(url: string, key: string, position: string): Promise<void> {
  const client = new ApiClient(url, key);
  await read(client, position);
  const objects = async (query: string): Promise<Objects> =>
    (await client.get<Objects>(`/v1/objects?type=expense-claim&limit=2&count=exact${query}`)).body;
  for (const [what, query, count] of QUESTIONS) equal(what, (await objects(query)).count, count);
  const unapproved = await objects('&step=paid&missingStep=approved');
  equal('which', unapproved.items.map(({ id }) => id).sort(), [
    'declaration 90815',
    'declaration 95149',
  ]);
  const { totals = [] } = await objects('&totals=yes');
  const requested = totals.find(({ measure }) => measure === 'requestedAmount');
  equal('requested in all', requested?.rounded, '907406.18');
  equal('exactly', requested?.sum, '907406.1764706946799713');
}

/** Waits until the read side has everything: it answers a token that it has not reached with 503. */
async function read(client: ApiClient, position: string): Promise<void> {
  const startedMs = performance.now();
  while (performance.now() - startedMs < SETTLE_MS) {
    try {
      await client.get('/v1/objects?limit=1', { 'Consistency-Token': position });
      const seconds = (performance.now() - startedMs) / 1000;
      console.log(`the read side was complete ${seconds.toFixed(1)} s later`);
      return;
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'read-model-behind') throw error;
    }
  }
  throw new Error('the read side did not catch up');
}

void main();
