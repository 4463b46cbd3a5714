import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ApiClient } from '../../src/client/api-client';
import { type BitFlip, flipped, flipsOf } from '../support/bit-flips';
import { shellBlocks, variablesIn } from '../support/doc-commands';
import { cosignerOf } from '../../src/sealing/cosignature';
import { sha256 } from '../../src/kernel/hash';
import { signerOf } from '../../src/sealing/signer';
import { timestampRequest } from '../../src/sealing/timestamp-token';
import { ServiceProcess } from '../support/service-process';
import { registerSource, submittedRequest } from '../support/service-source';
import { Authority } from '../support/tsa';

const ROOT = resolve(__dirname, '../..');
const PAGE = 'docs/how-to/check-with-other-tools.md';
const NEEDED =
  'The commands of the page need the Debian packages openssl, curl, jq, golang-go and golang-golang-x-mod-dev';

const { settings, rest } = shellBlocks(PAGE);
const own = rest.filter((block) => /-inkey key\.der|sha256sum/u.test(block));
const others = rest.filter((block) => /cosignature|openssl ts/u.test(block));

const witness = cosignerOf(signerOf('witness.example/w', Buffer.alloc(32, 7)));
const COSIGNED_AT = Date.UTC(2026, 0, 5, 10, 41, 7) / 1_000;

let authority: Authority;
let service: ServiceProcess;
let folder: string;
let env: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tieout-commands-'));
  authority = Authority.make(join(folder, 'authority'));
  const first = await ServiceProcess.start();
  const key = await registerSource(first);
  const keys = await new ApiClient(first.url, key).raw('/v1/log/keys', {
    headers: { Accept: 'text/plain' },
  });
  const vkey = /^log (\S+)$/mu.exec(await keys.text())![1]!;
  await first.stop();
  const policy = join(folder, 'policy');
  writeFileSync(policy, `log ${vkey}\nwitness w ${witness.vkey}\nquorum w\n`);
  service = await ServiceProcess.start(first.dataDir, ['env', `TIEOUT_POLICY_FILE=${policy}`]);
  const client = new ApiClient(service.url, key);
  const id = await append(client, 0);
  const kept = join(folder, 'kept.checkpoint');
  const note = await checkpointOf(client);
  writeFileSync(kept, note);
  const size = await anchor(client, note);
  for (const n of [1, 2, 3]) await append(client, n);
  env = {
    ...{ BASE: service.url, KEY: key, VKEY: vkey, TIEOUT: ROOT, ID: id, KEPT: kept, SIZE: size },
    ...{ LEDGER: join(service.dataDir, 'ledgers/main'), TSA: authority.caFile },
    WITNESS: witness.vkey,
  };
}, 60_000);

const checkpointOf = async (client: ApiClient): Promise<string> =>
  (await client.raw('/v1/log/checkpoint')).text();

async function append(client: ApiClient, n: number): Promise<string> {
  const { body } = await client.send<{ id: string }>('/v1/events', {
    method: 'POST',
    json: submittedRequest(n),
    headers: { 'Content-Type': 'application/cloudevents+json' },
  });
  return body.id;
}

/** Has a checkpoint cosigned and timestamped. @returns its size */
async function anchor(client: ApiClient, note: string): Promise<string> {
  const [, size = ''] = note.split('\n');
  await client.send(`/v1/log/witness?size=${size}`, {
    method: 'POST',
    body: witness.cosign(note.slice(0, note.lastIndexOf('\n\n') + 1), COSIGNED_AT),
    headers: { 'Content-Type': 'text/plain' },
  });
  const anchored = join(service.dataDir, 'anchors/main', size);
  const imprint = sha256(readFileSync(join(anchored, 'checkpoint')));
  const request = timestampRequest({ imprint, nonce: Buffer.alloc(16, 9) });
  writeFileSync(join(anchored, 'checkpoint.tsr'), authority.answer(Buffer.from(request)));
  return size;
}

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
  expect({ status, failed: status === 0 ? '' : stderr }).toEqual({ status: 0, failed: '' });
  const entry = readFileSync(join(cwd, 'event.json'));
  const leaf = createHash('sha256').update('\0').update(entry).digest('hex');
  const stream = createHash('sha256').update('requisition-E_DE.REQ-0').digest('hex');
  const [, keyId] = env['VKEY']!.split('+');
  const said = stdout.split('\n');
  expect(said).toContain('Signature Verified Successfully');
  for (const line of [keyId, leaf, stream, '2026-01-05T10:41:07Z']) expect(said).toContain(line);
  expect(said.filter((line) => line === 'Signature Verified Successfully')).toHaveLength(2);
  expect(said).toContain('Verification: OK');
  expect(stdout).toMatch(/^Time stamp: /mu);
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
  const leafOf = () => run(own, cwd).stdout.split('\n').at(-3);
  const sound = leafOf();
  const good = readFileSync(checkpoint);
  const tried = sampleOf(checkpoint).map((flip) => {
    writeFileSync(checkpoint, flipped(flip));
    const { status } = run(own, cwd);
    writeFileSync(checkpoint, good);
    return status;
  });
  expect(tried.filter((status) => status === 0)).toEqual([]);

  const entry = join(cwd, 'event.json');
  writeFileSync(entry, flipped({ file: entry, bit: 8 * 20 }));
  expect(leafOf()).not.toBe(sound);
}, 120_000);

it('openssl refuses what a witness or an authority did not sign', () => {
  const cwd = emptyFolder();
  run(rest.slice(0, 1), cwd);
  const spoil = (file: string) => `printf X | dd of=${file} bs=1 seek=30 conv=notrunc status=none`;
  const behind = (text: string, line: string, added: string) =>
    text.replace(line, `${line}\n${added}`);
  const spoiled = others.map((block) =>
    ['cosigned', 'anchored'].reduce((text, file) => {
      const line = text.split('\n').find((each) => each.endsWith(` > ${file}`));
      return line === undefined ? text : behind(text, line, spoil(file));
    }, block),
  );
  for (const [i, block] of others.entries()) {
    expect(run([rest[0]!.split('\n')[1]!, block], cwd).status).toBe(0);
    expect(spoiled[i]).not.toBe(block);
    expect(run([rest[0]!.split('\n')[1]!, spoiled[i]!], cwd).status).not.toBe(0);
  }
}, 60_000);

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
