import { type BagFile, bag, manifestOf, sha256Of } from './bag';
import { dataFiles, ITEM_ID, itemFiles } from './data-files';
import { itemsTree } from './items-tree';
import { jsonBytes } from './json-lines';
import { type PackInput } from './pack-input';
import { printPack } from './pdf/evidence-pdf';
import { fontFaces } from './pdf/fonts';
import { readEntries } from './read-entries';
import { readBody, reportOf, type ReportFrame } from './report';
import { type EvidenceDocument } from './report-types';

export interface BuiltPack {
  readonly id: string;
  readonly status: 'complete' | 'partial';
  readonly document: EvidenceDocument;
  /** all files of the bag below the folder `id`, in byte order of their paths */
  readonly files: readonly BagFile[];
  readonly pages: number;
  /** hex SHA-256 of evidence.json, of the PDF, and of the payload manifest */
  readonly evidenceSha256: string;
  readonly pdfSha256: string;
  readonly coreSha256: string;
}

/**
 * The whole pack as files: a function of its input, so that the same request at the same snapshot by the same build
 * gives the same bytes.
 *
 * @throws TieoutError `internal` with `reason` when figures disagree or a stream has a gap: then there is no pack
 */
export async function buildPack(input: PackInput): Promise<BuiltPack> {
  const body = readBody(input);
  const item = itemFiles(input, body);
  const tree = treeFile(item);
  const frame: Omit<ReportFrame, 'print'> = {
    itemsRoot: tree.root,
    fonts: fontFaces().map(({ file, sha256 }) => ({ file, sha256 })),
  };
  const documentFor = (
    print: ReportFrame['print'],
  ): { document: EvidenceDocument; data: BagFile[] } => {
    const report = reportOf(input, body, { ...frame, print });
    const data = [...dataFiles(input, report), ...item, tree.file].sort(byPath);
    return { document: evidenceOf(input, report, data), data };
  };
  // The number of pages is printed and stands in the data that the PDF carries: lay it out once to learn it.
  const draft = documentFor({ pages: 0, escaped: 0 });
  const { pages, escaped } = await printed(draft.document);
  const { document, data } = documentFor({ pages, escaped });
  const evidence: BagFile = { path: 'data/evidence.json', bytes: jsonBytes(document) };
  const pdf = await printed(document);
  if (pdf.pages !== pages || pdf.escaped !== escaped)
    throw new Error('The layout of the PDF did not settle.');
  const payload = [...data, evidence, { path: 'data/evidence-pack.pdf', bytes: pdf.bytes }];
  const pdfSha256 = sha256Of(pdf.bytes);
  return {
    id: input.request.id,
    status: document.pack.status,
    document,
    pages,
    files: bag(payload, {
      externalIdentifier: input.request.id,
      baggingDate: input.request.requestedAt.slice(0, 10),
      softwareAgent: `tieout ${input.build.version}`,
      unsignedPdfSha256: pdfSha256,
    }),
    evidenceSha256: sha256Of(evidence.bytes),
    pdfSha256,
    coreSha256: sha256Of(manifestOf(payload)),
  };
}

const byPath = (a: BagFile, b: BagFile): number => (a.path < b.path ? -1 : 1);

async function printed(document: EvidenceDocument): ReturnType<typeof printPack> {
  const evidenceBytes = jsonBytes(document);
  return printPack(document, { evidenceBytes, evidenceSha256: sha256Of(evidenceBytes) });
}

function treeFile(item: readonly BagFile[]): { root: string; file: BagFile } {
  const tree = itemsTree([manifestOf(item)]);
  const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  const root = toHex(tree.root);
  const items = [{ id: ITEM_ID, path: tree.path(0).map(toHex) }];
  return {
    root,
    file: {
      path: 'data/items-tree.json',
      bytes: jsonBytes({ count: tree.count, items, root, v: 1 }),
    },
  };
}

function evidenceOf(
  input: PackInput,
  report: EvidenceDocument['report'],
  data: readonly BagFile[],
): EvidenceDocument {
  const { request, ledger } = input;
  const { type, id } = request.subject;
  return {
    v: 1,
    format: 'tieout/evidence/v1',
    pack: {
      id: request.id,
      kind: request.kind,
      status: input.unreadable.length === 0 ? 'complete' : 'partial',
      created: request.requestedAt,
      title: `Transaction evidence: ${type.replaceAll('-', ' ')} ${id}`,
    },
    ledger: { origin: ledger.origin, asOf: ledger.asOf, size: ledger.size, root: ledger.root },
    items: [{ id: ITEM_ID, entries: input.entries.length, streams: streamsOf(input) }],
    files: data.map(({ path, bytes }) => ({ path, bytes: bytes.length, sha256: sha256Of(bytes) })),
    report,
  };
}

function streamsOf(input: PackInput): { stream: string; entries: number }[] {
  const counts = new Map<string, number>();
  for (const { entry } of readEntries(input.entries))
    counts.set(entry.stream, (counts.get(entry.stream) ?? 0) + 1);
  return [...counts.keys()].sort().map((stream) => ({ stream, entries: counts.get(stream) ?? 0 }));
}
