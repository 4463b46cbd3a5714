import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ApiClient } from '../../../src/client/api-client';
import { appendThroughFault, expectAllThere, RECOVERED } from '../../support/append-through-fault';
import { ServiceProcess } from '../../support/service-process';
import { registerSource } from '../../support/service-source';
import {
  filesForFaults,
  injectedIn,
  type Injection,
  requireStrace,
  underFaults,
} from '../../support/strace';

/** Which disk fails: the names of its files in the data folder contain this. */
interface FailingDisk {
  readonly of: string;
  readonly injections: readonly Injection[];
  /** what a refused append is told; none when appends must go on */
  readonly refusals: readonly string[];
}

const EVENTS_MAX = 60;

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
      underFaults(filesForFaults(dataDir, disk.of), disk.injections, join(dataDir, 'calls.log')),
    );
  }, 60_000);
  afterAll(async () => {
    await service.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('refuses appends with a code while it must, serves reads, recovers by itself and loses nothing', async () => {
    const client = new ApiClient(service.url, key);
    const isRefused = disk.refusals.length > 0;
    const { acknowledged, refusals, inARow } = await appendThroughFault(client, {
      eventsMax: EVENTS_MAX,
    });
    expect([...new Set(refusals)].every((told) => disk.refusals.includes(told))).toBe(true);
    expect(refusals.length > 0).toBe(isRefused);
    expect(inARow).toBeGreaterThanOrEqual(isRefused ? RECOVERED : EVENTS_MAX);
    await expectAllThere(service, client, acknowledged);
    expect(injectedIn(join(dataDir, 'calls.log'))).toBeGreaterThan(0);
  }, 120_000);
});
