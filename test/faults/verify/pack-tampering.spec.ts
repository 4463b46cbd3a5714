import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { verifyPack } from '../../../evidence/verify/verify-pack';
import { exitCodeOf, reportText } from '../../../src/sealing/check-report';
import { signCheckpoint } from '../../../src/sealing/checkpoint';
import { readPolicy } from '../../../src/sealing/policy-file';
import { readPrivateKey, signerOf } from '../../../src/sealing/signer';
import {
  addTags,
  CHECKPOINT_5,
  editFile,
  examplePack,
  LEAF_4,
  type PackFiles,
  type PackParts,
  ROOT_5,
  writeFolder,
  writeZip,
} from '../../support/example-pack';
import { CHECKPOINTS, ORIGIN, SKEY, VKEY, WITNESS_VKEY } from '../../support/log-example';

const ENTRIES_FILE = 'data/items/INV-1001/entries.jsonl';
const policy = readPolicy(`log ${VKEY}\nquorum none\n`);
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pack-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const check = (parts: PackParts = {}) =>
  verifyPack(writeFolder(examplePack(parts), folder), { policy });

describe('a whole pack', () => {
  it('verifies as a folder and as a ZIP, against the policy from outside', async () => {
    const files = examplePack();
    const asFolder = verifyPack(writeFolder(files, folder), { policy });
    const asZip = verifyPack(await writeZip(files, folder), { policy });
    expect(reportText(asZip)).toBe(reportText(asFolder));
    expect(asFolder).toMatchObject({
      result: 'verified',
      origin: ORIGIN,
      size: 5,
      findingCount: 0,
    });
    expect(asFolder.checked).toMatchObject({
      entries: 4,
      proofs: 4,
      items: 1,
      streams: 1,
      heads: 2,
    });
    expect(exitCodeOf(asFolder)).toBe(0);
  });

  it('is only consistent with itself without a policy from outside', () => {
    const report = verifyPack(writeFolder(examplePack(), folder));
    expect(exitCodeOf(report)).toBe(4);
    expect(reportText(report)).toMatch(/^CONSISTENT WITH ITSELF {2}EP-2026-0001/u);
  });

  it('is not anchored while the policy asks for a witness who has not signed', () => {
    const withWitness = readPolicy(`log ${VKEY}\nwitness w1 ${WITNESS_VKEY}\nquorum w1\n`);
    const report = verifyPack(writeFolder(examplePack(), folder), { policy: withWitness });
    expect(exitCodeOf(report)).toBe(4);
  });

  it('says PARTIAL first when items are missing by its own word', () => {
    const report = check({
      evidence: (e) => Object.assign(e['pack'] as object, { status: 'partial' }),
    });
    expect(exitCodeOf(report)).toBe(0);
    expect(report.warnings[0]).toMatch(/^PARTIAL/u);
  });
});

describe('a checkpoint that was kept earlier', () => {
  const pack = () => writeFolder(examplePack(), folder);

  it('agrees when it is the same', () => {
    expect(exitCodeOf(verifyPack(pack(), { policy, lastSeen: CHECKPOINT_5 }))).toBe(0);
  });

  it('exposes a second log of the same size under the same key', () => {
    const other = signCheckpoint(readPrivateKey(SKEY), 5, Buffer.alloc(32, 7)).note;
    const report = verifyPack(pack(), { policy, lastSeen: other });
    expect(report.first?.code).toBe('checkpoint-equivocation');
  });

  it('leaves the pack unanchored while no consistency proof links the two', () => {
    expect(exitCodeOf(verifyPack(pack(), { policy, lastSeen: CHECKPOINTS[2]! }))).toBe(4);
  });

  it('is continued by a consistency proof in the pack, and exposes one that does not fit', () => {
    const proof = '47c27274d84a39388a57ffcc03b9474f0a388c9ed452847d8b2de37302eba343';
    const withProof = (hash: string) => ({
      payload: (files: PackFiles) =>
        void files.set(
          'data/integrity/consistency.json',
          Buffer.from(`{"proofs":[{"from":2,"hashes":["${hash}","${LEAF_4}"]}],"v":1}`),
        ),
    });
    const good = writeFolder(examplePack(withProof(proof)), folder);
    expect(exitCodeOf(verifyPack(good, { policy, lastSeen: CHECKPOINTS[2]! }))).toBe(0);
    const bad = writeFolder(examplePack(withProof(proof.replace('47', '48'))), folder);
    const report = verifyPack(bad, { policy, lastSeen: CHECKPOINTS[2]! });
    expect(report.first?.code).toBe('checkpoint-inconsistent');
  });
});

describe('one changed byte in an entry', () => {
  it('is named by file, line, index, stream, revision and field, whoever made the rest fit again', () => {
    for (const forge of [false, true]) {
      const parts: PackParts = forge
        ? { payload: (files) => editFile(files, ENTRIES_FILE, '"5000.00"', '"9000.00"') }
        : { bag: (files) => editFile(files, ENTRIES_FILE, '"5000.00"', '"9000.00"') };
      const report = check(parts);
      expect(exitCodeOf(report)).toBe(1);
      expect(report.first).toMatchObject({
        code: 'leaf-mismatch',
        file: ENTRIES_FILE,
        line: 2,
        index: 2,
        stream: 'invoice-E_DE.INV-1001',
        revision: 1,
        pointer: '/data/limit/amount',
      });
      expect(JSON.stringify(report)).not.toContain('9000.00');
    }
  });

  it('is found when it breaks the JSON', () => {
    const report = check({ bag: (files) => editFile(files, ENTRIES_FILE, '{"actor"', '["actor"') });
    expect(report.first).toMatchObject({ index: 1, line: 1, stream: 'invoice-E_DE.INV-1001' });
  });
});

describe('a forged pack whose hashes all fit', () => {
  const forged: readonly (readonly [string, PackParts, object])[] = [
    [
      'without its last event',
      { payload: (f) => dropLine(f, 3) },
      { code: 'pack-incomplete', revision: 2 },
    ],
    [
      'without an event in the middle',
      { payload: (f) => dropLine(f, 2) },
      { code: 'stream-gap', index: 3 },
    ],
    ['with two events swapped', { payload: swapLines }, { code: 'proof-mismatch', index: 1 }],
    [
      'with a hash too many in a proof',
      {
        payload: (f) =>
          editFile(
            f,
            'data/items/INV-1001/proofs.jsonl',
            '"hashes":[',
            `"hashes":["${'0'.repeat(64)}",`,
          ),
      },
      { code: 'proof-malformed', index: 1 },
    ],
    [
      'with another index beside a proof',
      { payload: (f) => editFile(f, 'data/items/INV-1001/proofs.jsonl', '"index":3', '"index":4') },
      { code: 'proof-malformed', index: 4 },
    ],
    [
      'with another root and size in evidence.json',
      { evidence: (e) => Object.assign(e['ledger'] as object, { size: 6 }) },
      { code: 'checkpoint-inconsistent' },
    ],
    [
      'with another value beside a commitment',
      { payload: (f) => editFile(f, 'data/items/INV-1001/openings.json', 'DE7551', 'DE7552') },
      { code: 'opening-mismatch', index: 1, pointer: '/data/payee/iban' },
    ],
    [
      'with a value that is said to be erased, by no event of the log',
      {
        payload: (f) =>
          void f.set(
            'data/items/INV-1001/openings.json',
            Buffer.from(
              '{"erased":[{"event":"3297ea7d-4782-562a-a307-1c9a67802467","id":"019b8d6d-7700-7000-8000-000000000001","path":"/data/payee/iban"}],"openings":[],"v":1}',
            ),
          ),
      },
      { code: 'opening-missing', index: 1, pointer: '/data/payee/iban' },
    ],
    [
      'with events of erasures that have no proof',
      { payload: (f) => void f.set('data/integrity/erasures.jsonl', Buffer.from('{}\n')) },
      { code: 'pack-incomplete', file: 'data/integrity/erasures.jsonl' },
    ],
    [
      'of a log that somebody signed with another key of the same name',
      {
        payload: (f) => {
          const signer = signerOf(ORIGIN, Buffer.alloc(32, 9));
          const root = Buffer.from(ROOT_5, 'hex');
          f.set('data/integrity/checkpoint', Buffer.from(signCheckpoint(signer, 5, root).note));
          f.set('data/integrity/policy', Buffer.from(`log ${signer.vkey}\nquorum none\n`));
        },
      },
      { code: 'checkpoint-signature' },
    ],
    [
      'of another origin',
      {
        payload: (f) =>
          editFile(
            f,
            'data/integrity/checkpoint',
            'tieout.example/acme\n',
            'tieout.example/evil\n',
          ),
      },
      { code: 'checkpoint-origin' },
    ],
    [
      'with an item that evidence.json does not name',
      { payload: (f) => void f.set('data/items/more/item.json', Buffer.from('{}')) },
      { code: 'pack-file', file: 'data/items/more/item.json' },
    ],
    [
      'with a stream that evidence.json does not name',
      { evidence: (e) => ((e['items'] as { streams: unknown[] }[])[0]!.streams = []) },
      { code: 'pack-incomplete', stream: 'invoice-E_DE.INV-1001' },
    ],
    [
      'with another root in the items tree',
      {
        payload: () => undefined,
        bag: (f) => {
          editFile(f, 'data/items-tree.json', '"root":"', '"root":"0');
          addTags(f);
        },
      },
      { code: 'pack-file', file: 'data/evidence.json' },
    ],
  ];

  it.each(forged)('is refused %s', (_, parts, finding) => {
    const report = check(parts);
    expect(exitCodeOf(report)).toBe(1);
    expect([...report.findings, report.first]).toContainEqual(expect.objectContaining(finding));
  });

  function dropLine(files: PackFiles, line: number): void {
    for (const name of [ENTRIES_FILE, 'data/items/INV-1001/proofs.jsonl']) {
      const lines = files.get(name)!.toString('utf8').split('\n');
      lines.splice(line - 1, 1);
      files.set(name, Buffer.from(lines.join('\n')));
    }
  }
  function swapLines(files: PackFiles): void {
    const [a, b, ...rest] = files.get(ENTRIES_FILE)!.toString('utf8').split('\n');
    files.set(ENTRIES_FILE, Buffer.from([b, a, ...rest].join('\n')));
  }
});
