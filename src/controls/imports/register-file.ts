import { Readable } from 'node:stream';
import { readCsv } from '../../ingestion/files';
import { isTieoutError, TieoutError, tooLarge } from '../../kernel/errors';
import { isJsonObject, type Json, type JsonObject } from '../../kernel/json';
import { parseStrictJson } from '../../kernel/strict-json';

export const FILE_BYTES_MAX = 8 * 1024 * 1024;
export const FILE_ROWS_MAX = 20_000;

/** One row of a file, or why it cannot be read. */
export interface FileEntry {
  /** from 1; of JSON the place in the list */
  readonly line: number;
  readonly json?: JsonObject;
  readonly refused?: string;
}

/** How the columns of a CSV file become members. */
export interface FileShape {
  /** columns whose cells are lists, parted by semicolons */
  readonly lists?: readonly string[];
  /** columns whose cells are lists of objects, `E_DE/V1` each */
  readonly objects?: readonly string[];
}

const FORMATS = ['text/csv', 'application/x-ndjson', 'application/json'] as const;

/**
 * Reads a file of register entries: CSV with a header (`limit.amount` is a member of `limit`), one JSON object a line, or
 * a JSON list. An empty cell is an absent member.
 *
 * @throws TieoutError `media-type-unknown`; `too-large`; `contract-violation` with line and reason when the file as a
 *   whole cannot be read
 */
export async function readRegisterFile(
  bytes: Buffer,
  contentType: string | undefined,
  shape: FileShape,
): Promise<FileEntry[]> {
  const format = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (format === 'text/csv') return fromCsv(bytes, shape);
  if (format === 'application/x-ndjson') return fromLines(bytes);
  if (format === 'application/json') return fromList(bytes);
  throw new TieoutError('media-type-unknown', `Send the file as ${FORMATS.join(', ')}.`);
}

async function fromCsv(bytes: Buffer, shape: FileShape): Promise<FileEntry[]> {
  const rows: FileEntry[] = [];
  for await (const { line, own } of readCsv(Readable.from([bytes]), [])) {
    refuseMany(rows.length + 1);
    const members = [...own].filter(([, cell]) => cell !== '');
    rows.push({ line, json: nested(members, shape) });
  }
  return rows;
}

function nested(members: readonly (readonly [string, string])[], shape: FileShape): JsonObject {
  const entry: Record<string, Json> = {};
  for (const [column, cell] of members) {
    const [name = '', inner] = column.split('.', 2);
    const value = valueOf(column, cell, shape);
    const known = entry[name];
    if (inner === undefined) entry[name] = value;
    else entry[name] = { ...(isJsonObject(known) ? known : {}), [inner]: value };
  }
  return entry;
}

function valueOf(column: string, cell: string, { lists = [], objects = [] }: FileShape): Json {
  const parts = cell
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (lists.includes(column)) return parts;
  if (!objects.includes(column)) return cell;
  return parts.map((part) => {
    const slash = part.indexOf('/');
    return { entity: part.slice(0, Math.max(slash, 0)), id: part.slice(slash + 1) };
  });
}

function fromLines(bytes: Buffer): FileEntry[] {
  const lines = bytes.toString('utf8').split('\n');
  const rows = lines.flatMap((text, i) => (text.trim() === '' ? [] : [{ text, line: i + 1 }]));
  refuseMany(rows.length);
  return rows.map(({ text, line }) => entryOf(line, () => parseStrictJson(Buffer.from(text))));
}

function fromList(bytes: Buffer): FileEntry[] {
  const json = parseStrictJson(bytes);
  const list = isJsonObject(json) ? json['items'] : json;
  if (!Array.isArray(list))
    throw new TieoutError('contract-violation', 'The file is a list of entries.');
  refuseMany(list.length);
  return (list as readonly Json[]).map((item, i) => entryOf(i + 1, () => item));
}

function entryOf(line: number, read: () => Json): FileEntry {
  try {
    const json = read();
    return isJsonObject(json) ? { line, json } : { line, refused: 'an entry is a JSON object.' };
  } catch (error) {
    if (isTieoutError(error)) return { line, refused: error.message };
    throw error;
  }
}

function refuseMany(rows: number): void {
  if (rows > FILE_ROWS_MAX) throw tooLarge('The file', FILE_ROWS_MAX, rows, 'rows');
}
