import { createHash } from 'node:crypto';

/** One file of the bag: its path below the bag's folder, and its bytes. */
export interface BagFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface BagInfo {
  readonly externalIdentifier: string;
  /** civil date of the request, in UTC */
  readonly baggingDate: string;
  readonly softwareAgent: string;
  /** hex SHA-256 of the PDF before any signature */
  readonly unsignedPdfSha256: string;
}

const NAME = /^[A-Za-z0-9._-]+$/;
const MAIN_PDF = 'data/evidence-pack.pdf';

/** Order of code units is byte order, since all names are ASCII. */
const byPath = (a: BagFile, b: BagFile): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);

export const sha256Of = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');

/** `<hash>  <path>` LF, as sha256sum writes and reads it. */
export const manifestLine = (file: BagFile): string => `${sha256Of(file.bytes)}  ${file.path}\n`;

/** Manifest of files, in byte order of their paths. */
export const manifestOf = (files: readonly BagFile[]): Buffer =>
  Buffer.from([...files].sort(byPath).map(manifestLine).join(''));

/**
 * A BagIt 1.0 bag (RFC 8493) around payload files whose paths begin with `data/`.
 *
 * @returns all files of the bag, tag files included, in byte order of their paths
 * @throws TypeError for a path that some file system would refuse, fold into another or read as a way out
 */
export function bag(payload: readonly BagFile[], info: BagInfo): readonly BagFile[] {
  assertPaths(payload);
  const manifest: BagFile = { path: 'manifest-sha256.txt', bytes: manifestOf(payload) };
  const tags = [
    {
      path: 'bagit.txt',
      bytes: Buffer.from('BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n'),
    },
    { path: 'bag-info.txt', bytes: bagInfo(payload, info) },
    manifest,
  ];
  const tagManifest: BagFile = { path: 'tagmanifest-sha256.txt', bytes: manifestOf(tags) };
  return [...payload, ...tags, tagManifest].sort(byPath);
}

function bagInfo(payload: readonly BagFile[], info: BagInfo): Buffer {
  const octets = payload.reduce((sum, file) => sum + file.bytes.length, 0);
  return Buffer.from(
    [
      `External-Identifier: ${info.externalIdentifier}`,
      `Bagging-Date: ${info.baggingDate}`,
      `Payload-Oxum: ${octets}.${payload.length}`,
      `Bag-Software-Agent: ${info.softwareAgent}`,
      `Unsigned-Pdf-Sha256: ${info.unsignedPdfSha256}`,
      `Core-Sha256: ${coreHash(payload, info.unsignedPdfSha256)}`,
      '',
    ].join('\n'),
  );
}

/** Hash of the payload manifest with the unsigned PDF in place of a signed one: what a rebuild must reach again. */
function coreHash(payload: readonly BagFile[], unsignedPdfSha256: string): string {
  const lines = [...payload]
    .sort(byPath)
    .map((file) =>
      file.path === MAIN_PDF ? `${unsignedPdfSha256}  ${file.path}\n` : manifestLine(file),
    );
  return sha256Of(Buffer.from(lines.join('')));
}

function assertPaths(payload: readonly BagFile[]): void {
  const seen = new Set<string>();
  for (const { path } of payload) {
    const parts = path.split('/');
    const good =
      parts[0] === 'data' &&
      parts.length > 1 &&
      parts.every((p) => NAME.test(p) && p !== '.' && p !== '..');
    if (!good) throw new TypeError(`${JSON.stringify(path)} is no payload path.`);
    const folded = path.toLowerCase();
    if (seen.has(folded))
      throw new TypeError(`${path} is there twice, or differs from another only by case.`);
    seen.add(folded);
  }
}
