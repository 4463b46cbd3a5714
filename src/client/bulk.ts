import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { once } from 'node:events';
import { ApiProblem } from './api-client';

/** One line of the service's answer to a bulk stream. */
export interface BulkResult {
  readonly line?: number;
  readonly result?: string;
  readonly end?: boolean;
  readonly [member: string]: unknown;
}

export interface BulkTarget {
  readonly baseUrl: string;
  readonly key: string;
}

/**
 * Streams events to `POST /v1/events` and yields the results while lines are still being sent: neither side has to hold
 * the whole of it.
 *
 * @param lines structured CloudEvents, one JSON object each, without line ends
 * @throws ApiProblem when the request as a whole is refused; Error when the connection ends without an `end` line
 */
export async function* sendBulk(
  target: BulkTarget,
  lines: AsyncIterable<string>,
): AsyncGenerator<BulkResult> {
  const request = open(target);
  // A broken connection is told by the response, by the writer, or by both; none may be left without a listener.
  request.on('error', () => undefined);
  const responded = once(request, 'response') as Promise<[IncomingMessage]>;
  // An early refusal answers while lines are still written; the write error is then only its echo.
  const written = writeAll(request, lines).then(
    () => undefined,
    (error: unknown) => error,
  );
  const [response] = await responded;
  if ((response.statusCode ?? 500) >= 400) throw await refusal(response);
  let ended = false;
  for await (const line of linesOf(response)) {
    const result = JSON.parse(line) as BulkResult;
    ended ||= result.end === true;
    yield result;
  }
  const failed = await written;
  if (failed !== undefined) throw failed;
  if (!ended)
    throw new Error(
      'The connection ended before all results came. Send again from the first line without one.',
    );
}

/** Whole lines; a rest without a line end is half a result and is dropped. Throws when the connection breaks. */
async function* linesOf(response: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of response) {
    let data: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = data.indexOf(LF); end >= 0; end = data.indexOf(LF)) {
      yield data.toString('utf8', 0, end);
      data = data.subarray(end + 1);
    }
    rest = data;
  }
}

const LF = 0x0a;

function open({ baseUrl, key }: BulkTarget): ClientRequest {
  const url = new URL('/v1/events', baseUrl);
  const start = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return start(url, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/x-ndjson' },
  });
}

const CHUNK_BYTES = 64 * 1024;

async function writeAll(request: ClientRequest, lines: AsyncIterable<string>): Promise<void> {
  let chunk = '';
  try {
    for await (const line of lines) {
      chunk += `${line}\n`;
      if (chunk.length < CHUNK_BYTES) continue;
      if (!request.write(chunk)) await once(request, 'drain');
      chunk = '';
    }
    request.end(chunk);
  } catch (error) {
    // The source of the lines failed. What was sent stands and its results are awaited; the caller is then told.
    request.end(chunk);
    throw error;
  }
}

async function refusal(response: IncomingMessage): Promise<ApiProblem> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    const problem = JSON.parse(text) as Record<string, unknown>;
    return new ApiProblem(
      response.statusCode ?? 500,
      String(problem['code']),
      String(problem['detail']),
      problem,
    );
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return new ApiProblem(
      response.statusCode ?? 500,
      'internal',
      `HTTP ${response.statusCode} without a problem document.`,
      {},
    );
  }
}
