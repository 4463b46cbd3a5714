import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ApiClient } from '../client/api-client';
import { type BulkTarget } from '../client/bulk';
import {
  type FileMapping,
  type ImportCounts,
  parseFileMapping,
  readEventFile,
} from '../ingestion/files';
import { isTieoutError } from '../kernel/errors';
import { append } from './append';
import { UsageError } from './connection';
import { type ExitCode, type Output } from './output';

export interface ImportCommand {
  readonly mapping: string;
  /** short name to register the file's source under, when it is not registered yet */
  readonly registerAs?: string;
  readonly timeZone: string;
  readonly errors?: string;
  /** read and map only; nothing is sent */
  readonly dryRun?: boolean;
}

const SHOWN_MAX = 10;

/**
 * Sends the events of an XES or CSV file, mapped to canonical events, as one stream. Nothing of the file is kept in
 * memory, and importing it again is harmless: what is recorded is answered as a duplicate.
 *
 * @returns 0 when every event of the file is in the ledger, 3 when rows were refused
 */
export async function importFile(
  path: string,
  command: ImportCommand,
  target: () => BulkTarget,
  output: Output,
): Promise<ExitCode> {
  if (!existsSync(path)) throw new UsageError(`${path} does not exist.`);
  const { mapping, source } = readMapping(command.mapping);
  let shown = 0;
  const file = readEventFile({
    bytes: createReadStream(path),
    mapping,
    openLookup: (name) => createReadStream(join(dirname(path), name)),
    onRefused: (line, error) => {
      if (shown++ < SHOWN_MAX) output.note(`line ${line}: ${error.message}`);
    },
  });
  if (command.dryRun === true) return dryRun(file, output);
  const to = target();
  if (command.registerAs !== undefined)
    await register(to, command.registerAs, source, command.timeZone);
  const { counts, exitCode } = await append(to, file.lines, output, command.errors);
  const told = { ...file.counts, ...counts };
  output.out(output.json ? JSON.stringify(told) : sentence(file.counts, counts));
  return file.counts.refused > 0 ? 3 : exitCode;
}

async function dryRun(file: ReturnType<typeof readEventFile>, output: Output): Promise<ExitCode> {
  let first: string | undefined;
  for await (const line of file.lines) first ??= line;
  output.out(
    output.json
      ? JSON.stringify({ ...file.counts, first })
      : `${counted(file.counts)}\nthe first event: ${first ?? 'none'}`,
  );
  return file.counts.refused > 0 ? 3 : 0;
}

function readMapping(path: string): { readonly mapping: FileMapping; readonly source: string } {
  try {
    const bytes = readFileSync(path);
    const { source } = JSON.parse(bytes.toString('utf8')) as { source?: unknown };
    return { mapping: parseFileMapping(bytes), source: String(source) };
  } catch (error) {
    if (
      isTieoutError(error) ||
      error instanceof SyntaxError ||
      (error as NodeJS.ErrnoException).code === 'ENOENT'
    ) {
      throw new UsageError(`${path}: ${(error as Error).message}`);
    }
    throw error;
  }
}

/** Registers the source once; a second import finds it. */
async function register(
  target: BulkTarget,
  id: string,
  uri: string,
  timeZone: string,
): Promise<void> {
  const client = new ApiClient(target.baseUrl, target.key);
  const { body } = await client.get<{ items: readonly { uri: string }[] }>('/v1/sources');
  if (body.items.some((known) => known.uri === uri)) return;
  await client.send(`/v1/sources/${encodeURIComponent(id)}`, {
    method: 'PUT',
    json: { uri, timeZone },
    headers: { 'If-None-Match': '*' },
  });
}

function counted({ rows, cases, skipped, refused }: ImportCounts): string {
  const inCases = cases > 0 ? ` in ${cases} cases` : '';
  return `${rows} events read${inCases}, ${skipped} passed over by the mapping, ${refused} refused`;
}

function sentence(
  read: ImportCounts,
  { recorded, duplicate, failed }: { recorded: number; duplicate: number; failed: number },
): string {
  return `${counted(read)}; recorded ${recorded}, duplicate ${duplicate}, refused by the ledger ${failed}`;
}
