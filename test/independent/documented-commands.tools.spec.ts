import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ApiClient } from '../../src/client/api-client';
import { type BitFlip, flipped, flipsOf } from '../support/bit-flips';
import { shellBlocks, variablesIn } from '../support/doc-commands';
import { ServiceProcess } from '../support/service-process';
import { registerSource, submittedRequest } from '../support/service-source';

const ROOT = resolve(__dirname, '../..');
const PAGE = 'docs/how-to/check-with-other-tools.md';
const NEEDED =
  'The commands of the page need the Debian packages openssl, curl, jq, golang-go and golang-golang-x-mod-dev';

const { settings, rest } = shellBlocks(PAGE);
const openssl = rest.filter((block) => /openssl|sha256sum/u.test(block));

let service: ServiceProcess;
let folder: string;
let env: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tieout-commands-'));
  service = await ServiceProcess.start();
  const key = await registerSource(service);
  const client = new ApiClient(service.url, key);
  const append = (n: number) =>
    client.send<{ id: string }>('/v1/events', {
      method: 'POST',
      json: submittedRequest(n),
      headers: { 'Content-Type': 'application/cloudevents+json' },
    });
  const { body } = await append(0);
  const checkpoint = await client.raw('/v1/log/checkpoint');
  writeFileSync(join(folder, 'kept.checkpoint'), await checkpoint.text());
  for (const n of [1, 2, 3]) await append(n);
  const policy = await client.raw('/v1/log/keys', { headers: { Accept: 'text/plain' } });
  env = {
    BASE: service.url,
    KEY: key,
    VKEY: /^log (\S+)$/mu.exec(await policy.text())![1]!,
    LEDGER: join(service.dataDir, 'ledgers/main'),
    TIEOUT: ROOT,
    ID: body.id,
    KEPT: join(folder, 'kept.checkpoint'),
  };
}, 60_000);

afterAll(async () => {
  await service?.stop();
  for (const each of [folder, service?.dataDir]) rmSync(each, { recursive: true, force: true });
});

/** Runs blocks in one shell that stops at the first command that fails. */
function run(blocks: readonly string[], cwd: string) {
  const commands = join(folder, 'bin');
  mkdirSync(commands, { recursive: true });
  const tieout = join(commands, 'tieout');
  writeFileSync(tieout, `#!/bin/sh\nexec "${process.execPath}" "${ROOT}/dist/src/cli.js" "$@"\n`);
  chmodSync(tieout, 0o755);
  const script = `set -euo pipefail\n${blocks.join('\n')}`;
  const { error, ...ended } = spawnSync('bash', ['-c', script], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env, PATH: `${commands}:${process.env['PATH']}` },
  });
  if (error !== undefined) throw error;
  if (ended.status === 127) throw new Error(`${NEEDED}. The shell said: ${ended.stderr}`);
  return ended;
}

function emptyFolder(): string {
  return mkdtempSync(join(folder, 'run-'));
}

it('names every setting that the commands take, and no other', () => {
  expect(variablesIn(settings).sort()).toEqual(Object.keys(env).sort());
});

it('the commands of the page accept our log and its proofs', () => {
  const cwd = emptyFolder();
  const { status, stdout, stderr } = run(rest, cwd);
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  const entry = readFileSync(join(cwd, 'event.json'));
  const leaf = createHash('sha256').update('\0').update(entry).digest('hex');
  const stream = createHash('sha256').update('requisition-E_DE.REQ-0').digest('hex');
  const [, keyId] = env['VKEY']!.split('+');
  const said = stdout.split('\n');
  expect(said).toContain('Signature Verified Successfully');
  for (const line of [keyId, leaf, stream]) expect(said).toContain(line);
  expect(said.filter((line) => line.startsWith('OK: '))).toEqual([
    expect.stringMatching(/^OK: log of \d+ entries: root and 1 tiles follow from the entries$/u),
    expect.stringMatching(/^OK: the entry is at index \d+ of a log of \d+$/u),
    expect.stringMatching(/^OK: the log of \d+ entries extends that of \d+$/u),
    expect.stringMatching(/^OK: requisition-E_DE\.REQ-0 ends with revision 0, leaf [0-9a-f]{64}/u),
    expect.stringMatching(/^OK: the entry is at index \d+ of a log of \d+$/u),
  ]);
}, 120_000);

it('openssl refuses the checkpoint with any bit turned, and gives another leaf for another entry', () => {
  const cwd = emptyFolder();
  run(rest.slice(0, 1), cwd);
  const checkpoint = join(cwd, 'checkpoint');
  const leafOf = () => run(openssl, cwd).stdout.split('\n').at(-3);
  const sound = leafOf();
  const good = readFileSync(checkpoint);
  const tried = sampleOf(checkpoint).map((flip) => {
    writeFileSync(checkpoint, flipped(flip));
    const { status } = run(openssl, cwd);
    writeFileSync(checkpoint, good);
    return status;
  });
  expect(tried.filter((status) => status === 0)).toEqual([]);

  const entry = join(cwd, 'event.json');
  writeFileSync(entry, flipped({ file: entry, bit: 8 * 20 }));
  expect(leafOf()).not.toBe(sound);
}, 120_000);

/** Bits of the three signed lines and of the signature, but not its name and its key id, which openssl knows nothing of. */
function sampleOf(checkpoint: string): BitFlip[] {
  const text = readFileSync(checkpoint, 'utf8');
  const body = Buffer.byteLength(text.slice(0, text.indexOf('\n\n')));
  const signature = Buffer.byteLength(text.slice(0, text.lastIndexOf(' ') + 1 + 8));
  const end = Buffer.byteLength(text) - '==\n'.length - 1;
  return flipsOf(checkpoint, 60).filter(({ bit }) => {
    const at = Math.floor(bit / 8);
    return at < body || (at >= signature && at < end);
  });
}
