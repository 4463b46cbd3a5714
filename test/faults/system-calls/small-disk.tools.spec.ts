import { rmSync } from 'node:fs';
import { ApiClient } from '../../../src/client/api-client';
import { appendThroughFault, expectAllThere, RECOVERED } from '../../support/append-through-fault';
import { ServiceProcess } from '../../support/service-process';
import { registerSource } from '../../support/service-source';
import { type SmallDisk, smallDisk } from '../../support/small-disk';
import { requireStrace } from '../../support/strace';

const EVENTS_MAX = 2_000;

let prepared: string;
let disk: SmallDisk;
let key: string;
let service: ServiceProcess;
beforeAll(async () => {
  requireStrace();
  const first = await ServiceProcess.start();
  prepared = first.dataDir;
  key = await registerSource(first);
  await first.stop();
  disk = smallDisk(prepared);
  service = await ServiceProcess.start(disk.dataDir, disk.under);
}, 60_000);
afterAll(async () => {
  await service?.stop();
  disk?.remove();
  rmSync(prepared, { recursive: true, force: true });
});

it('a full disk: appends are refused, reads go on, and all goes on once there is room', async () => {
  const client = new ApiClient(service.url, key);
  let isFull = false;
  const makeRoom = () => {
    if (!isFull) disk.makeRoom();
    isFull = true;
  };
  const { acknowledged, refusals, inARow } = await appendThroughFault(client, {
    eventsMax: EVENTS_MAX,
    onRefused: makeRoom,
  });
  expect(acknowledged.length).toBeGreaterThan(RECOVERED);
  expect(new Set(refusals)).toEqual(new Set(['507 storage-full']));
  expect(inARow).toBe(RECOVERED);
  await expectAllThere(service, client, acknowledged);
}, 180_000);
