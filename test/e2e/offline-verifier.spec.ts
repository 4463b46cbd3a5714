import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { editFile, examplePack, writeFolder, writeZip } from '../support/example-pack';
import { VKEY } from '../support/log-example';

let folder: string;
let desk: string;

/** The verifier as it ships: one file, in a folder with nothing else. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'verifier-'));
  desk = join(folder, 'desk');
  mkdirSync(desk);
  const built = join(folder, 'built', 'verify.mjs');
  execFileSync(process.execPath, [resolve('scripts/build-verifier.mjs'), built]);
  copyFileSync(built, join(desk, 'verify.mjs'));
  writeFileSync(join(desk, 'policy'), `log ${VKEY}\nquorum none\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

function verify(...args: string[]) {
  const env = { PATH: process.env['PATH'] ?? '' };
  return spawnSync(process.execPath, ['verify.mjs', ...args], { cwd: desk, env, encoding: 'utf8' });
}

describe('the verifier at an isolated desk', () => {
  it('verifies a pack with the policy from outside: exit 0', async () => {
    const zip = await writeZip(examplePack(), folder);
    const { status, stdout, stderr } = verify('--policy', 'policy', zip);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^VERIFIED {2}EP-2026-0001 {2}tieout\.example\/acme {2}size 5\n/u);
  });

  it('calls a pack without outside anchors consistent with itself: exit 4', () => {
    expect(verify(writeFolder(examplePack(), folder)).status).toBe(4);
  });

  it('names the first bad position of a changed copy: exit 1', () => {
    const bad = examplePack({
      bag: (files) => editFile(files, 'data/items/INV-1001/entries.jsonl', '1190.00', '7190.00'),
    });
    const pack = writeFolder(bad, join(folder, 'bad'));
    const text = verify('--policy', 'policy', pack);
    expect(text.status).toBe(1);
    expect(text.stdout).toContain(
      'first bad position: index 1, file data/items/INV-1001/entries.jsonl, line 1',
    );
    const json = verify('--json', '--policy', 'policy', pack);
    expect(json.status).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      result: 'failed',
      first: { index: 1, pointer: '/data/gross/amount' },
    });
  });

  it.each([
    ['no pack', []],
    ['two packs', ['a', 'b']],
    ['an unknown option', ['--trust-me', 'a']],
    ['a pack that is not there', ['nowhere']],
    ['a policy that is none', ['--policy', 'verify.mjs', '.']],
    ['a checkpoint that is none', ['--last-seen', 'policy', '.']],
  ])('refuses to start with %s: exit 2', (_, args) => {
    expect(verify(...args).status).toBe(2);
  });

  it('is the same bytes each time it is built', () => {
    const again = join(folder, 'again', 'verify.mjs');
    execFileSync(process.execPath, [resolve('scripts/build-verifier.mjs'), again]);
    expect(readFileSync(again).equals(readFileSync(join(desk, 'verify.mjs')))).toBe(true);
  });
});
