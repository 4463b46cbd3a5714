import { Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { countErasures, findErasure, listErasures } from '../../projections/privacy-register';
import { type ReadModel } from '../../projections/read-model';
import { type CommandContext, type Executor } from '../commanding';
import {
  Command,
  type ContextOf,
  type Cursors,
  CURSORS,
  etag,
  EXECUTOR,
  JsonBody,
  Paging,
  READ_MODEL,
  Scopes,
  ValidQuery,
  writeHeaders,
} from '../http';
import { notFound } from '../kernel/errors';
import { ErasureRequests } from './erasure-requests';
import { Erasures, type ErasureOutcome, refuseHeld } from './erasures';
import { type ErasureState, type PrivacyState } from './privacy.decider';
import { ErasuresQuery, PrivacyReasonDto, RequestErasureDto } from './privacy.dto';

/** Erasure of personal values: asked for by one person, approved by another, carried out, proved. */
@ApiTags('privacy')
@Controller('v1/privacy/erasures')
export class ErasuresController {
  constructor(
    @Inject(EXECUTOR) private readonly executor: Executor,
    @Inject(ErasureRequests) private readonly requests: ErasureRequests,
    @Inject(Erasures) private readonly erasures: Erasures,
    @Inject(READ_MODEL) private readonly readModel: ReadModel,
    @Inject(CURSORS) private readonly cursors: Cursors,
  ) {}

  @Get()
  @Scopes('privacy.manage')
  @ApiOperation({ summary: 'Erasures, newest first' })
  list(
    @ValidQuery(ErasuresQuery) query: ErasuresQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    const paging = new Paging(this.cursors, 'erasures', query);
    const { state, subject, count } = query;
    const filter = { state, subject };
    return this.readModel.query((db) => {
      const page = listErasures(db, { filter, ...paging.request });
      const more = count === 'exact' ? { count: countErasures(db, filter) } : {};
      return paging.send(page, { request, reply }, more);
    });
  }

  @Get(':id')
  @Scopes('privacy.manage')
  @ApiOperation({ summary: 'One erasure: its state, what was erased, what is kept and why' })
  one(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): object {
    const erasure = this.readModel.query((db) => findErasure(db, id));
    if (erasure === undefined) throw notFound('The erasure');
    void reply.header('ETag', etag(erasure.revision));
    return erasure.json;
  }

  @Post()
  @HttpCode(202)
  @Scopes('privacy.manage')
  @ApiBody({ type: RequestErasureDto })
  @ApiOperation({ summary: 'Ask for an erasure; nothing goes before another person approves' })
  async request(
    @JsonBody(RequestErasureDto) body: RequestErasureDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const context: CommandContext = contextOf(body);
    const id = this.executor.firstEventId(context);
    const { subject, values, legalBasis } = body;
    const wish = {
      legalBasis,
      ...(subject === undefined ? {} : { subject }),
      ...(values === undefined
        ? {}
        : { values: values.map(({ event, path }) => ({ event, path })) }),
    };
    const executed = await this.requests.request(id, wish, context);
    writeHeaders(reply, { ...executed, location: `/v1/privacy/erasures/${id}` });
    return shown(id, executed.state);
  }

  @Post(':id/approve')
  @HttpCode(200)
  @Scopes('privacy.manage')
  @ApiOperation({ summary: 'Approve an erasure and carry it out; what must be kept is deferred' })
  async approve(
    @Param('id') id: string,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const context = contextOf();
    const outcome = await this.erasures.approve(id, context);
    refuseHeld(id, outcome);
    writeHeaders(reply, outcome.executed);
    return { ...described(outcome.erasure), ...figures(outcome) };
  }

  @Post(':id/reject')
  @HttpCode(200)
  @Scopes('privacy.manage')
  @ApiBody({ type: PrivacyReasonDto })
  @ApiOperation({ summary: 'Refuse an erasure that was not approved' })
  async reject(
    @Param('id') id: string,
    @JsonBody(PrivacyReasonDto) body: PrivacyReasonDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const executed = await this.requests.reject(id, body.reason, contextOf(body));
    writeHeaders(reply, executed);
    return shown(id, executed.state);
  }
}

function shown(id: string, { erasures }: PrivacyState): object {
  const erasure = erasures.get(id);
  if (erasure === undefined) throw notFound('The erasure');
  return described(erasure);
}

function described({ requested, status, approvedBy }: ErasureState): object {
  const { erasure, subject, values, legalBasis, by } = requested;
  return {
    id: erasure,
    subject,
    ...(values === undefined ? {} : { named: values }),
    state: status,
    legalBasis,
    requestedBy: by,
    ...(approvedBy === undefined ? {} : { approvedBy }),
  };
}

/** What this approval erased and what is kept, with the reason. */
function figures({ erased, deferred, tracesLeft }: ErasureOutcome): object {
  const kept = deferred?.kept ?? 0;
  return {
    erased,
    kept,
    ...(deferred === undefined ? {} : { reason: deferred.reason }),
    ...(deferred?.until === undefined ? {} : { until: deferred.until }),
    ...(tracesLeft ? { tracesLeft } : {}),
  };
}
