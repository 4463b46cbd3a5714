import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ApiClient } from '../../src/client/api-client';
import { check } from '../support/sealed-ledger';
import { ServiceProcess } from '../support/service-process';
import { registerSource, submittedRequest } from '../support/service-source';

describe('two services on one data folder', () => {
  let first: ServiceProcess;
  let key: string;
  let client: ApiClient;
  beforeAll(async () => {
    first = await ServiceProcess.start();
    key = await registerSource(first);
    client = new ApiClient(first.url, key);
  }, 30_000);
  afterAll(async () => {
    await first.kill();
    rmSync(first.dataDir, { recursive: true, force: true });
  });

  const append = async (to: ApiClient, n: number): Promise<number> => {
    const { body } = await to.send<{ index: number }>('/v1/events', {
      method: 'POST',
      json: submittedRequest(n),
      headers: { 'Content-Type': 'application/cloudevents+json' },
    });
    return body.index;
  };
  const checkpoint = async () => (await client.raw('/v1/log/checkpoint')).text();
  const holder = () => readFileSync(join(first.dataDir, 'ledgers/main/writer.txt'), 'utf8');

  it('the second is told who writes, and signs nothing; it may start once the first was killed', async () => {
    const [before, pid] = [await checkpoint(), holder()];
    await expect(ServiceProcess.start(first.dataDir)).rejects.toThrow(
      /Another process writes this ledger/u,
    );
    expect(await checkpoint()).toBe(before);
    expect(holder()).toBe(pid);
    const last = await append(client, 1);

    await first.kill();
    const second = await ServiceProcess.start(first.dataDir);
    expect(await append(new ApiClient(second.url, key), 2)).toBeGreaterThan(last);
    await second.stop();
    expect((await check(join(first.dataDir, 'ledgers/main'))).findings).toEqual([]);
  }, 60_000);
});
