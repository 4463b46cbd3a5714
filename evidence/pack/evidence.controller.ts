import { Controller, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';

import { Executor } from '../../src/commanding';
import { type EventStore } from '../../src/event-store';
import {
  type Caller,
  CallerParam,
  Command,
  type ContextOf,
  EXECUTOR,
  JsonBody,
  Scopes,
  STORE,
  writeHeaders,
} from '../../src/http';
import { isTieoutError, notFound, TieoutError } from '../../src/kernel/errors';
import { streamName } from '../../src/kernel/stream-name';
import { evidencePack } from './evidence-pack.decider';
import { type PackRequested } from './evidence-pack.events';
import { DEPTH_DEFAULT, RequestPackDto } from './evidence.dto';
import { PackJobs } from './pack-jobs';
import { PackStreams } from './pack-streams';

const POLL_SECONDS = '1';

/** Requests for evidence packs. The request is an event; the pack is made by a job that outlives a restart. */
@ApiTags('evidence')
@Controller('v1/evidence')
export class EvidenceController {
  constructor(
    @Inject(EXECUTOR) private readonly executor: Executor,
    @Inject(STORE) private readonly store: EventStore,
    @Inject(PackJobs) private readonly jobs: PackJobs,
    @Inject(PackStreams) private readonly streams: PackStreams,
  ) {}

  @Post('packs')
  @HttpCode(202)
  @Scopes('evidence.create')
  @ApiBody({ type: RequestPackDto })
  @ApiOperation({ summary: 'Asks for an evidence pack; it is built as a job' })
  async request(
    @CallerParam() caller: Caller,
    @JsonBody(RequestPackDto) body: RequestPackDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const request = requestOf(body, caller);
    await this.assertKnown(request.subject);
    const context = contextOf(body);
    const id = this.executor.newAggregateId(context);
    const stream = streamName('evidence-pack', request.subject.entity, id);
    const executed = await this.executor.execute({
      stream,
      decider: evidencePack,
      command: { kind: 'request', request },
      context,
    });
    if (executed.state.phase === 'requested') this.jobs.enqueue(stream);
    writeHeaders(reply, { ...executed, location: `/v1/jobs/${id}` });
    void reply.header('Retry-After', POLL_SECONDS);
    return {
      id,
      state: executed.state.phase,
      pack: `/v1/evidence/packs/${id}`,
      job: `/v1/jobs/${id}`,
    };
  }

  @Post('packs/:id/cancel')
  @HttpCode(200)
  @Scopes('evidence.create')
  @ApiOperation({ summary: 'Cancels a pack that is not built yet' })
  async cancel(
    @Param('id') id: string,
    @CallerParam() caller: Caller,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const executed = await this.executor.execute({
      stream: this.streams.streamOf(id),
      decider: evidencePack,
      command: { kind: 'cancel', by: caller.client },
      context: contextOf(),
    });
    writeHeaders(reply, executed);
    return { id, state: executed.state.phase };
  }

  /** Asks the store, which is never behind: a pack about nothing would fail only later. */
  private async assertKnown({ type, entity, id }: PackRequested['subject']): Promise<void> {
    try {
      for await (const event of this.store.readStream(streamName(type, entity, id), 0n, 1))
        void event;
    } catch (error) {
      if (!isTieoutError(error, 'stream-missing')) throw error;
      throw notFound(`The ${type.replaceAll('-', ' ')} ${id} of ${entity}`);
    }
  }
}

/** @throws TieoutError `scope-missing` when personal values are asked for without the scope to read them */
function requestOf(body: RequestPackDto, caller: Caller): PackRequested {
  const disclose = [...new Set(body.disclose ?? [])].sort();
  if (disclose.length > 0 && !caller.scopes.has('personal.read')) {
    throw new TieoutError(
      'scope-missing',
      'Opening personal values needs the scope personal.read.',
      {
        scope: 'personal.read',
      },
    );
  }
  const { kind, subject, purpose, engagement } = body;
  return {
    kind,
    subject: { type: subject.type, entity: subject.entity, id: subject.id },
    depth: body.parameters?.depth ?? DEPTH_DEFAULT,
    disclose,
    purpose,
    ...(engagement === undefined ? {} : { engagement }),
    allowPartial: body.allowPartial ?? false,
    requestedBy: caller.client,
  };
}
