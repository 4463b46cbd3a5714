import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startHeadsThread } from '../../src/heads-thread';
import { type BulkResult, sendBulk } from '../../src/client/bulk';
import { checkStoreFolder } from '../../src/sealing';
import { CompletenessController } from '../../src/sealing/completeness.controller';
import { Heads } from '../../src/sealing/heads';
import { ServiceProcess } from '../support/service-process';
import { registerSource, submittedRequest } from '../support/service-source';
import { temporaryFolder } from '../support/temporary-folder';

const folderOf = temporaryFolder();
const CLOCK = { now: () => '2026-11-02T08:00:00.000Z' };
/** What a thread does instead of keeping the map. */
const DIES = `require('node:worker_threads').parentPort.once('message', () => process.exit(1));`;
const LAGS = `require('node:worker_threads').parentPort.on('message', (m) => m.ask === 'end' && process.exit(0));`;

/** The route over a thread that does that; the store has no such object. */
function over(thread: string) {
  const file = join(folderOf(), 'thread.js');
  writeFileSync(file, thread);
  const source = startHeadsThread(file, { ledgerFolder: '', committed: undefined, size: 0 });
  const heads = new Heads({
    ...{ source, committed: undefined, everyEvents: 1, everyMs: 0 },
    log: { size: () => 3 } as never,
    firstCovering: () => undefined,
    rebuilt: () => Promise.resolve([]),
    writer: { append: () => Promise.reject(new Error('there is nothing to commit')) },
    onFinding: (finding) => {
      throw finding;
    },
  });
  const store = {
    head: () => Promise.resolve(undefined),
    async *readStream() {},
  };
  const route = new CompletenessController(store as never, heads, CLOCK);
  return { heads, source, ask: () => route.completeness('invoice', 'E_DE', 'INV-1', {}) };
}

describe('the thread of the heads map', () => {
  it('is told as unavailable to whoever asks once it has died, and holds up neither commits nor the end', async () => {
    const { heads, source, ask } = over(DIES);
    await expect(source.at(3)).rejects.toMatchObject({ code: 'store-unavailable' });
    await expect(ask()).rejects.toMatchObject({
      code: 'store-unavailable',
      message: expect.stringContaining('Recording goes on; restart'),
    });
    heads.noteCommit(4);
    await heads.close();
  });

  it('answers at once that the map is still being read while it lags', async () => {
    const { heads, ask } = over(LAGS);
    await expect(ask()).rejects.toMatchObject({
      code: 'not-sealed',
      message: expect.stringContaining('Ask again'),
    });
    await heads.close();
  });

  it('reads the map anew after kill -9: the next commitment is that of the entries', async () => {
    process.env['TIEOUT_HEADS_EVENTS'] = '64';
    const EVENTS = 600;
    async function* lines(): AsyncGenerator<string> {
      for (let n = 0; n < EVENTS; n += 1) yield JSON.stringify(submittedRequest(n));
    }
    const bulk = async (service: ServiceProcess, stopAfter: number): Promise<number> => {
      const acknowledged: BulkResult[] = [];
      try {
        for await (const result of sendBulk({ baseUrl: service.url, key }, lines())) {
          acknowledged.push(result);
          if (acknowledged.length === stopAfter) await service.kill();
        }
      } catch (error) {
        expect(String(error)).toMatch(/aborted|ECONNRESET|EPIPE|socket hang up|connection ended/);
      }
      return acknowledged.length;
    };
    let service = await ServiceProcess.start();
    const { dataDir } = service;
    const key = await registerSource(service);
    expect(await bulk(service, 200)).toBeGreaterThanOrEqual(200);
    service = await ServiceProcess.start(dataDir);
    await bulk(service, Infinity);
    // The last commitment of an orderly end covers everything.
    await service.stop();
    delete process.env['TIEOUT_HEADS_EVENTS'];

    const report = await checkStoreFolder(join(dataDir, 'ledgers/main'));
    expect(report.findingCount).toBe(0);
    const again = await ServiceProcess.start(dataDir);
    const path = `/v1/objects/requisition/E_DE/REQ-${EVENTS - 1}/completeness-proof`;
    const headers = { Authorization: `Bearer ${key}` };
    let reply = await fetch(`${again.url}${path}`, { headers });
    // Until the thread has read the log.
    while (reply.status === 409) reply = await fetch(`${again.url}${path}`, { headers });
    const body = (await reply.json()) as { size: number; revisions: object[] };
    expect([reply.status, body.revisions.length]).toEqual([200, 1]);
    expect(body.size).toBeGreaterThan(EVENTS);
    await again.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }, 120_000);
});
