import { refused } from '../../src/sealing/findings';
import { EVIDENCE, type PayloadHashes, PDF } from './bag';
import { type Context, step } from './context';
import { readWhole } from './pack-source';
import { Members, readCanonical } from './strict-object';

export interface ItemIndex {
  readonly id: string;
  readonly entries: number;
  /** events by stream */
  readonly streams: ReadonlyMap<string, number>;
}

/** What `evidence.json` says, as far as other steps compare it. */
export interface Evidence {
  readonly status: string;
  readonly ledger: {
    readonly origin: string;
    /** the pack tells of the entries [0, asOf) */
    readonly asOf: number;
    readonly size: number;
    readonly root: Uint8Array;
  };
  readonly items: readonly ItemIndex[];
  readonly warnings: readonly string[];
}

const ID = /^[A-Za-z0-9._-]{1,200}$/u;

/** Canonical, in its schema, and with the size and hash of every payload file. */
export function checkEvidence(context: Context, payload: PayloadHashes): Evidence | undefined {
  return step(context, { file: EVIDENCE }, () => {
    const file = context.pack.files.get(EVIDENCE);
    if (file === undefined) throw refused('pack-file', 'The file is missing.');
    const bytes = readWhole(file);
    const root = new Members(readCanonical(bytes, 'pack-file'), '', 'pack-file');
    root.only('files', 'format', 'items', 'ledger', 'pack', 'report', 'v');
    if (root.natural('v') !== 1) throw refused('pack-file', '/v is not 1.');
    root.text('format', /^tieout\/evidence\/v1$/u);
    step(context, { file: EVIDENCE }, () => checkFiles(root.objects('files'), payload));
    step(context, { file: PDF }, () => checkEmbedded(context, bytes));
    return readEvidence(context, root);
  });
}

function readEvidence(context: Context, root: Members): Evidence {
  const pack = root.member('pack');
  const status = pack.text('status', /^(complete|partial)$/u);
  pack.text('kind');
  pack.text('title');
  pack.text('created', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/u);
  if (pack.text('id') !== context.pack.top)
    throw refused('pack-file', '/pack/id is not the top folder.');
  const ledger = root.member('ledger').only('asOf', 'origin', 'root', 'size');
  const items = root.objects('items').map(readItem);
  assertAscending(
    items.map((item) => item.id),
    '/items',
  );
  return {
    status,
    ledger: {
      origin: ledger.text('origin'),
      asOf: ledger.natural('asOf'),
      size: ledger.natural('size'),
      root: ledger.hash('root'),
    },
    items,
    warnings: readWarnings(root.member('report')),
  };
}

function readItem(item: Members): ItemIndex {
  const streams = item.objects('streams').map((stream) => {
    stream.only('entries', 'stream');
    return [stream.text('stream'), stream.natural('entries')] as const;
  });
  assertAscending(
    streams.map(([name]) => name),
    '/items/streams',
  );
  return { id: item.text('id', ID), entries: item.natural('entries'), streams: new Map(streams) };
}

function readWarnings(report: Members): string[] {
  const warnings = report.optional('warnings');
  return Array.isArray(warnings) ? warnings.filter((w) => typeof w === 'string') : [];
}

function checkFiles(files: readonly Members[], payload: PayloadHashes): void {
  const due = new Map(payload);
  due.delete(EVIDENCE);
  due.delete(PDF);
  const paths = files.map((file) => {
    file.only('bytes', 'path', 'sha256');
    const path = file.text('path');
    const actual = due.get(path);
    due.delete(path);
    if (actual === undefined) throw refused('pack-file', `It lists ${path}, which is not there.`);
    if (actual.bytes !== file.natural('bytes') || actual.sha256 !== file.text('sha256')) {
      throw refused('pack-file', `It lists ${path} with another size or hash.`);
    }
    return path;
  });
  assertAscending(paths, '/files');
  const [unlisted] = due.keys();
  if (unlisted !== undefined) throw refused('pack-file', `It does not list ${unlisted}.`);
}

function assertAscending(names: readonly string[], where: string): void {
  names.forEach((name, i) => {
    const before = names[i - 1];
    if (before === undefined || Buffer.compare(Buffer.from(before), Buffer.from(name)) < 0) return;
    throw refused('pack-file', `${where} is not in order of bytes, each once.`);
  });
}

/** The PDF carries the data it shows: the same bytes, stored as they are. */
function checkEmbedded(context: Context, evidence: Buffer): void {
  const pdf = context.pack.files.get(PDF);
  if (pdf === undefined) throw refused('pack-file', 'The file is missing.');
  const bytes = readWhole(pdf, Number.MAX_SAFE_INTEGER);
  if (!bytes.subarray(0, 5).equals(Buffer.from('%PDF-')))
    throw refused('pack-file', 'It is no PDF.');
  if (!bytes.includes(evidence)) {
    throw refused(
      'pack-file',
      'evidence.json is not embedded in it, byte for byte and uncompressed.',
    );
  }
}
