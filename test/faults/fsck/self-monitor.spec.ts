import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MonitorMessage, waitAfter } from '../../../src/sealing';
import { startMonitorThread } from '../../../src/self-monitor-thread';
import { startProjectorThread } from '../../../src/projector-thread';
import { compile, type Compiled } from '../../support/compile';
import { makeLedger, tamper } from '../../support/sealed-ledger';
import { temporaryFolder } from '../../support/temporary-folder';
import { type Agent, TestApp } from '../../support/test-app';

const folderOf = temporaryFolder();
const EDIT = `UPDATE event SET entry = CAST(replace(CAST(entry AS TEXT), '"v":1', '"v":2') AS BLOB) WHERE position = 2`;

describe('the self-monitor of a running service', () => {
  let app: TestApp;
  let auditor: Agent;
  beforeEach(async () => {
    app = await TestApp.start();
    auditor = await app.as('auditor', ['log.manage', 'log.read']);
  });
  afterEach(() => app.stop());

  const ledger = (): string => join(app.dataDir, 'ledgers/acme');
  /** Asks for a round and waits for its end. */
  async function round(): Promise<Record<string, unknown>> {
    expect((await auditor.post('/v1/log/verify')).status).toBe(202);
    for (;;) {
      const { body } = await auditor.get('/v1/log/verify');
      if (body.running === null) return body as Record<string, unknown>;
    }
  }

  it('says what it verified, and when', async () => {
    expect((await auditor.get('/v1/log/verify')).body).toMatchObject({ verdict: 'pending' });
    const size = app.runtime.log.size();
    expect(await round()).toMatchObject({
      verdict: 'verified',
      size,
      at: app.clock.now(),
      assurance: ['self-checked'],
      findings: 0,
      first: null,
    });
    const metrics = await app.http.get('/metrics');
    expect(metrics.text).toContain(`tieout_monitor_position ${size}`);
    expect(metrics.text).toContain('tieout_monitor_findings 0');
  });

  it('stops appends and turns health red when a byte of an entry was changed, and keeps the evidence', async () => {
    expect((await app.http.get('/health/ready')).status).toBe(200);
    tamper(ledger(), (db) => db.exec(EDIT));
    expect(await round()).toMatchObject({
      verdict: 'failed',
      assurance: [],
      first: { code: 'leaf-mismatch', index: 1, pointer: '/v' },
    });
    expect((await app.http.get('/health/ready')).status).toBe(503);
    const refused = await app.http
      .post('/v1/access/keys')
      .set('Authorization', `Bearer ${app.bootstrapKey}`)
      .set('Idempotency-Key', 'after-the-finding')
      .send({ client: 'late', kind: 'service', scopes: ['ledger.read'] });
    expect(refused.status).toBe(503);
    expect(refused.body).toMatchObject({ code: 'ledger-halted' });
    const [file = ''] = readdirSync(join(ledger(), 'findings'));
    const kept = JSON.parse(readFileSync(join(ledger(), 'findings', file), 'utf8')) as object;
    expect(kept).toMatchObject({ result: 'failed', first: { index: 1 } });
  });

  it('starts a round only for who may manage the log', async () => {
    const reader = await app.as('reader', ['ledger.read']);
    expect((await reader.post('/v1/log/verify')).status).toBe(403);
    expect((await reader.get('/v1/log/verify')).status).toBe(200);
  });
});

describe('the thread that re-reads a ledger', () => {
  let compiled: Compiled;
  beforeAll(() => (compiled = compile('src/self-monitor.worker.ts')));
  afterAll(() => compiled.remove());

  it.each([
    ['nothing', '', 'not-anchored', 0],
    ['a changed byte', EDIT, 'failed', 1],
  ])('finds %s by itself', async (_, sql, result, count) => {
    const folder = folderOf();
    await makeLedger(folder, 40);
    if (sql !== '') tamper(folder, (db) => db.exec(sql));
    const budget = { eventsPerSecond: 100_000, percent: 100 };
    const report = await new Promise<MonitorMessage>((resolve) => {
      const thread = startMonitorThread(compiled.file, { folder, budget }, (message) => {
        if (message.kind !== 'progress') void thread.close().then(() => resolve(message));
      });
    });
    expect(report).toMatchObject({ kind: 'round', report: { result, findingCount: count } });
  });
});

describe('the thread of the read model', () => {
  it('says what it read that was not sealed, so that appends can be stopped', async () => {
    const compiled = compile('src/projector.worker.ts');
    const ledgerFolder = folderOf();
    await makeLedger(ledgerFolder, 3);
    tamper(ledgerFolder, (db) => db.exec(EDIT));
    const data = { ledgerFolder, modelFolder: folderOf(), blobFolder: folderOf() };
    const finding = await new Promise((resolve) => {
      const thread = startProjectorThread(compiled.file, data, {
        tell: () => undefined,
        found: (error) => void thread.close().then(() => resolve(error)),
      });
    });
    compiled.remove();
    expect(finding).toMatchObject({ code: 'store-corrupt', members: { position: '2' } });
  });
});

describe('the budget of the self-monitor', () => {
  const budget = { eventsPerSecond: 5_000, percent: 10 };

  it('is events a second and a share of a core, whichever is less', () => {
    expect(waitAfter({ places: 1_000, worked: 10 }, budget, 9_000)).toBe(190);
    expect(waitAfter({ places: 1_000, worked: 100 }, budget, 9_000)).toBe(900);
  });

  it('gives way where a round would take over a day', () => {
    const total = 20 * 3_600 * 50_000;
    expect(waitAfter({ places: 1_000, worked: 10 }, budget, total)).toBe(10);
  });
});
