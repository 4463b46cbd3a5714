import { join } from 'node:path';
import { Controller, Inject, Logger, Post, Req, Res } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiHeader,
  ApiOperation,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { isTieoutError, TieoutError, tooLarge } from '../../kernel/errors';
import { hex } from '../../kernel/hash';
import { type Randomness } from '../../kernel/runtime';
import { type Config } from '../../config';
import { type LogReader, type Receipts } from '../../sealing';
import {
  bodyStream,
  type Caller,
  CallerParam,
  CONFIG,
  etag,
  LOG_READER,
  RANDOMNESS,
  readBody,
  RECEIPTS,
  revisionOf,
  Scopes,
} from '../../http';
import { Acceptor } from '../acceptor/acceptor';
import {
  type Accepted,
  type ExpectedRevision,
  isAccepted,
  type ItemResult,
  type Submission,
} from '../acceptor/submission';
import { type Span, spansOfBatch } from '../cloudevents/batch';
import { type Headers } from '../cloudevents/binary';
import { SingleEvents } from '../acceptor/single-events';
import { BulkRun } from './bulk-run';
import { TransitionEventDto } from '../contract/transition-event.dto';
import { BATCH, BULK, formOf, STRUCTURED } from './media-types';
import { ResultSpool } from './result-spool';
import { acceptedJson, itemJson, pendingJson } from './results-json';
import { binarySubmission, structuredSubmission } from './submissions';

const OK = 200;
const CREATED = 201;
const ACCEPTED = 202;
const MULTI_STATUS = 207;

/** Transition events in, in the four forms of CloudEvents over HTTP. */
@ApiTags('events')
@Controller('v1/events')
export class AppendController {
  private readonly logger = new Logger('events');

  constructor(
    @Inject(Acceptor) private readonly acceptor: Acceptor,
    @Inject(SingleEvents) private readonly singles: SingleEvents,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(RECEIPTS) private readonly receipts: Receipts,
    @Inject(LOG_READER) private readonly log: LogReader,
    @Inject(RANDOMNESS) private readonly randomness: Randomness,
  ) {}

  /** Appends one event, a batch, or a stream of lines; every event gets its own result. */
  @Post()
  @Scopes('events.append')
  @ApiOperation({ summary: 'Append transition events: one, a batch, or a stream of lines' })
  @ApiConsumes(STRUCTURED, 'application/json', BATCH, BULK)
  @ApiBody({
    type: TransitionEventDto,
    description: 'A CloudEvent 1.0; in the binary form its data',
  })
  @ApiHeader({ name: 'If-Match', required: false, description: 'single event: the last revision' })
  @ApiHeader({
    name: 'If-None-Match',
    required: false,
    description: '*: the first event of its object',
  })
  @ApiHeader({ name: 'Prefer', required: false, description: 'return=minimal or representation' })
  @ApiResponse({ status: CREATED, description: 'recorded: the receipt with its proof' })
  @ApiResponse({
    status: ACCEPTED,
    description: 'recorded on a shared ledger and not sealed yet: a receipt without a proof',
  })
  @ApiResponse({
    status: OK,
    description: 'the first receipt again; a batch or a stream with its results',
  })
  @ApiResponse({
    status: MULTI_STATUS,
    description: 'a batch in which at least one event was not accepted',
  })
  async append(
    @Req() request: FastifyRequest,
    @CallerParam() caller: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const headers = headersOf(request);
    const form = formOf(
      request.headers['content-type'],
      headers.some(([name]) => name === 'ce-specversion'),
    );
    if (form === 'bulk') return this.bulk(request, caller, reply);
    if (form === 'batch') return this.batch(request, caller, reply);
    const expected = expectedOf(request);
    const body = await readBody(request, this.config.limits.eventBytesMax);
    const submission =
      form === 'binary'
        ? binarySubmission(headers, body, expected)
        : structuredSubmission(body, 'structured', expected);
    return this.single(submission, request, caller, reply);
  }

  private async single(
    submission: Submission,
    request: FastifyRequest,
    caller: Caller,
    reply: FastifyReply,
  ): Promise<void> {
    const result = await this.singles.accept(submission, caller);
    if (!isAccepted(result)) {
      const pending = pendingJson(result, this.config.origin);
      if (pending === undefined) throw refusal(result);
      void reply.status(ACCEPTED).header('Location', `/v1/receipts/${pending.id}`).send(pending);
      return;
    }
    const minimal = prefers(request, 'return=minimal');
    if (minimal || prefers(request, 'return=representation')) {
      void reply.header('Preference-Applied', minimal ? 'return=minimal' : 'return=representation');
    }
    if (result.result === 'duplicate') void reply.header('Idempotency-Replayed', 'true');
    void reply
      .status(result.result === 'recorded' ? CREATED : OK)
      .header('Location', `/v1/events/${result.event.id}`)
      .header('ETag', etag(result.event.revision))
      .header('Consistency-Token', result.event.position)
      .send(acceptedJson(result, this.receipts, !minimal));
  }

  private async batch(request: FastifyRequest, caller: Caller, reply: FastifyReply): Promise<void> {
    const { batchBytesMax, batchEventsMax } = this.config.limits;
    const body = await readBody(request, batchBytesMax);
    const spans = await this.spansOf(body, caller);
    if (spans.length > batchEventsMax)
      throw tooLarge('The batch', batchEventsMax, spans.length, 'events');
    const submissions = spans.map(({ start, end }) =>
      structuredSubmission(body.subarray(start, end), 'batch'),
    );
    const results = await this.accepted(submissions, caller);
    const last = lastAccepted(results);
    if (last !== undefined) void reply.header('Consistency-Token', last.event.position);
    const withEntry = prefers(request, 'return=representation');
    if (withEntry) void reply.header('Preference-Applied', 'return=representation');
    void reply
      .status(results.every(isAccepted) ? OK : MULTI_STATUS)
      .send(results.map((result) => itemJson(result, this.receipts, withEntry)));
  }

  /** A batch whose frame is broken is kept whole: nobody can tell where its events begin. */
  private async spansOf(body: Buffer, caller: Caller): Promise<readonly Span[]> {
    try {
      return spansOfBatch(body, this.config.limits.batchEventsMax);
    } catch (error) {
      if (!isTieoutError(error)) throw error;
      const read = (): never => {
        throw error;
      };
      const submission = { form: 'batch', bytes: body, contentType: BATCH, read } as const;
      throw refusal(await this.acceptor.refuse(submission, { error, says: {} }, caller));
    }
  }

  private bulk(request: FastifyRequest, caller: Caller, reply: FastifyReply): void {
    const { limits, dataDir } = this.config;
    const results = new ResultSpool({
      folder: join(dataDir, 'spool'),
      name: hex(this.randomness.bytes(16)),
      bytesMax: limits.bulkSpoolBytesMax,
    });
    const run = new BulkRun({
      acceptor: this.acceptor,
      deliverer: caller,
      log: this.log,
      results,
      lineBytesMax: limits.bulkLineBytesMax,
    });
    const body = bodyStream(request);
    void reply.status(OK).header('Content-Type', BULK).send(results);
    run.run(body).catch((error: unknown) => {
      this.logger.error({ requestId: request.id, error: String(error) }, (error as Error).stack);
      results.destroy(error as Error);
    });
  }

  private accepted(submissions: readonly Submission[], caller: Caller): Promise<ItemResult[]> {
    const read = this.acceptor.read(submissions, caller);
    return this.acceptor.accept(submissions, read, caller, { oneAppend: true });
  }
}

/** As sent: Node joins repeated headers, and a repeated attribute must be seen as one. */
function headersOf({ raw }: FastifyRequest): Headers {
  const headers: [string, string][] = [];
  for (let i = 0; i + 1 < raw.rawHeaders.length; i += 2) {
    headers.push([(raw.rawHeaders[i] ?? '').toLowerCase(), raw.rawHeaders[i + 1] ?? '']);
  }
  return headers;
}

/** @throws TieoutError `malformed` */
function expectedOf({ headers }: FastifyRequest): ExpectedRevision | undefined {
  const none = headers['if-none-match'];
  if (none === undefined) return revisionOf(headers['if-match']);
  if (none !== '*' || headers['if-match'] !== undefined) {
    throw new TieoutError(
      'malformed',
      'Send If-None-Match: * for the first event of an object, or If-Match for a later one.',
    );
  }
  return 'no-stream';
}

function prefers(request: FastifyRequest, preference: string): boolean {
  const { prefer } = request.headers;
  const text = Array.isArray(prefer) ? prefer.join(',') : (prefer ?? '');
  return text.split(',').some((one) => one.trim().toLowerCase() === preference);
}

/** The problem of a single event names the quarantine item that keeps its bytes. */
function refusal({ error, quarantine }: Exclude<ItemResult, Accepted>): TieoutError {
  if (quarantine === undefined) return error;
  return new TieoutError(error.code, error.message, { ...error.members, quarantine });
}

function lastAccepted(results: readonly ItemResult[]): Accepted | undefined {
  return results
    .filter(isAccepted)
    .reduce<Accepted | undefined>(
      (a, b) => (a !== undefined && a.event.index > b.event.index ? a : b),
      undefined,
    );
}
