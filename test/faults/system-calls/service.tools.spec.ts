import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ApiClient, ApiProblem } from '../../../src/client/api-client';
import { check } from '../../support/sealed-ledger';
import { ServiceProcess } from '../../support/service-process';
import { registerSource, submittedRequest } from '../../support/service-source';
import { injectedIn, type Injection, requireStrace, underFaults } from '../../support/strace';

/** Which disk fails: the names of its files in the data folder contain this. */
interface FailingDisk {
  readonly of: string;
  readonly injections: readonly Injection[];
  /** what a refused append is told; none when appends must go on */
  readonly refusals: readonly string[];
}

const EVENTS_MAX = 60;
const REFUSALS_MAX = 200;
/** Successes in a row that show that the fault is over. */
const RECOVERED = 5;

// Counted in each thread from its start: the first calls open the files, each append makes some more.
const DISKS: readonly (readonly [string, FailingDisk])[] = [
  [
    'a sync of the ledger fails',
    {
      of: '/ledger.db',
      injections: [{ call: 'fsync', fault: 'EIO', from: 8, to: 34 }],
      refusals: ['503 outcome-unknown', '503 store-unavailable'],
    },
  ],
  [
    'the disk of the ledger is full',
    {
      of: '/ledger.db',
      injections: [{ call: 'pwrite64', fault: 'ENOSPC', from: 60, to: 70 }],
      refusals: ['507 storage-full'],
    },
  ],
  [
    'the file of personal values is on a full disk',
    {
      of: '/privacy.db',
      injections: [{ call: 'pwrite64', fault: 'ENOSPC', from: 20, to: 30 }],
      refusals: ['507 storage-full'],
    },
  ],
  [
    'the file of personal values cannot be written',
    {
      of: '/privacy.db',
      injections: [{ call: 'pwrite64', fault: 'EIO', from: 20, to: 30 }],
      refusals: ['503 store-unavailable'],
    },
  ],
  [
    'the disk of the read model is full',
    {
      of: '/read-model/',
      injections: [{ call: 'pwrite64', fault: 'ENOSPC', from: 200, to: 204 }],
      refusals: [],
    },
  ],
  [
    'the anchor folder cannot be written',
    {
      of: '/anchors/',
      injections: [
        { call: 'fsync', fault: 'EIO', from: 1, to: 2 },
        { call: 'rename', fault: 'EIO', from: 1, to: 2 },
      ],
      refusals: [],
    },
  ],
];

describe.each(DISKS)('the service, when %s', (_, disk) => {
  let dataDir: string;
  let key: string;
  let service: ServiceProcess;
  beforeAll(async () => {
    requireStrace();
    const sound = await ServiceProcess.start();
    ({ dataDir } = sound);
    key = await registerSource(sound);
    await sound.stop();
    service = await ServiceProcess.start(
      dataDir,
      underFaults(filesOf(dataDir, disk.of), disk.injections, join(dataDir, 'calls.log')),
    );
  }, 60_000);
  afterAll(async () => {
    await service.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('refuses appends with a code while it must, serves reads, recovers by itself and loses nothing', async () => {
    const client = new ApiClient(service.url, key);
    const { acknowledged, refusals } = await appendThroughTheFault(client, disk);
    expect([...new Set(refusals)].every((told) => disk.refusals.includes(told))).toBe(true);
    expect(refusals.length > 0).toBe(disk.refusals.length > 0);

    const last = acknowledged.at(-1)!;
    await client.get('/v1/access/me', { 'Consistency-Token': last.token });
    const health = await client.get<{ status: string }>('/health/ready');
    expect(health.body.status).toBe('ready');
    for (const { id, index } of acknowledged) {
      const { body } = await client.get<{ index: number }>(`/v1/events/${id}/proof`);
      expect(body.index).toBe(index);
    }
    await service.stop();
    expect(injectedIn(join(dataDir, 'calls.log'))).toBeGreaterThan(0);
    const { findings, size } = await check(join(dataDir, 'ledgers/main'));
    expect(findings).toEqual([]);
    expect(size).toBeGreaterThan(last.index);
  }, 120_000);
});

interface Recorded {
  readonly id: string;
  readonly index: number;
  readonly token: string;
}

/** Sends one event after the other, each again until it is recorded, until the fault came and went. */
async function appendThroughTheFault(client: ApiClient, disk: FailingDisk) {
  const acknowledged: Recorded[] = [];
  const refusals: string[] = [];
  let inARow = 0;
  const isOver = () => refusals.length > 0 && inARow >= RECOVERED;
  while (acknowledged.length < EVENTS_MAX && !isOver()) {
    try {
      acknowledged.push(await append(client, acknowledged.length));
      inARow += 1;
    } catch (error) {
      if (!(error instanceof ApiProblem) || refusals.length > REFUSALS_MAX) throw error;
      refusals.push(`${error.status} ${error.code}`);
      inARow = 0;
      const checkpoint = await client.raw('/v1/log/checkpoint');
      const [, size] = (await checkpoint.text()).split('\n');
      expect(Number(size)).toBeGreaterThanOrEqual(acknowledged.length);
    }
  }
  expect(inARow).toBeGreaterThanOrEqual(disk.refusals.length > 0 ? RECOVERED : EVENTS_MAX);
  return { acknowledged, refusals };
}

async function append(client: ApiClient, n: number): Promise<Recorded> {
  const { body, headers } = await client.send<{ id: string; index: number }>('/v1/events', {
    method: 'POST',
    json: submittedRequest(n, `requester${n}`),
    headers: { 'Content-Type': 'application/cloudevents+json' },
  });
  return { ...body, token: headers.get('Consistency-Token') ?? '' };
}

/** The files below the data folder whose path contains `part`, with those that SQLite makes beside a database. */
function filesOf(dataDir: string, part: string): string[] {
  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => path.includes(part));
  const besides = files
    .filter((path) => path.endsWith('.db'))
    .flatMap((path) => ['-wal', '-journal', '-shm'].map((ending) => path + ending));
  return [...new Set([...files, ...besides, ...files.map((path) => `${path}.new`)])];
}
