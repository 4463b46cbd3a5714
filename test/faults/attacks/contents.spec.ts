import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeEntry, type Entry } from '../../../src/kernel/entry';
import { hex, leafHash } from '../../../src/kernel/hash';
import { checkLogFolder, exitCodeOf, policyText, readPolicy } from '../../../src/sealing';
import { entriesIn, rechained, writeForgedLog } from '../../support/forged-log';
import { HOSTILE_EVENTS } from '../../support/hostile-events';
import { makeLedger, testSigner } from '../../support/sealed-ledger';
import { temporaryFolder } from '../../support/temporary-folder';
import { type Agent, TestApp } from '../../support/test-app';
import { transitionData, transitionEvent } from '../../support/transition-events';

const policy = readPolicy(policyText(testSigner().vkey));
const folderOf = temporaryFolder();

describe('what reaches the service in two readings', () => {
  let app: TestApp;
  let connector: Agent;
  beforeAll(async () => {
    app = await TestApp.start();
    const admin = await app.as('admin', ['config.manage']);
    await admin
      .put('/v1/sources/ap-hub')
      .set('If-None-Match', '*')
      .send({ uri: 'https://ap-hub.example/' })
      .expect(201);
    connector = await app.as('ap-connector', ['events.append', 'ledger.read']);
  });
  afterAll(() => app.stop());

  /** Of all events but those that say that something was refused. */
  const types = (): string[] =>
    Array.from(
      { length: app.runtime.log.size() },
      (_, i) => (JSON.parse(Buffer.from(app.runtime.log.entryBytes(i)).toString()) as Entry).type,
    ).filter((type) => !type.startsWith('quarantine'));
  const send = (body: string | Buffer) =>
    connector
      .post('/v1/events')
      .set('Content-Type', 'application/cloudevents+json')
      .serialize((sent) => sent as unknown as string)
      .send(body);

  it('attack 15: ambiguous JSON is refused, and not one event of it is in the log', async () => {
    const before = types();
    const ambiguous = HOSTILE_EVENTS.filter(([, , , code]) => code.startsWith('json-'));
    expect(new Set(ambiguous.map(([, , , code]) => code)).size).toBe(8);
    for (const [, body, status, code] of ambiguous) {
      expect(await send(body)).toMatchObject({ status, body: { code } });
    }
    expect(types()).toEqual(before);
  });

  it.each([
    ['a decomposed letter', 'INV-u\u0308ber'],
    ['a zero-width space', 'INV\u200b-1'],
    ['a zero-width joiner', 'INV\u200d-1'],
    ['a word joiner', 'INV\u2060-1'],
    ['a byte order mark', 'INV-1\ufeff'],
    ['a soft hyphen', 'INV\u00ad-1'],
    ['a right-to-left override', 'INV\u202e1-'],
    ['a space behind it', 'INV-1 '],
  ])('attack 16: an id that looks like another, with %s, is refused', async (_, id) => {
    const before = types();
    const reply = await send(JSON.stringify(transitionEvent({ id })));
    expect(reply).toMatchObject({ status: 400, body: { code: 'identifier-form', pointer: '/id' } });
    expect(types()).toEqual(before);
  });

  it.each([
    ['null', null],
    ['empty', ''],
  ])('attack 16: a member that must be there is not the same %s', async (_, value) => {
    const data = transitionData({ object: { type: 'invoice', id: value } });
    const reply = await send(JSON.stringify(transitionEvent({ data })));
    expect([400, 422]).toContain(reply.status);
    expect(reply.body.code).toMatch(/^(contract-violation|malformed|identifier-form)$/u);
  });
});

describe('what stands in the log in two readings', () => {
  let entries: readonly Entry[];
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tieout-contents-'));
    await makeLedger(folder, 12);
    entries = entriesIn(folder);
    rmSync(folder, { recursive: true });
  });

  it('attack 16: texts and members that look alike have different leaves', () => {
    const leafOf = (data: Entry['data']) =>
      hex(leafHash(encodeEntry({ ...entries[1]!, data: { ...data } })));
    const leaves = [
      { name: '\u00fcber' },
      { name: 'u\u0308ber' },
      { name: 'uber' },
      { name: '' },
      {},
      { amount: '1.10' },
      { amount: '1.1' },
    ].map((data) => leafOf(data as Entry['data']));
    expect(new Set(leaves).size).toBe(leaves.length);
  });

  it('attack 17: a contract version that falls is named, though everything is signed', async () => {
    const versions = [2, 2, 1, 2];
    const changed = rechained(
      entries.map((entry) =>
        entry.stream.endsWith('INV-1') ? { ...entry, contract: versions[entry.revision]! } : entry,
      ),
    );
    const folder = folderOf();
    writeForgedLog(folder, changed);
    const report = await checkLogFolder(folder, { policy });
    expect(report.findingCount).toBe(1);
    expect(report.first).toMatchObject({
      code: 'contract-downgrade',
      index: 8,
      stream: 'invoice-E_DE.INV-1',
      revision: 2,
      pointer: '/contract',
    });
    expect(exitCodeOf(report)).toBe(1);
  });
});
