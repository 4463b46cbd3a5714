import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { verifyPack } from '../../../evidence/verify/verify-pack';
import { verifyProof } from '../../../src/cli/verify-proof';
import { type Entry } from '../../../src/kernel/entry';
import { checkLogFolder, exitCodeOf, policyText, readPolicy } from '../../../src/sealing';
import { examplePack, writeFolder, writeZip } from '../../support/example-pack';
import { entriesIn, writeForgedLog } from '../../support/forged-log';
import { ENTRIES, PROOF_3, VKEY } from '../../support/log-example';
import { makeLedger, testSigner } from '../../support/sealed-ledger';
import { temporaryFolder } from '../../support/temporary-folder';

const policy = readPolicy(policyText(testSigner().vkey));
const packPolicy = readPolicy(policyText(VKEY));
const folderOf = temporaryFolder();
const TEBIBYTE = 2 ** 40;
const DEEP = Array<string>(40).fill('d');
/** Parts of the longest path that a tile may have: tile, level, five groups and the last, width. */
const DEPTH_MAX = 9;
let entries: readonly Entry[];

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-hostile-'));
  await makeLedger(folder, 9);
  entries = entriesIn(folder);
  rmSync(folder, { recursive: true });
});

/** Nothing but a length: what reads it whole has no memory left. */
function sparse(path: string, bytes = TEBIBYTE): void {
  closeSync(openSync(path, 'a'));
  truncateSync(path, bytes);
}

/** @returns what was said, and how much memory was taken for it, bytes */
async function measured<T>(work: () => T | Promise<T>): Promise<{ result: T; grown: number }> {
  const before = process.memoryUsage().rss;
  const result = await work();
  return { result, grown: process.memoryUsage().rss - before };
}
const MEMORY_MAX = 256 * 1024 ** 2;

describe('attack 27: hostile input to the verifier', () => {
  const BUNDLE = 'tile/entries/000.p/10';

  it.each<[string, string, (folder: string) => void, string]>([
    [
      'a checkpoint of a tebibyte',
      'checkpoint',
      (f) => sparse(join(f, 'checkpoint')),
      'limit-exceeded',
    ],
    ['a bundle of a tebibyte', BUNDLE, (f) => sparse(join(f, BUNDLE)), 'limit-exceeded'],
    [
      'a tile of a tebibyte',
      'tile/0/000.p/10',
      (f) => sparse(join(f, 'tile/0/000.p/10')),
      'limit-exceeded',
    ],
    [
      '10,000 signature lines',
      'checkpoint',
      (f) => {
        const [text, line] = readFileSync(join(f, 'checkpoint'), 'utf8').split('\n\n');
        writeFileSync(join(f, 'checkpoint'), `${text}\n\n${line!.repeat(10_000)}`);
      },
      'limit-exceeded',
    ],
    [
      'lengths beyond the end of a bundle',
      BUNDLE,
      (f) => writeFileSync(join(f, BUNDLE), Buffer.alloc(40_000, 0xff)),
      'bundle-framing',
    ],
    [
      'a bundle of empty entries',
      BUNDLE,
      (f) => writeFileSync(join(f, BUNDLE), Buffer.alloc(200_000)),
      'bundle-framing',
    ],
    [
      'a link that leads outside',
      BUNDLE,
      (f) => {
        rmSync(join(f, BUNDLE));
        symlinkSync('/etc/hosts', join(f, BUNDLE));
      },
      'pack-file',
    ],
    [
      'a folder that is a link to itself',
      'tile/0/x001',
      (f) => symlinkSync('.', join(f, 'tile/0/x001')),
      'pack-file',
    ],
    [
      'folders 40 deep',
      ['tile', ...DEEP].slice(0, DEPTH_MAX).join('/'),
      (f) => mkdirSync(join(f, 'tile', ...DEEP), { recursive: true }),
      'pack-file',
    ],
    [
      'a pipe that nobody writes to',
      BUNDLE,
      (f) => {
        rmSync(join(f, BUNDLE));
        execFileSync('mkfifo', [join(f, BUNDLE)]);
      },
      'pack-file',
    ],
    [
      'a size of 200,010, of which ten are there',
      'tile/entries/001',
      (f) => writeSize(f, 200_010),
      'log-short',
    ],
    [
      'a size of 2^53 - 1 that its own key signed',
      'checkpoint',
      (f) => writeSize(f, Number.MAX_SAFE_INTEGER),
      'log-short',
    ],
  ])('a log with %s is refused by its file', async (_, file, spoil, code) => {
    const folder = folderOf();
    writeForgedLog(folder, entries);
    spoil(folder);
    const { result, grown } = await measured(() => checkLogFolder(folder, { policy }));
    expect(exitCodeOf(result)).toBe(1);
    expect(result.findings).toContainEqual(expect.objectContaining({ code, file }));
    expect(grown).toBeLessThan(MEMORY_MAX);
  });

  it('a proof of a tebibyte is refused without being read', async () => {
    const folder = folderOf();
    const [file, entry, keys] = ['p.tlog-proof', 'e.json', 'policy'].map((n) =>
      join(folder, n),
    ) as [string, string, string];
    writeFileSync(file, PROOF_3);
    writeFileSync(entry, ENTRIES[3]!);
    writeFileSync(keys, policyText(VKEY));
    const run = () => {
      const said: string[] = [];
      const output = {
        json: true,
        quiet: true,
        out: (text: string) => said.push(text),
        note: () => {},
      };
      const code = verifyProof(file, { entry, policy: keys }, output);
      return { code, first: (JSON.parse(said.join('')) as { first?: object }).first };
    };
    expect(run().code).toBe(0);
    sparse(file);
    const { result, grown } = await measured(run);
    expect(result).toMatchObject({ code: 1, first: { code: 'limit-exceeded' } });
    writeFileSync(file, PROOF_3);
    sparse(entry);
    expect(run()).toMatchObject({ code: 1, first: { code: 'limit-exceeded' } });
    expect(grown).toBeLessThan(MEMORY_MAX);
  });

  it.each<[string, (folder: string) => void, RegExp]>([
    [
      'a file of a tebibyte',
      (p) => sparse(join(p, 'data/evidence.json')),
      /^(limit-exceeded|pack-file)$/u,
    ],
    ['a link', (p) => symlinkSync('/etc/hosts', join(p, 'data/link')), /^pack-file$/u],
    [
      'folders 40 deep',
      (p) => mkdirSync(join(p, 'data', ...DEEP), { recursive: true }),
      /^limit-exceeded$/u,
    ],
  ])('a pack with %s is refused', async (_, spoil, code) => {
    const pack = writeFolder(examplePack(), folderOf());
    spoil(pack);
    const { result, grown } = await measured(() => verifyPack(pack, { policy: packPolicy }));
    expect(exitCodeOf(result)).toBe(1);
    expect(result.first?.code).toMatch(code);
    expect(grown).toBeLessThan(MEMORY_MAX);
  });

  it.each<[string, (zip: Buffer) => Buffer]>([
    ['a bomb: a gibibyte deflated into a megabyte', () => bombOf(1024 ** 3)],
    ['a directory that says 65,535 files', (zip) => patched(zip, zip.length - 12, 0xffff, 2)],
    ['a directory of 4 GiB', (zip) => patched(zip, zip.length - 10, 0xffffffff, 4)],
    ['a directory that lies outside', (zip) => patched(zip, zip.length - 6, 0xfffffff0, 4)],
    ['a file of 4 GiB', (zip) => patched(zip, zip.indexOf('PK\x01\x02') + 24, 0xffffffff, 4)],
    [
      'two files over the same bytes',
      (zip) => {
        const second = zip.indexOf('PK\x01\x02', zip.indexOf('PK\x01\x02') + 4);
        return patched(zip, second + 42, 0, 4);
      },
    ],
    [
      'a name that leads outside',
      (zip) =>
        Buffer.from(
          zip.toString('latin1').replaceAll('data/VERIFY.md', '../../../x.txt'),
          'latin1',
        ),
    ],
    [
      'a name of the root',
      (zip) =>
        Buffer.from(
          zip.toString('latin1').replaceAll('data/VERIFY.md', '/////etc/hosts'),
          'latin1',
        ),
    ],
  ])('a ZIP with %s is refused', async (_, spoil) => {
    const path = await writeZip(examplePack(), folderOf());
    writeFileSync(path, spoil(readFileSync(path)));
    const { result, grown } = await measured(() => verifyPack(path, { policy: packPolicy }));
    expect(exitCodeOf(result)).toBe(1);
    expect(result.first?.code).toMatch(/^(limit-exceeded|pack-file)$/u);
    expect(grown).toBeLessThan(MEMORY_MAX);
  });
});

function writeSize(folder: string, size: number): void {
  const signer = testSigner();
  const body = `${signer.name}\n${size}\n${Buffer.alloc(32, 7).toString('base64')}\n`;
  const line = Buffer.concat([signer.keyId, signer.sign(Buffer.from(body))]).toString('base64');
  writeFileSync(join(folder, 'checkpoint'), `${body}\n\u2014 ${signer.name} ${line}\n`);
}

function patched(zip: Buffer, at: number, value: number, bytes: 2 | 4): Buffer {
  const bad = Buffer.from(zip);
  if (bytes === 2) bad.writeUInt16LE(value, at);
  else bad.writeUInt32LE(value, at);
  return bad;
}

/** A ZIP of one deflated file of zeros, as any packer would write it. */
function bombOf(bytes: number): Buffer {
  const name = Buffer.from('EP-2026-0001/data/evidence.json');
  const packed = deflateRawSync(Buffer.alloc(bytes), { level: 9 });
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(8, 4);
  fields.writeUInt32LE(packed.length, 14);
  fields.writeUInt32LE(bytes, 18);
  fields.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, name, packed]);
  const tail = Buffer.alloc(14);
  const central = Buffer.concat([Buffer.from('PK\x01\x02\x3f\x03', 'latin1'), fields, tail, name]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}
