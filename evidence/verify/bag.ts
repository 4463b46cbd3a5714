import { createHash } from 'node:crypto';

import { refused } from '../../src/sealing/findings';
import { type Context, count, step } from './context';
import { Crc32 } from './crc32';
import { chunksOf, type PackFile, readWhole } from './pack-source';

export const PDF = 'data/evidence-pack.pdf';
export const EVIDENCE = 'data/evidence.json';

const BAGIT = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';
const MANIFEST = 'manifest-sha256.txt';
const TAG_MANIFEST = 'tagmanifest-sha256.txt';
const TAGS = ['bag-info.txt', 'bagit.txt', MANIFEST];
const SEALS = [`${TAG_MANIFEST}.p7s`, `${TAG_MANIFEST}.tsr`];
const INFO_NAMES = [
  'External-Identifier',
  'Bagging-Date',
  'Payload-Oxum',
  'Bag-Software-Agent',
  'Unsigned-Pdf-Sha256',
  'Core-Sha256',
];

/** Hashes of the payload as the files have them, by name; a file that cannot be in a pack is missing here. */
export type PayloadHashes = ReadonlyMap<
  string,
  { readonly sha256: string; readonly bytes: number }
>;

/**
 * The bag: every payload file is in the manifest and has its hash, every line has a file, the tag files are those that the
 * tag manifest names, and nothing else is there.
 *
 * @see RFC 8493; docs/reference/pack-format.md
 */
export function checkBag(context: Context): PayloadHashes {
  const { files } = context.pack;
  const payload = hashPayload(context);
  for (const name of files.keys()) {
    if (
      !name.startsWith('data/') &&
      !TAGS.includes(name) &&
      name !== TAG_MANIFEST &&
      !SEALS.includes(name)
    ) {
      context.findings.add({
        code: 'pack-file',
        file: name,
        detail: 'This file has no place in a pack.',
      });
    }
  }
  step(context, { file: 'bagit.txt' }, () => {
    if (textOf(context, 'bagit.txt') !== BAGIT)
      throw refused('pack-file', 'The BagIt declaration differs.');
  });
  step(context, { file: MANIFEST }, () => checkManifest(context, payload));
  step(context, { file: TAG_MANIFEST }, () => checkTagManifest(context));
  step(context, { file: 'bag-info.txt' }, () => checkInfo(context, payload));
  return payload;
}

function hashPayload(context: Context): PayloadHashes {
  const hashes = new Map<string, { sha256: string; bytes: number }>();
  for (const file of context.pack.files.values()) {
    const sha256 = hashFile(context, file);
    if (file.name.startsWith('data/')) hashes.set(file.name, { sha256, bytes: file.bytes });
    count(context, 'files');
  }
  return hashes;
}

function hashFile(context: Context, file: PackFile): string {
  const sha256 = createHash('sha256');
  const crc = new Crc32();
  for (const chunk of chunksOf(file)) {
    sha256.update(chunk);
    if (file.crc !== undefined) crc.add(chunk);
    context.onProgress?.(chunk.length, 'bytes');
  }
  if (file.crc !== undefined && file.crc !== crc.value) {
    const detail = 'The checksum in the ZIP does not fit the content.';
    context.findings.add({ code: 'pack-file', file: file.name, detail });
  }
  return sha256.digest('hex');
}

function textOf(context: Context, name: string): string {
  const file = context.pack.files.get(name);
  if (file === undefined) throw refused('pack-file', 'The file is missing.');
  return readWhole(file).toString('utf8');
}

interface Line {
  readonly sha256: string;
  readonly name: string;
  readonly line: number;
}

function linesOf(text: string): Line[] {
  if (!text.endsWith('\n')) throw refused('pack-file', 'The last line does not end.');
  return text
    .slice(0, -1)
    .split('\n')
    .map((line, i) => {
      const [, sha256 = '', name = ''] = /^([0-9a-f]{64}) {2}(\S+)$/u.exec(line) ?? [];
      if (name === '') throw refused('pack-file', `Line ${i + 1} is not: hash, two spaces, name.`);
      return { sha256, name, line: i + 1 };
    });
}

function checkManifest(context: Context, payload: PayloadHashes): void {
  const lines = linesOf(textOf(context, MANIFEST));
  const listed = new Set<string>();
  let before = '';
  for (const { sha256, name, line } of lines) {
    const place = { file: name, evidence: `${MANIFEST} line ${line}` };
    const actual = payload.get(name);
    if (before !== '' && before >= name) {
      const detail = `Line ${line} is not in its place: names must ascend, each once.`;
      context.findings.add({ code: 'pack-file', file: MANIFEST, line, detail });
    }
    before = name;
    listed.add(name);
    if (actual === undefined) {
      context.findings.add({
        code: 'pack-file',
        ...place,
        detail: 'The manifest names it, and it is missing.',
      });
    } else if (actual.sha256 !== sha256) {
      const detail = 'The content is not the one that the manifest names.';
      context.findings.add({
        code: 'pack-file',
        ...place,
        detail,
        expected: sha256,
        actual: actual.sha256,
      });
    }
  }
  for (const name of payload.keys()) {
    if (listed.has(name)) continue;
    context.findings.add({
      code: 'pack-file',
      file: name,
      detail: 'The manifest does not name it.',
    });
  }
}

function checkTagManifest(context: Context): void {
  const expected = TAGS.map((name) => {
    const text = createHash('sha256').update(textOf(context, name)).digest('hex');
    return `${text}  ${name}\n`;
  }).join('');
  const lines = linesOf(textOf(context, TAG_MANIFEST));
  const differing = linesOf(expected).find(({ name, sha256 }, i) => {
    return lines[i]?.name !== name || lines[i]?.sha256 !== sha256;
  });
  if (differing !== undefined) throw refused('pack-file', `It does not fit ${differing.name}.`);
  if (lines.length !== TAGS.length) throw refused('pack-file', 'It names more than the tag files.');
}

function checkInfo(context: Context, payload: PayloadHashes): void {
  const text = textOf(context, 'bag-info.txt');
  const values = text.split('\n').map((line) => line.slice(line.indexOf(': ') + 2));
  if (text !== INFO_NAMES.map((name, i) => `${name}: ${values[i] ?? ''}\n`).join('')) {
    throw refused('pack-file', `It does not have exactly the lines ${INFO_NAMES.join(', ')}.`);
  }
  const [id, , oxum, , pdf, core] = values;
  const bytes = [...payload.values()].reduce((sum, file) => sum + file.bytes, 0);
  if (id !== context.pack.top) {
    throw refused(
      'pack-file',
      `It is the pack ${id ?? ''}, the top folder is ${context.pack.top}.`,
    );
  }
  if (oxum !== `${bytes}.${payload.size}`) {
    throw refused('pack-file', `The payload is ${bytes}.${payload.size}, not ${oxum ?? ''}.`);
  }
  const isSigned = context.pack.files.has(SEALS[0] ?? '');
  if (isSigned) return;
  if (pdf !== payload.get(PDF)?.sha256)
    throw refused('pack-file', 'Unsigned-Pdf-Sha256 is not that of the PDF.');
  const manifest = createHash('sha256').update(textOf(context, MANIFEST)).digest('hex');
  if (core !== manifest) throw refused('pack-file', 'Core-Sha256 is not that of the manifest.');
}
