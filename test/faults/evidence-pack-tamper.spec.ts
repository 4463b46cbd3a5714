import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { bag, type BagFile, manifestOf, sha256Of } from '../../evidence/pack/bag';
import { buildPack } from '../../evidence/pack/build-pack';
import { itemsTree } from '../../evidence/pack/items-tree';
import { zipOf } from '../../evidence/pack/zip';
import { verifyPack } from '../../evidence/verify/verify-pack';
import { canonicalBytes } from '../../src/kernel/canonical-json';
import { type JsonObject } from '../../src/kernel/json';
import { type CheckReport } from '../../src/sealing/check-report';
import { readPolicy } from '../../src/sealing/policy-file';
import { readStoredZip } from '../support/stored-zip';
import { SAMPLE_BREAK, sampleTransaction } from '../support/sample-transaction';

/** Positions between files: headers of the archive and its directory. Odd, so that they hit different fields. */
const STEP_BYTES = 9_973;

jest.setTimeout(120_000);

describe('a pack with one thing changed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-tamper-'));
  const path = join(folder, 'pack.zip');
  let name: string;
  let files: readonly BagFile[];
  let zip: Buffer;
  let policy: ReturnType<typeof readPolicy>;

  beforeAll(async () => {
    const input = await sampleTransaction();
    const pack = await buildPack(input);
    policy = readPolicy(input.ledger.policy);
    name = pack.id;
    files = pack.files;
    zip = await archive(files);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function archive(content: readonly BagFile[], top = name): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of zipOf(top, content)) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  }

  function verify(bytes: Uint8Array): CheckReport {
    writeFileSync(path, bytes);
    return verifyPack(path, { policy, searchesMax: 0 });
  }

  const flipped = (bytes: Uint8Array, at: number): Buffer => {
    const copy = Buffer.from(bytes);
    copy[at] = copy[at]! ^ 0x01;
    return copy;
  };

  it('verifies as it is', () => {
    expect(verify(zip)).toMatchObject({ result: 'verified', findings: [] });
  });

  it('is refused for one bit in any file, and the file is named', () => {
    const stored = [...readStoredZip(zip)].filter(([, bytes]) => bytes.length > 0);
    const named = stored.map(([entry, bytes]) => {
      const path = entry.slice(entry.indexOf('/') + 1);
      const at = bytes.byteOffset - zip.byteOffset + Math.floor(bytes.length / 2);
      const { result, findings } = verify(flipped(zip, at));
      return { path, result, named: findings.some((finding) => finding.file === path) };
    });
    expect(named).toHaveLength(files.filter(({ bytes }) => bytes.length > 0).length);
    expect(named.filter((entry) => entry.result !== 'failed' || !entry.named)).toEqual([]);
  });

  it('is refused for one bit anywhere in the archive', () => {
    const places: number[] = [];
    for (let at = 3; at < zip.length; at += STEP_BYTES) places.push(at);
    for (let at = zip.length - 400; at < zip.length; at += 7) places.push(at);
    const passed = places.filter((at) => verify(flipped(zip, at)).result !== 'failed');
    expect(places.length).toBeGreaterThan(90);
    expect(passed).toEqual([]);
  });

  it.each([
    'data/items/T-0001/entries.jsonl',
    'data/items/T-0001/proofs.jsonl',
    'data/integrity/keys.jsonl',
  ])(
    'is refused when a line of %s is left out, doubled or swapped, although all hashes were made again',
    async (target) => {
      const lines = fileOf(target).toString().split('\n').slice(0, -1);
      const variants = [
        lines.slice(0, -1),
        lines.slice(1),
        [...lines, lines.at(-1)!],
        [...lines].reverse(),
      ];
      for (const variant of variants.filter((v) => v.join() !== lines.join())) {
        const { result } = verify(await archive(rebagged(target, `${variant.join('\n')}\n`)));
        expect(result).toBe('failed');
      }
    },
  );

  it('names line, index and stream of an amount that was raised, although all hashes were made again', async () => {
    const target = 'data/items/T-0001/entries.jsonl';
    const changed = fileOf(target).toString().replace('121950.00', '921950.00');
    const { result, first } = verify(await archive(rebagged(target, changed)));
    expect(result).toBe('failed');
    expect(first).toMatchObject({ file: target, stream: 'purchase_order-E_DE.PO-7719' });
    expect(first?.index).toBe(46);
    expect(first?.line).toBe(6);
  });

  it('is refused with a file more, a file less, or another name', async () => {
    const extra = [...files, { path: 'data/extra.txt', bytes: Buffer.from('x') }].sort(byPath);
    const fewer = files.filter((file) => file.path !== 'data/population/excluded.csv');
    for (const variant of [extra, fewer])
      expect(verify(await archive(variant)).result).toBe('failed');
    expect(verify(await archive(files, 'EP-2026-00000000')).result).toBe('failed');
  });

  it('is refused with parts of another pack', async () => {
    const other = await buildPack(
      await sampleTransaction({
        breaks: [{ ...SAMPLE_BREAK, id: 'b', sentence: 'x' }],
      }),
    );
    for (const path of ['data/evidence.json', 'data/evidence-pack.pdf', 'manifest-sha256.txt']) {
      const taken = other.files.find((file) => file.path === path)!;
      const mixed = files.map((file) => (file.path === path ? taken : file));
      expect(verify(await archive(mixed)).result).toBe('failed');
    }
  });

  const fileOf = (target: string): Buffer =>
    Buffer.from(files.find((file) => file.path === target)!.bytes);

  /** As a forger would: the file changed, and every hash over it made again. */
  function rebagged(target: string, content: string): readonly BagFile[] {
    return remakeBag(
      files.map((file) =>
        file.path === target ? { path: target, bytes: Buffer.from(content) } : file,
      ),
    );
  }
});

const byPath = (a: BagFile, b: BagFile): number => (a.path < b.path ? -1 : 1);

/** Makes items tree, evidence.json and bag again around payload files that were changed. */
function remakeBag(changed: readonly BagFile[]): readonly BagFile[] {
  const made = ['data/items-tree.json', 'data/evidence.json'];
  const data = changed.filter(({ path }) => path.startsWith('data/') && !made.includes(path));
  const tree = itemsTree([manifestOf(data.filter(({ path }) => path.startsWith('data/items/')))]);
  const root = Buffer.from(tree.root).toString('hex');
  const treeFile = {
    path: made[0]!,
    bytes: canonicalBytes({ count: 1, items: [{ id: 'T-0001', path: [] }], root, v: 1 }),
  };
  const listed = [...data.filter(({ path }) => !path.endsWith('.pdf')), treeFile].sort(byPath);
  const old = changed.find(({ path }) => path === made[1])!;
  const evidence = JSON.parse(Buffer.from(old.bytes).toString()) as JsonObject;
  const files = listed.map(({ path, bytes }) => ({
    path,
    bytes: bytes.length,
    sha256: sha256Of(bytes),
  }));
  const pdf = data.find(({ path }) => path.endsWith('.pdf'))!;
  return bag([...listed, { path: made[1]!, bytes: canonicalBytes({ ...evidence, files }) }, pdf], {
    externalIdentifier: 'EP-2026-8D3F4B1E',
    baggingDate: '2026-02-03',
    softwareAgent: 'tieout 0.1.0',
    unsignedPdfSha256: sha256Of(pdf.bytes),
  });
}
