import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { keysCompromised, keysRetire } from '../../src/cli/keys-offline';
import { type Output } from '../../src/cli/output';
import { rotatedFiles } from '../../src/sealing/key-file';
import { readNote, verifyNote } from '../../src/sealing/note';
import { readPolicy } from '../../src/sealing/policy-file';
import { readVkey } from '../../src/sealing/vkey';
import { temporaryFolder } from '../support/temporary-folder';
import { type Agent, TestApp } from '../support/test-app';

const folderOf = temporaryFolder();
const DAY_MS = 24 * 60 * 60 * 1_000;

interface Keys {
  readonly keys: readonly { vkey: string; from: number; to: number | null }[];
}

const command = (agent: Agent, path: string, key: string, body?: object) =>
  agent.post(`/v1/log/keys/${path}`).set('Idempotency-Key', key).send(body);

async function rotated(app: TestApp, overlapDays = 30): Promise<string> {
  const ann = await app.as('ann', ['log.manage'], { kind: 'person' });
  const bob = await app.as('bob', ['log.manage'], { kind: 'person' });
  const asked = await command(ann, 'rotate', 'r1', { reason: 'yearly', overlapDays });
  expect(asked.status).toBe(202);
  const { id } = asked.body as { id: string };
  const approved = await command(bob, `rotate/${id}/approve`, 'a1');
  expect(approved.status).toBe(202);
  return (approved.body as { vkey: string }).vkey;
}

const inEnv = (dataDir: string): NodeJS.ProcessEnv => ({
  TIEOUT_DATA_DIR: dataDir,
  TIEOUT_ORIGIN: 'tieout.example/acme',
  TIEOUT_LEDGER: 'acme',
});

function heard(): Output & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    json: false,
    quiet: true,
    lines,
    out: (text) => lines.push(text),
    note: () => undefined,
  };
}

/** Vkeys whose lines the newest checkpoint carries, all of them good. */
async function signers(reader: Agent): Promise<string[]> {
  const { text } = await reader.get('/v1/log/checkpoint');
  const { keys } = (await reader.get('/v1/log/keys')).body as Keys;
  const note = readNote(text);
  const known = keys.map(({ vkey }) => readVkey(vkey));
  expect(verifyNote(note, known)).toHaveLength(note.lines.length);
  return note.lines.map(({ keyId }) => known.find((key) => key.keyId === keyId)!.vkey);
}

describe('the key of the log', () => {
  it('is changed by two persons, overlaps, and is retired by itself when the overlap is over', async () => {
    const app = await TestApp.start();
    const reader = await app.as('reader', ['log.read']);
    const [old] = await signers(reader);
    const vkey = await rotated(app);
    expect(await signers(reader)).toEqual([old, vkey]);

    const policy = await reader.get('/v1/log/keys').set('Accept', 'text/plain');
    expect(readPolicy(policy.text).logs.map((log) => log.vkey)).toEqual([old, vkey]);

    await app.runtime.keyChange.retireDue();
    expect(await signers(reader)).toEqual([old, vkey]);
    app.clock.advance(30 * DAY_MS);
    const size = app.runtime.log.size();
    await app.runtime.keyChange.retireDue();
    await app.runtime.keyChange.retireDue();
    expect(app.runtime.log.size()).toBe(size + 1);
    expect(await signers(reader)).toEqual([vkey]);
    const { keys } = (await reader.get('/v1/log/keys')).body as Keys;
    expect(keys).toEqual([
      { vkey: old, from: 0, to: size },
      { vkey, from: expect.any(Number) as number, to: null },
    ]);
    await app.stop();
  });

  it('is in a commitment to heads as soon as it is announced', async () => {
    const app = await TestApp.start({ TIEOUT_HEADS_MS: '600000' });
    await rotated(app);
    const size = app.runtime.log.size();
    await app.issueKey('somebody', ['ledger.read']);
    // Had none been made, this would make one of the first event alone.
    const committed = await app.runtime.heads.covering(1);
    expect(committed.size).toBeGreaterThan(1);
    expect(committed.index).toBeLessThanOrEqual(size);
    await app.stop();
  });

  it('is not changed by one person, by a third key beside two, or without the scope', async () => {
    const app = await TestApp.start();
    const ann = await app.as('ann', ['log.manage']);
    const asked = await command(ann, 'rotate', 'r1', { reason: 'yearly' });
    const { id } = asked.body as { id: string };
    const refused = async (agent: Agent, path: string, body?: object) => {
      const reply = await command(agent, path, `refused-${path}`, body);
      return [reply.status, (reply.body as { code: string }).code];
    };
    expect(await refused(ann, `rotate/${id}/approve`)).toEqual([403, 'same-person']);
    const reader = await app.as('reader', ['log.read']);
    expect(await refused(reader, 'rotate', { reason: 'x' })).toEqual([403, 'scope-missing']);
    expect(await refused(ann, 'rotate/nothing/approve')).toEqual([404, 'not-found']);
    expect(await refused(ann, 'rotate', {})).toEqual([422, 'contract-violation']);
    const bob = await app.as('bob', ['log.manage']);
    expect((await command(bob, `rotate/${id}/approve`, 'a1')).status).toBe(202);
    const again = await command(bob, `rotate/${id}/approve`, 'a2');
    expect(again.status).toBe(202);
    expect((await reader.get('/v1/log/keys')).body).toMatchObject({ keys: [{}, {}] });
    expect(await refused(ann, 'rotate', { reason: 'again' })).toEqual([409, 'state-conflict']);
    await app.stop();
  });

  it('is found beside the key file at the next start, and is retired by hand on a stopped ledger', async () => {
    const dataDir = folderOf();
    const app = await TestApp.start({}, dataDir);
    const reader = await app.issueKey('reader', ['log.read']);
    const vkey = await rotated(app);
    await app.stop('keep');

    const output = heard();
    expect(await keysRetire({ reason: 'all pinned it' }, output, inEnv(dataDir))).toBe(0);
    expect(output.lines).toEqual([vkey]);
    const again = await TestApp.start({}, dataDir);
    expect(await signers(again.withKey(reader))).toEqual([vkey]);
    await again.stop('keep');
  });

  it('is replaced by the word of the recovery key when its file is gone', async () => {
    const dataDir = folderOf();
    const app = await TestApp.start({}, dataDir);
    const reader = await app.issueKey('reader', ['log.read']);
    const size = app.runtime.log.size();
    await app.stop('keep');
    const keyFile = join(dataDir, 'keys', 'log.key');
    rmSync(keyFile);
    await expect(TestApp.start({}, dataDir)).rejects.toMatchObject({ code: 'configuration' });

    const recoveryKey = join(dataDir, 'keys', 'recovery.key');
    const emergency = { recoveryKey, trustedSize: String(size), reason: 'the disk was lost' };
    const tooMuch = { ...emergency, trustedSize: String(size + 1) };
    await expect(keysCompromised(tooMuch, heard(), inEnv(dataDir))).rejects.toThrow(
      `The log has ${size} events`,
    );
    const output = heard();
    expect(await keysCompromised(emergency, output, inEnv(dataDir))).toBe(0);
    const [vkey = ''] = output.lines;
    const [made, ...others] = rotatedFiles(keyFile);
    expect(others).toEqual([]);
    renameSync(made!, keyFile);

    const after = await TestApp.start({}, dataDir);
    const agent = after.withKey(reader);
    expect(await signers(agent)).toEqual([vkey]);
    expect((await agent.get('/v1/log/keys')).body).toMatchObject({
      keys: [
        { from: 0, to: size, trustedSize: size },
        { vkey, from: size, to: null },
      ],
    });
    await after.stop('keep');
  });
});
