import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { importFile } from '../../src/cli/import';
import { type Output } from '../../src/cli/output';
import { type BulkTarget } from '../../src/client/bulk';
import { xesLog, xesMapping, xesTrace } from '../support/event-files';
import { type Agent, TestApp } from '../support/test-app';

const SENT = (id: string) => ({ id, activity: 'Sent' });
const FINAL = (id: string) => ({ id, activity: 'Final', resource: 'SYSTEM' });

describe('tieout import', () => {
  let app: TestApp;
  let target: BulkTarget;
  let reader: Agent;
  let folder: string;

  beforeAll(async () => {
    app = await TestApp.start();
    await app.app.listen(0, '127.0.0.1');
    const key = await app.issueKey('importer', ['events.append', 'config.manage', 'ledger.read']);
    target = { baseUrl: await app.app.getUrl(), key };
    reader = app.withKey(key);
    folder = join(app.dataDir, 'files');
    mkdirSync(folder);
    writeFileSync(join(folder, 'mapping.json'), JSON.stringify(xesMapping()));
  });
  afterAll(() => app.stop());

  const told: { out: string[]; note: string[] } = { out: [], note: [] };
  const output: Output = {
    json: true,
    quiet: true,
    out: (text) => void told.out.push(text),
    note: (text) => void told.note.push(text),
  };

  async function run(name: string, bytes: Uint8Array | string, mapping = 'mapping.json') {
    told.out = [];
    told.note = [];
    const path = join(folder, name);
    writeFileSync(path, bytes);
    const command = { mapping: join(folder, mapping), registerAs: 'claims', timeZone: 'UTC' };
    const exitCode = await importFile(path, command, () => target, output);
    await app.settle();
    return { exitCode, counts: JSON.parse(told.out[0] ?? '{}') as Record<string, number> };
  }

  const count = async (query: string): Promise<number> => {
    const reply = await reader
      .get(`/v1/objects?type=expense-claim&count=exact&${query}`)
      .expect(200);
    return (reply.body as { count: number }).count;
  };

  it('brings an XES log into the ledger, and again without effect', async () => {
    const log = xesLog(
      xesTrace('claim 1', [SENT('a1'), FINAL('a2')], '26.85120450862128'),
      xesTrace('claim 2', [SENT('a3')], '0.0'),
    );
    const first = await run('log.xes.gz', gzipSync(log));
    expect(first).toMatchObject({
      exitCode: 0,
      counts: { rows: 3, cases: 2, recorded: 3, duplicate: 0 },
    });
    const again = await run('log.xes', log);
    expect(again).toMatchObject({ exitCode: 0, counts: { recorded: 0, duplicate: 3 } });
    expect(await count('')).toBe(2);
    expect(await count('step=submitted&missingStep=approved')).toBe(1);
    const { body } = await reader.get('/v1/objects?type=expense-claim&totals=yes');
    expect((body as { totals: unknown[] }).totals).toContainEqual({
      measure: 'requestedAmount',
      currency: 'EUR',
      count: 2,
      sum: '26.85120450862128',
      rounded: '26.85',
    });
  });

  it('names rows that do not fit and sends their neighbours', async () => {
    const log = xesLog(
      xesTrace('claim 3', [SENT('b1'), { id: 'b2', activity: 'Pondered' }, FINAL('b3')]),
    );
    const { exitCode, counts } = await run('odd.xes', log);
    expect(exitCode).toBe(3);
    expect(counts).toMatchObject({ rows: 3, refused: 1, recorded: 2 });
    expect(told.note.join('\n')).toMatch(/line 13: .*Pondered/);
  });

  it('says where a cut file ends, after sending what came before', async () => {
    const whole = xesLog(xesTrace('claim 4', [SENT('c1')]), xesTrace('claim 5', [SENT('c2')]));
    const cut = whole.slice(0, whole.indexOf('claim 5'));
    await expect(run('cut.xes', cut)).rejects.toMatchObject({
      code: 'contract-violation',
      members: { reason: 'truncated', line: cut.split('\n').length },
    });
    await app.settle();
    await reader.get('/v1/objects/expense-claim/UNI/claim%204').expect(200);
    await reader.get('/v1/objects/expense-claim/UNI/claim%205').expect(404);
  });

  it('refuses a file with a DOCTYPE before it sends anything', async () => {
    const before = await count('');
    const log = xesLog(xesTrace('claim 6', [SENT('d1')])).replace(
      '<log',
      '<!DOCTYPE log [<!ENTITY x "y">]>\n<log',
    );
    await expect(run('doctype.xes', log)).rejects.toMatchObject({
      members: { reason: 'doctype', line: 2 },
    });
    await app.settle();
    expect(await count('')).toBe(before);
  });

  it('names the member of a mapping that is wrong', async () => {
    writeFileSync(join(folder, 'wrong.json'), JSON.stringify(xesMapping({ timezone: 'UTC' })));
    await expect(run('log.xes', xesLog(), 'wrong.json')).rejects.toThrow(
      /wrong\.json: .*\/timezone/,
    );
  });
});
