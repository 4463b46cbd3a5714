import { rmSync } from 'node:fs';
import { ApiClient } from '../../src/client/api-client';
import { type BulkResult, sendBulk } from '../../src/client/bulk';
import { ServiceProcess } from '../support/service-process';
import { registerSource, submittedRequest } from '../support/service-source';

const EVENTS = 4_000;

async function* lines(): AsyncGenerator<string> {
  for (let n = 0; n < EVENTS; n += 1) yield JSON.stringify(submittedRequest(n));
}

/** Reads results until `stopAfter` of them came, then kills the service; the stream ends as it ends. */
async function killWhileStreaming(
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
    // The connection broke, as it must: what it says depends on where it broke.
    expect(String(error)).toMatch(/aborted|ECONNRESET|EPIPE|socket hang up|connection ended/);
  }
  return acknowledged;
}

describe('kill -9 while a bulk stream runs', () => {
  it('loses nothing that was acknowledged, and sending again records each event once', async () => {
    let service = await ServiceProcess.start();
    const { dataDir } = service;
    const key = await registerSource(service);
    const acknowledged = await killWhileStreaming(service, key, 700);
    expect(acknowledged.length).toBeGreaterThanOrEqual(700);
    expect(acknowledged.length).toBeLessThan(EVENTS);

    service = await ServiceProcess.start(dataDir);
    const client = new ApiClient(service.url, key);
    for (const { id, index } of acknowledged) {
      const { body } = await client.get<{ index: number }>(`/v1/events/${String(id)}/proof`);
      expect(body.index).toBe(index);
    }

    const again: BulkResult[] = [];
    for await (const result of sendBulk({ baseUrl: service.url, key }, lines())) again.push(result);
    const end = again.pop();
    expect(end).toMatchObject({ end: true, lines: EVENTS });
    const duplicates = new Set(again.filter((r) => r.result === 'duplicate').map((r) => r['id']));
    expect(again.every((r) => r.result === 'duplicate' || r.result === 'recorded')).toBe(true);
    for (const { id } of acknowledged) expect(duplicates).toContain(id);
    expect(new Set(again.map((r) => r['index'])).size).toBe(EVENTS);
    await service.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }, 120_000);
});
