import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { logExport } from '../../../src/cli/log';
import { recoverTail } from '../../../src/cli/recover';
import { loadConfig } from '../../../src/config';
import { checkStoreFolder } from '../../../src/sealing';
import { temporaryFolder } from '../../support/temporary-folder';
import { TestApp } from '../../support/test-app';

const SCOPES = ['access.manage', 'log.read', 'ledger.read'];
const folderOf = temporaryFolder();

interface Place {
  readonly data: string;
  readonly older: string;
  readonly log: string;
  readonly env: Readonly<Record<string, string>>;
  /** of an administrator */
  readonly key: string;
}

const printed = () => {
  const texts: string[] = [];
  const say = (text: string): void => void texts.push(text);
  return { texts, output: { json: false, quiet: false, out: say, note: say } };
};

const ledgerOf = (data: string) => join(data, 'ledgers', 'acme');

/** A ledger that lived on after it was copied, and was exported at its end. */
async function lived(more: number): Promise<Place> {
  const folder = folderOf();
  const data = join(folder, 'data');
  const env = { TIEOUT_ANCHOR_DIR: join(folder, 'anchors') };
  const first = await TestApp.start(env, data);
  const key = await first.issueKey('admin', SCOPES);
  await first.stop('keep');
  const older = join(folder, 'older');
  cpSync(data, older, { recursive: true });
  const second = await TestApp.start(env, data);
  for (let i = 0; i < more; i += 1) {
    const reply = await second
      .withKey(key)
      .post('/v1/access/keys')
      .set('Idempotency-Key', `more-${i}`)
      .send({ client: `more-${i}`, kind: 'service', scopes: ['ledger.read'] });
    expect(reply.status).toBe(201);
  }
  await second.stop('keep');
  const log = join(folder, 'log');
  await logExport(log, { ledger: ledgerOf(data) }, printed().output);
  return { data, older, log, env, key };
}

const putBack = ({ data, older }: Place): void => {
  rmSync(data, { recursive: true });
  cpSync(older, data, { recursive: true });
};

const configOf = ({ data, env }: Place) =>
  loadConfig({
    TIEOUT_DATA_DIR: data,
    TIEOUT_ORIGIN: 'tieout.example/acme',
    TIEOUT_LEDGER: 'acme',
    ...env,
  });

const bytesOf = (data: string) => readFileSync(join(ledgerOf(data), 'ledger.db'));

describe('an older copy of a ledger beside a newer export', () => {
  it('gets every missing event back under the same checkpoint, and records again', async () => {
    const place = await lived(3);
    const checkpoint = readFileSync(join(place.log, 'checkpoint'), 'utf8');
    const size = Number(checkpoint.split('\n')[1]);
    putBack(place);
    const { texts, output } = printed();
    expect(recoverTail(place.log, output, configOf(place))).toBe(0);
    expect(texts).toEqual([`events ${size - 3} to ${size - 1} are back; the ledger has ${size}`]);
    const report = await checkStoreFolder(ledgerOf(place.data));
    expect([report.findings, report.size]).toEqual([[], size]);

    const app = await TestApp.start(place.env, place.data);
    const caller = app.withKey(place.key);
    expect((await caller.get('/v1/log/checkpoint')).text).toBe(checkpoint);
    const reply = await caller
      .post('/v1/access/keys')
      .set('Idempotency-Key', 'later')
      .send({ client: 'later', kind: 'service', scopes: ['ledger.read'] });
    expect(reply.status).toBe(201);
    await app.stop();
  });

  it('is told when it lacks nothing', async () => {
    const place = await lived(1);
    const { texts, output } = printed();
    expect(recoverTail(place.log, output, configOf(place))).toBe(0);
    expect(texts[0]).toMatch(/^nothing is missing: the ledger has all \d+ events of the export$/);
  });

  it.each([
    ['an event of the tail was changed', 'tile/entries', 'more-1', 'mora-1'],
    ['the checkpoint has another root', 'checkpoint', undefined, undefined],
  ])('stays as it is when %s', async (_what, file, from, to) => {
    const place = await lived(3);
    const path = file === 'checkpoint' ? join(place.log, file) : bundleOf(place.log);
    const text = readFileSync(path, 'latin1');
    const changed =
      from === undefined ? otherRoot(text) : text.replaceAll(from as string, to as string);
    expect(changed).not.toBe(text);
    writeFileSync(path, changed, 'latin1');
    putBack(place);
    const before = await checkStoreFolder(ledgerOf(place.data));
    const { texts, output } = printed();
    expect(recoverTail(place.log, output, configOf(place))).toBe(1);
    expect(texts[0]).toMatch(/^tieout: /);
    const after = await checkStoreFolder(ledgerOf(place.data));
    expect([after.findings, after.size]).toEqual([[], before.size]);
  });

  it('takes nothing from the log of another ledger', async () => {
    const [place, other] = [await lived(2), await lived(2)];
    putBack(place);
    const { texts, output } = printed();
    expect(recoverTail(other.log, output, configOf(place))).toBe(1);
    expect(texts[0]).toMatch(/^tieout: /);
  });

  it('is not touched while its service runs', async () => {
    const place = await lived(1);
    putBack(place);
    const before = bytesOf(place.data).length;
    const app = await TestApp.start(place.env, place.data);
    expect(() => recoverTail(place.log, printed().output, configOf(place))).toThrow(
      expect.objectContaining({ code: 'store-unavailable' }) as Error,
    );
    await app.stop('keep');
    expect(bytesOf(place.data).length).toBeGreaterThanOrEqual(before);
  });
});

/** The partial bundle of a small log is its only one. */
const bundleOf = (log: string): string => {
  const size = Number(readFileSync(join(log, 'checkpoint'), 'utf8').split('\n')[1]);
  return join(log, 'tile', 'entries', `000.p`, String(size));
};

const otherRoot = (note: string): string => {
  const lines = note.split('\n');
  const root = lines[2] ?? '';
  lines[2] = (root.startsWith('A') ? 'B' : 'A') + root.slice(1);
  return lines.join('\n');
};
