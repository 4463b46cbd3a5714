import { createHash } from 'node:crypto';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

import { signCheckpoint } from '../../src/sealing/checkpoint';
import { readPrivateKey } from '../../src/sealing/signer';
import { ENTRIES, LEAVES, ORIGIN, SKEY, VKEY } from './log-example';

/** Files of a pack below its top folder. */
export type PackFiles = Map<string, Buffer>;

export const PACK_ID = 'EP-2026-0001';
const ITEM = 'data/items/INV-1001';

const sha256 = (...parts: (Uint8Array | string)[]) => {
  const state = createHash('sha256');
  parts.forEach((part) => state.update(part));
  return state.digest();
};
const fromHex = (text: string) => Buffer.from(text, 'hex');

/** The one bucket of the example log's heads at size 4, and its root, as published. */
export const BUCKET_4 =
  '7469656f75742f68656164732f76310a3c3989fe8ac1155b236ad9c129a462238b2894fdfbf810fa233923472b9a078c00000000000000002444fc857b1241ea916ed2f91316f1d702468b516706d8067ee0c2f17d6b1f948a5f3b35f9c37691a392b69cff73b371b4c36fa1a007057d30fcdd43fc2f8ec400000000000000029840f98c36b33b72e1552a22b651d438202d00f3bfdc02b1c8d1b577ddff9d1d';
const HEADS_ROOT_4 = '152b0e3f9de24521c5601c357891a9f98940e8e5d3615a43ca4d42ae11901d49';

/** A fifth event after the published four: the commitment to the heads at size 4. */
export const HEADS_ENTRY = `{"actor":{"id":"sys-tieout","kind":"system"},"contract":1,"data":{"bits":0,"root":"${HEADS_ROOT_4}","size":4,"streams":2},"id":"019b8dc0-0000-7000-8000-000000000004","occurredAt":"2026-01-05T10:50:00.000Z","recordedAt":"2026-01-05T10:50:00.000Z","revision":0,"source":{"system":"tieout"},"stream":"ledger-_.heads","type":"ledger.heads-committed","v":1}`;
export const LEAF_4 = sha256(Buffer.from([0]), HEADS_ENTRY).toString('hex');

/** Inclusion paths of the example log at size 5: those published for size 4, and the fifth leaf. */
const H01 = '30f93dd12e322fc5c5577e8ac1f96a09cc5d1e430a754740e2649e4b27c67f98';
const H23 = '47c27274d84a39388a57ffcc03b9474f0a388c9ed452847d8b2de37302eba343';
const PATHS: readonly (readonly string[])[] = [
  [LEAVES[1]!, H23, LEAF_4],
  [LEAVES[0]!, H23, LEAF_4],
  [LEAVES[3]!, H01, LEAF_4],
  [LEAVES[2]!, H01, LEAF_4],
];
const ROOT_4 = '89ed08b51f762700b479c20ba0c824ec579ee736e6d81aa5179915bd2c16b2f7';
export const ROOT_5 = sha256(Buffer.from([1]), fromHex(ROOT_4), fromHex(LEAF_4)).toString('hex');
export const CHECKPOINT_5 = signCheckpoint(readPrivateKey(SKEY), 5, fromHex(ROOT_5)).note;

const base64 = (content: Uint8Array | string) => Buffer.from(content).toString('base64');

/** The heads proof of any stream: at size 4 the map has one bucket. */
export const headsProof = (stream: string): Record<string, unknown> => ({
  v: 1,
  stream,
  entry: base64(HEADS_ENTRY),
  proof: `c2sp.org/tlog-proof@v1\nindex 4\n${base64(fromHex(ROOT_4))}\n\n${CHECKPOINT_5}`,
  bucket: 0,
  data: base64(fromHex(BUCKET_4)),
  hashes: [],
});

const u64 = (n: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(n));
  return bytes;
};
const proofLine = (index: number) =>
  `{"hashes":[${PATHS[index]!.map((h) => `"${h}"`).join(',')}],"index":${index}}\n`;

export interface PackParts {
  /** payload before the files that are made of it */
  readonly payload?: (files: PackFiles) => void;
  /** members of `evidence.json` */
  readonly evidence?: (evidence: Record<string, unknown>) => void;
  /** the finished bag, without the tag files being made again */
  readonly bag?: (files: PackFiles) => void;
}

/** A whole pack of the example log's invoice, with its three events, made by hand and not by the pack writer. */
export function examplePack(parts: PackParts = {}): PackFiles {
  const files: PackFiles = new Map();
  const put = (name: string, content: string) => files.set(name, Buffer.from(content));
  put(
    `${ITEM}/entries.jsonl`,
    ENTRIES.slice(1)
      .map((entry) => `${entry}\n`)
      .join(''),
  );
  put(`${ITEM}/proofs.jsonl`, [1, 2, 3].map(proofLine).join(''));
  put(`${ITEM}/openings.json`, OPENINGS);
  put(`${ITEM}/heads.json`, canonical({ proofs: [headsProof('invoice-E_DE.INV-1001')], v: 1 }));
  put('data/integrity/checkpoint', CHECKPOINT_5);
  put('data/integrity/keys-heads.json', canonical(headsProof('ledger-_.keys')));
  put('data/integrity/policy', `log ${VKEY}\nquorum none\n`);
  put('data/integrity/keys.jsonl', `${ENTRIES[0]}\n`);
  put('data/integrity/keys-proofs.jsonl', proofLine(0));
  put('data/VERIFY.md', '# How to verify\n');
  put('data/verify.mjs', '// the verifier\n');
  parts.payload?.(files);
  put('data/items-tree.json', itemsTree(files));
  const evidence = evidenceOf(files);
  parts.evidence?.(evidence);
  put('data/evidence.json', canonical(evidence));
  put('data/evidence-pack.pdf', `%PDF-1.7\n${canonical(evidence)}\n%%EOF\n`);
  addTags(files);
  parts.bag?.(files);
  return files;
}

/** Makes manifest, info and tag manifest for the files as they are: what a forger does after an edit. */
export function addTags(files: PackFiles): void {
  const put = (name: string, content: string) => files.set(name, Buffer.from(content));
  const manifest = manifestOf(files);
  const payload = payloadOf(files);
  const bytes = payload.reduce((sum, [, content]) => sum + content.length, 0);
  put('bagit.txt', 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n');
  put('manifest-sha256.txt', manifest);
  put(
    'bag-info.txt',
    `External-Identifier: ${PACK_ID}\nBagging-Date: 2026-01-31\nPayload-Oxum: ${bytes}.${payload.length}\n` +
      `Bag-Software-Agent: tieout 0.1.0\n` +
      `Unsigned-Pdf-Sha256: ${sha256(files.get('data/evidence-pack.pdf')!).toString('hex')}\n` +
      `Core-Sha256: ${sha256(manifest).toString('hex')}\n`,
  );
  const tags = ['bag-info.txt', 'bagit.txt', 'manifest-sha256.txt'];
  put('tagmanifest-sha256.txt', tags.map((name) => lineOf(name, files.get(name)!)).join(''));
}

/** Replaces text that must be there. */
export function editFile(files: PackFiles, name: string, from: string, to: string): void {
  const text = files.get(name)?.toString('latin1') ?? '';
  if (!text.includes(from)) throw new Error(`${name} has no ${from}`);
  files.set(name, Buffer.from(text.replace(from, to), 'latin1'));
}

const OPENINGS = `{"openings":[{"id":"019b8d6d-7700-7000-8000-000000000001","path":"/data/payee/iban","salt":"606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f","value":"DE75512108001245126199"}],"v":1}`;

const byName = (a: readonly [string, Buffer], b: readonly [string, Buffer]) =>
  Buffer.compare(Buffer.from(a[0]), Buffer.from(b[0]));
const payloadOf = (files: PackFiles) =>
  [...files].filter(([name]) => name.startsWith('data/')).sort(byName);
const lineOf = (name: string, content: Buffer) => `${sha256(content).toString('hex')}  ${name}\n`;
const manifestOf = (files: PackFiles) =>
  payloadOf(files)
    .map(([name, content]) => lineOf(name, content))
    .join('');

function itemsTree(files: PackFiles): string {
  const lines = payloadOf(files)
    .filter(([name]) => name.startsWith(`${ITEM}/`))
    .map(([name, content]) => lineOf(name, content))
    .join('');
  const leaf = sha256('tieout/pack-item/v1\n', u64(0), u64(1), sha256(lines));
  const root = sha256('tieout/pack-root/v1\n', u64(1), leaf).toString('hex');
  return `{"count":1,"items":[{"id":"INV-1001","path":[]}],"root":"${root}","v":1}`;
}

function evidenceOf(files: PackFiles): Record<string, unknown> {
  return {
    files: payloadOf(files).map(([path, content]) => ({
      bytes: content.length,
      path,
      sha256: sha256(content).toString('hex'),
    })),
    format: 'tieout/evidence/v1',
    items: [
      { entries: 3, id: 'INV-1001', streams: [{ entries: 3, stream: 'invoice-E_DE.INV-1001' }] },
    ],
    ledger: { asOf: 4, origin: ORIGIN, root: ROOT_5, size: 5 },
    pack: {
      created: '2026-01-31T12:00:00.000Z',
      id: PACK_ID,
      kind: 'transaction',
      status: 'complete',
      title: 'Invoice INV-1001',
    },
    report: {},
    v: 1,
  };
}

/** Sorted members; enough for what is written here. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, v]) => `${JSON.stringify(name)}:${canonical(v)}`).join(',')}}`;
}

/** @returns the pack's folder */
export function writeFolder(files: PackFiles, parent: string, top = PACK_ID): string {
  for (const [name, content] of files) {
    const path = join(parent, top, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return join(parent, top);
}

/** @returns the ZIP's path */
export async function writeZip(files: PackFiles, parent: string): Promise<string> {
  const zip = new ZipFile();
  for (const [name, content] of [...files].sort(byName)) {
    zip.addBuffer(content, `${PACK_ID}/${name}`, {
      compress: false,
      mode: 0o100644,
      mtime: new Date(2000, 0, 1, 12, 0, 0),
      forceDosTimestamp: true,
    });
  }
  zip.end();
  const path = join(parent, `${PACK_ID}.zip`);
  await pipeline(zip.outputStream, createWriteStream(path));
  return path;
}
