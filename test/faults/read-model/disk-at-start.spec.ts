import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { TestApp } from '../../support/test-app';

/** What cannot be opened for writing is met like a full disk: by the driver's code. */
it('a start whose read model cannot be written says so, and what to do; then it goes on', async () => {
  const first = await TestApp.start();
  const { dataDir } = first;
  const key = await first.issueKey('auditor', ['log.read', 'ledger.read']);
  await first.stop('keep');
  const folder = join(dataDir, 'ledgers/acme/read-model');
  const file = readdirSync(folder).find((name) => name.endsWith('.db'))!;
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
  mkdirSync(join(folder, file));

  const stopped = await TestApp.start({}, dataDir);
  const what = /full or fails \(SQLITE_CANTOPEN.*What was recorded is safe\. Make room/;
  const refused = await stopped.withKey(key).get('/v1/events');
  expect([refused.status, refused.body]).toMatchObject([
    503,
    { code: 'read-model-stopped', detail: expect.stringMatching(what) },
  ]);
  const health = await stopped.http.get('/health/ready');
  expect([health.status, health.body]).toMatchObject([
    503,
    { reasons: [expect.stringMatching(what)] },
  ]);
  expect((await stopped.withKey(key).get('/v1/log/checkpoint')).status).toBe(200);
  await stopped.stop('keep');
  rmSync(join(folder, file), { recursive: true });
  const app = await TestApp.start({}, dataDir);
  await app.settle();
  expect((await app.withKey(key).get('/v1/events')).status).toBe(200);
  await app.stop();
});
