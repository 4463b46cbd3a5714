import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient } from '../../src/client/api-client';
import { type BulkResult, sendBulk } from '../../src/client/bulk';
import { StandInServer } from '../support/kurrentdb';
import { check } from '../support/sealed-ledger';
import { ServiceProcess } from '../support/service-process';
import { registerSource, submittedRequest } from '../support/service-source';

const EVENTS = 1_500;
const KILL_AFTER = 300;

async function* lines(): AsyncGenerator<string> {
  for (let n = 0; n < EVENTS; n += 1) yield JSON.stringify(submittedRequest(n));
}

/** Several processes over one server, with the keys and the side folder of the first. */
class Nodes {
  private readonly root = mkdtempSync(join(tmpdir(), 'tieout-nodes-'));
  readonly running: ServiceProcess[] = [];

  constructor(private readonly server: StandInServer) {}

  async start(): Promise<ServiceProcess> {
    const dataDir = join(this.root, `node-${this.running.length}`);
    const [first] = this.running;
    if (first !== undefined) {
      cpSync(join(first.dataDir, 'keys'), join(dataDir, 'keys'), { recursive: true });
    }
    const service = await ServiceProcess.start(dataDir, [], {
      TIEOUT_STORE: 'kurrentdb',
      TIEOUT_KURRENTDB_URL: this.server.url,
      TIEOUT_SIDE_DIR: join(this.root, 'side'),
      TIEOUT_HEADS_EVENTS: '0',
    });
    this.running.push(service);
    return service;
  }

  async stop(): Promise<void> {
    for (const service of this.running) await service.stop();
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

async function sendUntil(
  service: ServiceProcess,
  key: string,
  stopAfter: number,
): Promise<BulkResult[]> {
  const acknowledged: BulkResult[] = [];
  try {
    for await (const result of sendBulk({ baseUrl: service.url, key }, lines())) {
      if (result.result === 'recorded') acknowledged.push(result);
      if (acknowledged.length === stopAfter) await service.kill();
    }
  } catch (error) {
    expect(String(error)).toMatch(/aborted|ECONNRESET|EPIPE|socket hang up|connection ended/);
  }
  return acknowledged;
}

describe('a node of a shared ledger, killed while a bulk stream runs through it', () => {
  let server: StandInServer;
  let nodes: Nodes;
  beforeAll(async () => {
    server = await StandInServer.start();
    nodes = new Nodes(server);
  });
  afterAll(async () => {
    await nodes.stop();
    nodes.remove();
    server.stop();
  });

  it('loses nothing: another node takes the rest, and a new one has the same log', async () => {
    const killed = await nodes.start();
    const key = await registerSource(killed);
    const other = await nodes.start();
    const acknowledged = await sendUntil(killed, key, KILL_AFTER);
    expect(acknowledged.length).toBeGreaterThanOrEqual(KILL_AFTER);
    expect(acknowledged.length).toBeLessThan(EVENTS);

    const again: BulkResult[] = [];
    for await (const result of sendBulk({ baseUrl: other.url, key }, lines())) again.push(result);
    expect(again.pop()).toMatchObject({ end: true, lines: EVENTS });
    expect(new Set(again.map(({ result }) => result))).toEqual(new Set(['duplicate', 'recorded']));
    expect(new Set(again.map((r) => r['index'])).size).toBe(EVENTS);
    const placeOf = new Map(again.map((r) => [r['id'], r['index']]));
    for (const one of acknowledged) expect(placeOf.get(one['id'])).toBe(one['index']);

    const fresh = await nodes.start();
    const noteOf = async (service: ServiceProcess) =>
      (await new ApiClient(service.url, key).raw('/v1/log/checkpoint')).text();
    expect(await noteOf(fresh)).toBe(await noteOf(other));
    await nodes.stop();
    for (const { dataDir } of [other, fresh, killed]) {
      expect((await check(join(dataDir, 'ledgers/main'))).findings).toEqual([]);
    }
  }, 120_000);
});
