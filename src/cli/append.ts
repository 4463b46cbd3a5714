import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { sendBulk, type BulkResult, type BulkTarget } from '../client/bulk';
import { type ExitCode, type Output, Progress } from './output';

export interface AppendCounts {
  recorded: number;
  duplicate: number;
  failed: number;
}

/** Lines of an NDJSON file, from line `fromLine` (1 is the first) on. */
export async function* fileLines(path: string, fromLine = 1): AsyncGenerator<string> {
  const input = path === '-' ? process.stdin : createReadStream(path);
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    number += 1;
    if (number >= fromLine && line !== '') yield line;
  }
}

/**
 * Sends lines to the service, counts the results and keeps what was refused.
 *
 * @param errorsFile receives one result a refused line, as the service worded it
 * @returns 0 when all are in the ledger, 3 when some were refused
 */
export async function append(
  target: BulkTarget,
  lines: AsyncIterable<string>,
  output: Output,
  errorsFile?: string,
): Promise<{
  readonly counts: AppendCounts;
  readonly exitCode: ExitCode;
  readonly end: BulkResult | undefined;
}> {
  const progress = new Progress(output, 'events');
  const counts: AppendCounts = { recorded: 0, duplicate: 0, failed: 0 };
  const errors = errorsFile === undefined ? undefined : createWriteStream(errorsFile);
  let end: BulkResult | undefined;
  try {
    for await (const result of sendBulk(target, lines)) {
      if (result.end === true) end = result;
      else note(result, counts, errors, output);
      progress.add(result.end === true ? 0 : 1);
    }
  } finally {
    progress.finish();
    errors?.end();
  }
  return { counts, exitCode: counts.failed === 0 ? 0 : 3, end };
}

const SHOWN_MAX = 10;

function note(
  result: BulkResult,
  counts: AppendCounts,
  errors: WriteStream | undefined,
  output: Output,
): void {
  if (result.result === 'recorded') counts.recorded += 1;
  else if (result.result === 'duplicate') counts.duplicate += 1;
  else {
    counts.failed += 1;
    errors?.write(`${JSON.stringify(result)}\n`);
    if (errors === undefined && counts.failed <= SHOWN_MAX) output.note(describe(result));
  }
}

function describe(result: BulkResult): string {
  const problem = result['problem'] as { code?: string; detail?: string } | undefined;
  return `line ${result.line}: ${result.result}, ${problem?.code ?? ''} ${problem?.detail ?? ''}`;
}
