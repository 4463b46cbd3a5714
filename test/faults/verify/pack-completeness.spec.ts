import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { verifyPack } from '../../../evidence/verify/verify-pack';
import { exitCodeOf } from '../../../src/sealing/check-report';
import { readPolicy } from '../../../src/sealing/policy-file';
import {
  canonical,
  examplePack,
  headsProof,
  type PackFiles,
  type PackParts,
  writeFolder,
} from '../../support/example-pack';
import { VKEY } from '../../support/log-example';

const ENTRIES_FILE = 'data/items/INV-1001/entries.jsonl';
const policy = readPolicy(`log ${VKEY}\nquorum none\n`);
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pack-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const check = (parts: PackParts = {}) =>
  verifyPack(writeFolder(examplePack(parts), folder), { policy });

describe('a pack that leaves something out, and says of itself that it does not', () => {
  const HEADS_FILE = 'data/items/INV-1001/heads.json';
  const INVOICE = 'invoice-E_DE.INV-1001';

  /** Keeps these lines of the item, and makes the counts of `evidence.json` agree. */
  const keeping = (...kept: readonly number[]): PackParts => ({
    payload: (files) => {
      for (const name of [ENTRIES_FILE, 'data/items/INV-1001/proofs.jsonl']) {
        const lines = files.get(name)!.toString('utf8').split('\n');
        files.set(name, Buffer.from(kept.map((line) => `${lines[line - 1]}\n`).join('')));
      }
      files.delete('data/items/INV-1001/openings.json');
    },
    evidence: (evidence) => {
      const [item] = evidence['items'] as { entries: number; streams: unknown[] }[];
      item!.entries = kept.length;
      item!.streams = kept.length === 0 ? [] : [{ entries: kept.length, stream: INVOICE }];
    },
  });
  const withHeads = (...proofs: readonly object[]): PackParts => ({
    payload: (files) => void files.set(HEADS_FILE, Buffer.from(canonical({ proofs, v: 1 }))),
  });

  it.each([
    ['the last event', keeping(1, 2), { code: 'pack-incomplete', stream: INVOICE, revision: 2 }],
    [
      'all but the first event',
      keeping(1),
      { code: 'pack-incomplete', stream: INVOICE, revision: 1 },
    ],
    ['an event in the middle', keeping(1, 3), { code: 'stream-gap', stream: INVOICE, revision: 2 }],
    ['the whole stream', keeping(), { code: 'pack-incomplete', stream: INVOICE, revision: 0 }],
    [
      'the heads proofs',
      { payload: (files: PackFiles): void => void files.delete(HEADS_FILE) },
      { code: 'pack-incomplete', file: HEADS_FILE },
    ],
    [
      'the heads proof of a stream',
      withHeads(),
      { code: 'pack-incomplete', file: HEADS_FILE, stream: INVOICE },
    ],
    [
      'the heads proof of the keys',
      {
        payload: (files: PackFiles): void => void files.delete('data/integrity/keys-heads.json'),
      },
      { code: 'pack-incomplete', file: 'data/integrity/keys-heads.json' },
    ],
  ] as const)('is refused without %s', (_, parts, finding) => {
    const report = check(parts);
    expect(exitCodeOf(report)).toBe(1);
    expect(report.findings).toContainEqual(expect.objectContaining(finding));
  });

  it('may show that a stream it names has no event', () => {
    const report = check(withHeads(headsProof(INVOICE), headsProof('invoice-E_DE.INV-9')));
    expect(report).toMatchObject({ result: 'verified', checked: { heads: 3 } });
  });

  it.each([
    ['a bucket that lacks a record', { data: 'dGllb3V0L2hlYWRzL3YxCg==' }, 'proof-mismatch'],
    ['another bucket number', { bucket: 1 }, 'proof-mismatch'],
    ['a hash too many', { hashes: [Buffer.alloc(32).toString('base64')] }, 'proof-malformed'],
    ['an entry that is no heads event', { entry: 'e30=' }, 'proof-mismatch'],
    ['a member too many', { more: 1 }, 'proof-malformed'],
    ['loose base64', { data: 'AA' }, 'proof-malformed'],
    ['another version', { v: 2 }, 'proof-malformed'],
  ])('is refused with a heads proof with %s', (_, change, code) => {
    const report = check(withHeads({ ...headsProof(INVOICE), ...change }));
    expect(exitCodeOf(report)).toBe(1);
    expect(report.first).toMatchObject({ code, file: HEADS_FILE });
  });

  it('is refused when its heads are of another size than it says', () => {
    const report = check({
      evidence: (evidence) => Object.assign(evidence['ledger'] as object, { asOf: 3 }),
    });
    expect(report.first).toMatchObject({ code: 'pack-incomplete' });
  });
});
