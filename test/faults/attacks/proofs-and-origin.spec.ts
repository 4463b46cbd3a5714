import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Entry } from '../../../src/kernel/entry';
import { nodeHash } from '../../../src/kernel/hash';
import {
  checkLogFolder,
  checkProof,
  exitCodeOf,
  policyText,
  readPolicy,
  signerOf,
  tlogProofText,
} from '../../../src/sealing';
import { verifyInclusion } from '../../../src/sealing/merkle-verify';
import { entriesIn, rechained, writeForgedLog } from '../../support/forged-log';
import { CHECKPOINTS, ENTRIES, LEAVES, VKEY } from '../../support/log-example';
import { makeLedger, TEST_ORIGIN, testSigner } from '../../support/sealed-ledger';
import { SampleLog } from '../../support/sample-log';
import { temporaryFolder } from '../../support/temporary-folder';

const folderOf = temporaryFolder();
const policy = readPolicy(`log ${VKEY}\nquorum none\n`);
const hash = (text: string) => Buffer.from(text, 'hex');
const [L0, L1, L2, L3] = LEAVES.map(hash) as [Buffer, Buffer, Buffer, Buffer];
const [N01, N23] = [nodeHash(L0, L1), nodeHash(L2, L3)];
const checkpoint = CHECKPOINTS[4]!;

const told = (text: string, entry: Uint8Array | string = ENTRIES[3] ?? '') =>
  checkProof(Buffer.from(text), Buffer.from(entry), { subject: 'proof', policy });
const proof = (index: number, ...hashes: readonly Uint8Array[]) =>
  tlogProofText({ index, hashes: [...hashes], checkpoint });
const good = proof(3, L2, N01);

describe('attack 13: second preimages and malleable proofs', () => {
  it('the proof that was issued holds', () => {
    expect(told(good)).toMatchObject({ result: 'verified', size: 4 });
  });

  const bad: readonly (readonly [string, string, (Uint8Array | string)?])[] = [
    [
      'two leaves as one entry, with the path of their node',
      proof(1, N01),
      Buffer.concat([L2, L3]),
    ],
    ['a node with its prefix as an entry', proof(0, N23), Buffer.concat([Buffer.of(1), L0, L1])],
    ['a leaf hash as an entry', good, L3],
    ['an empty entry', good, ''],
    ['a hash too many', proof(3, L2, N01, N01)],
    ['a hash too few', proof(3, L2)],
    ['no hashes', proof(3)],
    ['its hashes swapped', proof(3, N01, L2)],
    ['the sibling instead of itself', proof(3, L3, N01)],
    ['the index of its sibling', good.replace('index 3', 'index 2')],
    ['an index at the size', good.replace('index 3', 'index 4')],
    ['the index 2^32', good.replace('index 3', 'index 4294967296')],
    ['the index 2^53 - 1', good.replace('index 3', 'index 9007199254740991')],
    ['the index 2^63', good.replace('index 3', 'index 9223372036854775808')],
    ['the index 2^64 - 1', good.replace('index 3', 'index 18446744073709551615')],
    ['an index with a fraction', good.replace('index 3', 'index 3.0')],
    ['CRLF', good.replaceAll('\n', '\r\n')],
    ['an older checkpoint', good.replace(checkpoint, CHECKPOINTS[3]!)],
  ];
  it.each(bad.map((each) => [each[0], each] as const))('a proof with %s is refused', (_, each) => {
    const report = told(each[1], each[2]);
    expect(report.first?.code).toMatch(/^proof-(malformed|mismatch)$/u);
    expect(exitCodeOf(report)).toBe(1);
  });

  it('a node that passes for a leaf of a smaller tree has no signed tree to be in', () => {
    const root = nodeHash(N01, N23);
    expect(verifyInclusion({ index: 0, size: 2, root, leaf: N01, hashes: [N23] })).toBe(true);
    expect(verifyInclusion({ index: 0, size: 4, root, leaf: N01, hashes: [N23] })).toBe(false);
  });
});

describe('attack 20: the log of somebody else', () => {
  const ours = readPolicy(policyText(testSigner().vkey));
  let entries: readonly Entry[];

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tieout-origin-'));
    await makeLedger(folder, 5);
    entries = entriesIn(folder);
    rmSync(folder, { recursive: true });
  });

  const founding = (change: Record<string, string>): Entry[] =>
    rechained(entries.map((e, i) => (i === 0 ? { ...e, data: { ...e.data, ...change } } : e)));
  const checked = async (changed: readonly Entry[], signer = testSigner()) => {
    const folder = folderOf();
    writeForgedLog(folder, changed, signer);
    return checkLogFolder(folder, { policy: ours });
  };
  const EVIL = 'tieout.example/evil';

  it('that says at index 0 who it is, under its own key and name', async () => {
    const signer = signerOf(EVIL, Buffer.alloc(32, 7));
    const report = await checked(founding({ origin: EVIL, vkey: signer.vkey }), signer);
    expect(report.first).toMatchObject({ code: 'checkpoint-origin', index: 0 });
    expect(exitCodeOf(report)).toBe(1);
  });

  it('that says at index 0 that it is ours, under a key of its own', async () => {
    const signer = signerOf(TEST_ORIGIN, Buffer.alloc(32, 7));
    const report = await checked(founding({ vkey: signer.vkey }), signer);
    expect(report.first).toMatchObject({ code: 'checkpoint-signature', index: 5 });
    expect(exitCodeOf(report)).toBe(1);
  });

  it('whose founding names another log than its checkpoint', async () => {
    const report = await checked(founding({ origin: EVIL }));
    expect(report.findings).toContainEqual(
      expect.objectContaining({ code: 'checkpoint-origin', index: 0 }),
    );
    expect(exitCodeOf(report)).toBe(1);
  });

  it('whose proof is good, but of a log that the policy does not name', () => {
    const log = new SampleLog('evil', EVIL);
    const text = tlogProofText({ index: 0, hashes: [], checkpoint: log.checkpoint().note });
    const report = told(text, log.entryBytes(0));
    expect(report.first).toMatchObject({ code: 'checkpoint-origin' });
    expect(exitCodeOf(report)).toBe(1);
  });
});
