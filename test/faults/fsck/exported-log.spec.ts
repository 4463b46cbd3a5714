import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leafHash } from '../../../src/kernel/hash';
import { checkLogFolder, policyText, readPolicy } from '../../../src/sealing';
import { type CheckReport, exitCodeOf } from '../../../src/sealing/check-report';
import { readBundle } from '../../../src/sealing/entry-bundle';
import { compile, type Compiled } from '../../support/compile';
import { exportTestLog, filesBelow, makeWideLedger } from '../../support/wide-ledger';
import { seededRandomness } from '../../support/seeded-randomness';
import { testSigner } from '../../support/sealed-ledger';
import { temporaryFolder } from '../../support/temporary-folder';

const policy = readPolicy(policyText(testSigner().vkey));
const folderOf = temporaryFolder();
/** 1,401 entries: five full tiles, an open one, and more than one block for the threads. */
const SIZE = 1_401;
const FLIPS = 5;
let original: string;
let compiled: Compiled;

beforeAll(async () => {
  original = mkdtempSync(join(tmpdir(), 'tieout-log-'));
  await makeWideLedger(join(original, 'ledger'), 140, 10);
  await exportTestLog(join(original, 'ledger'), join(original, 'log'));
  compiled = compile('src/fsck.worker.ts');
});
afterAll(() => {
  rmSync(original, { recursive: true });
  compiled.remove();
});

function copy(): string {
  const folder = join(folderOf(), 'log');
  cpSync(join(original, 'log'), folder, { recursive: true });
  return folder;
}

function flip(path: string, at: number, mask = 1): void {
  const bytes = readFileSync(path);
  bytes[at] = bytes[at]! ^ mask;
  writeFileSync(path, bytes);
}

const bundle = (n: number): Uint8Array[] =>
  readBundle(readFileSync(join(original, 'log', `tile/entries/00${n}`))) ?? [];

/** Where entry `i` of a bundle begins, behind its length. */
const startIn = (entries: readonly Uint8Array[], i: number): number =>
  entries.slice(0, i).reduce((at, entry) => at + 2 + entry.length, 2);

/** Index, by its place in the bundle, of the entry or length that a byte belongs to. */
function indexAt(file: string, at: number): number | undefined {
  const n = /^tile\/entries\/00([0-9])/.exec(file)?.[1];
  if (n === undefined) return undefined;
  const entries = readBundle(readFileSync(join(original, 'log', file))) ?? [];
  const i = entries.findIndex((entry, k) => at < startIn(entries, k) + entry.length);
  return 256 * Number(n) + i;
}

describe('an exported log that nobody touched', () => {
  it('verifies, in one thread and in two, with the same result', async () => {
    const alone = await checkLogFolder(copy(), { policy });
    expect(alone).toMatchObject({ result: 'verified', size: SIZE, findingCount: 0 });
    expect(alone.checked).toEqual({ entries: SIZE, checkpoints: 1, tiles: 7, streams: 21 });
    const folder = copy();
    const threads = { file: compiled.file, count: 2 };
    const threaded = await checkLogFolder(folder, { policy, threads });
    expect({ ...threaded, subject: alone.subject }).toEqual(alone);
  });

  it('is consistent with itself only without keys from outside', async () => {
    expect(exitCodeOf(await checkLogFolder(copy()))).toBe(4);
  });
});

describe('a byte changed anywhere in an exported log', () => {
  it('is found, in the right file and, in a bundle, at the right index', async () => {
    const folder = copy();
    const random = seededRandomness('exported-log');
    const missed: string[] = [];
    for (const file of filesBelow(folder)) {
      const path = join(folder, file);
      const good = readFileSync(path);
      // What the exporter says about keys is no trust, and no part of the check.
      for (let i = 0; file !== 'keys' && i < FLIPS; i += 1) {
        const at = Buffer.from(random.bytes(4)).readUInt32BE(0) % good.length;
        flip(path, at, 1 << (i % 8));
        const report = await checkLogFolder(folder, { policy });
        if (!isNamed(report, file, at))
          missed.push(`${file} ${at} ${JSON.stringify(report.first)}`);
        writeFileSync(path, good);
      }
    }
    expect(missed).toEqual([]);
  }, 120_000);

  function isNamed(report: CheckReport, file: string, at: number): boolean {
    const { first } = report;
    if (exitCodeOf(report) !== 1 || first === undefined) return false;
    const index = indexAt(file, at);
    if (index !== undefined) {
      return (first.index ?? first.range?.[0]) === index;
    }
    const tile = /^tile\/([01])\/00([0-9])/.exec(file);
    if (tile === null) return first.file === file || first.code.startsWith('checkpoint-');
    if (tile[1] === '1') return first.code === 'tile-mismatch' && first.file === 'tile/1/000';
    return first.code === 'tile-mismatch' && first.index === 256 * Number(tile[2]) + (at >> 5);
  }
});

describe('an entry that was forged together with its copies', () => {
  it('is named when its level-0 tile was made to fit, by the tile above and its successor', async () => {
    const folder = copy();
    const entries = bundle(1);
    const i = 44;
    const text = Buffer.from(entries[i]!).toString('latin1');
    const at = startIn(entries, i) + text.indexOf('1190.00');
    const path = join(folder, 'tile/entries/001');
    const bytes = readFileSync(path);
    bytes.write('9190.00', at, 'latin1');
    writeFileSync(path, bytes);
    const forged = readBundle(bytes)![i]!;
    const tile = readFileSync(join(folder, 'tile/0/001'));
    Buffer.from(leafHash(forged)).copy(tile, 32 * i);
    writeFileSync(join(folder, 'tile/0/001'), tile);
    const report = await checkLogFolder(folder, { policy });
    expect(report.first).toMatchObject({
      code: 'leaf-mismatch',
      index: 256 + i,
      pointer: '/data/amount/amount',
    });
    expect(report.first?.evidence).toMatch(/^prev of index [0-9]+$/u);
  });

  it('is a root that does not fit when every copy was made to fit and no later event tells', async () => {
    const folder = copy();
    const path = join(folder, 'tile/entries/005.p/121');
    const entries = readBundle(readFileSync(path))!;
    const last = entries.length - 1;
    flip(path, startIn(entries, last) + Buffer.from(entries[last]!).indexOf('1190.00'));
    const tile = readFileSync(join(folder, 'tile/0/005.p/121'));
    Buffer.from(leafHash(readBundle(readFileSync(path))![last]!)).copy(tile, 32 * last);
    writeFileSync(join(folder, 'tile/0/005.p/121'), tile);
    const report = await checkLogFolder(folder, { policy });
    expect(report.first).toMatchObject({ code: 'root-mismatch', range: [0, 1400] });
  });
});

describe('a log folder that is not whole', () => {
  it.each([
    ['a bundle is missing', 'tile/entries/003', 'log-short', 768],
    ['a bundle is cut', 'tile/entries/003', 'bundle-framing', 1023],
    ['a tile is missing', 'tile/0/002', 'tile-mismatch', 512],
  ])('says where %s', async (what, file, code, index) => {
    const folder = copy();
    const path = join(folder, file);
    if (what.endsWith('cut')) writeFileSync(path, readFileSync(path).subarray(0, -1));
    else rmSync(path);
    const { first } = await checkLogFolder(folder, { policy });
    expect(first).toMatchObject({ code, file });
    expect(first?.index ?? first?.range?.[0]).toBe(index);
  });

  it('refuses links and names that are no part of a log', async () => {
    const folder = copy();
    rmSync(join(folder, 'tile/entries/003'));
    symlinkSync('/etc/hosts', join(folder, 'tile/entries/003'));
    writeFileSync(join(folder, 'more.txt'), 'x');
    const report = await checkLogFolder(folder, { policy });
    const files = report.findings.filter((f) => f.code === 'pack-file').map((f) => f.file);
    expect(files).toContain('more.txt');
    expect(files).toContain('tile/entries/003');
  });

  it('has nothing to check without its checkpoint', async () => {
    const folder = copy();
    rmSync(join(folder, 'checkpoint'));
    const report = await checkLogFolder(folder, { policy });
    expect(report.first).toMatchObject({ code: 'log-short', file: 'checkpoint' });
  });
});

describe('what a check can be told', () => {
  it('stops when asked, and says how far it came', async () => {
    const stop = new AbortController();
    const report = await checkLogFolder(copy(), {
      policy,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    expect(exitCodeOf(report)).toBe(3);
    expect(report.notes.join()).toContain(`Stopped at index 1024 of ${SIZE}`);
  });

  it('refuses a log that is older than it may be', async () => {
    const hour = { ms: 3_600_000 };
    const young = { ...hour, now: '2026-01-05T08:30:00.000Z' };
    const old = { ...hour, now: '2026-01-06T08:30:00.000Z' };
    expect(exitCodeOf(await checkLogFolder(copy(), { policy, maxAge: young }))).toBe(0);
    const report = await checkLogFolder(copy(), { policy, maxAge: old });
    expect(report).toMatchObject({ result: 'not-met', first: { code: 'checkpoint-stale' } });
    expect(exitCodeOf(report)).toBe(4);
  });

  it('shows values only when asked', async () => {
    const folder = copy();
    const entries = bundle(0);
    const at = startIn(entries, 9) + Buffer.from(entries[9]!).indexOf('1190.00');
    flip(join(folder, 'tile/entries/000'), at, 8);
    expect(JSON.stringify(await checkLogFolder(folder, { policy }))).not.toContain('9190.00');
    const { first } = await checkLogFolder(folder, { policy, showValues: true });
    expect(first?.detail).toContain('"1190.00" was sealed, "9190.00" stands here');
  });
});
