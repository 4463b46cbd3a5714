import { Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { countHolds, findHold, listHolds } from '../../projections/privacy-register';
import { type ReadModel } from '../../projections/read-model';
import { type Executed, type Executor } from '../commanding';
import {
  type Caller,
  CallerParam,
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
import { fieldError, notFound } from '../kernel/errors';
import { streamName } from '../kernel/stream-name';
import { Holds } from './holds';
import { type PrivacyState } from './privacy.decider';
import { HoldsQuery, type HoldScopeDto, PlaceHoldDto, PrivacyReasonDto } from './privacy.dto';
import { type HoldScope } from './privacy.events';

/** Holds: what is under one is not erased, whoever asks and whatever the date. */
@ApiTags('privacy')
@Controller('v1/privacy/holds')
export class HoldsController {
  constructor(
    @Inject(EXECUTOR) private readonly executor: Executor,
    @Inject(Holds) private readonly holds: Holds,
    @Inject(READ_MODEL) private readonly readModel: ReadModel,
    @Inject(CURSORS) private readonly cursors: Cursors,
  ) {}

  @Get()
  @Scopes('privacy.manage')
  @ApiOperation({ summary: 'Holds, newest first' })
  list(
    @ValidQuery(HoldsQuery) query: HoldsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    const paging = new Paging(this.cursors, 'holds', query);
    const { state, subject, count } = query;
    const filter = { state, subject };
    return this.readModel.query((db) => {
      const page = listHolds(db, { filter, ...paging.request });
      const more = count === 'exact' ? { count: countHolds(db, filter) } : {};
      return paging.send(page, { request, reply }, more);
    });
  }

  @Get(':id')
  @Scopes('privacy.manage')
  @ApiOperation({ summary: 'One hold' })
  one(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): object {
    const hold = this.readModel.query((db) => findHold(db, id));
    if (hold === undefined) throw notFound('The hold');
    void reply.header('ETag', etag(hold.revision));
    return hold.json;
  }

  @Post()
  @HttpCode(201)
  @ApiBody({ type: PlaceHoldDto })
  @Scopes('privacy.manage')
  @ApiOperation({ summary: 'Place a hold; it is in force at once and never ends by itself' })
  async place(
    @JsonBody(PlaceHoldDto) body: PlaceHoldDto,
    @CallerParam() caller: Caller,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const context = contextOf(body);
    const id = this.executor.firstEventId(context);
    const { reason, authority } = body;
    const hold = { hold: id, scope: scopeOf(body.scope), reason, authority, by: caller.client };
    const executed = await this.holds.place(hold, context);
    writeHeaders(reply, { ...executed, location: `/v1/privacy/holds/${id}` });
    return shown(id, executed.state);
  }

  @Post(':id/release')
  @ApiBody({ type: PrivacyReasonDto })
  @HttpCode(202)
  @Scopes('privacy.manage')
  @ApiOperation({
    summary: 'Ask for the release of a hold; it stays until another person approves',
  })
  async release(
    @Param('id') id: string,
    @JsonBody(PrivacyReasonDto) body: PrivacyReasonDto,
    @CallerParam() { client: by }: Caller,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const command = { kind: 'release', hold: id, by, reason: body.reason } as const;
    return answered(id, await this.holds.change(command, contextOf(body)), reply);
  }

  @Post(':id/approve')
  @HttpCode(200)
  @Scopes('privacy.manage')
  @ApiOperation({ summary: 'Approve the release of a hold' })
  async approve(
    @Param('id') id: string,
    @CallerParam() { client: by }: Caller,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const command = { kind: 'approve-release', hold: id, by } as const;
    return answered(id, await this.holds.change(command, contextOf()), reply);
  }
}

function answered(id: string, executed: Executed<PrivacyState>, reply: FastifyReply): object {
  writeHeaders(reply, executed);
  return shown(id, executed.state);
}

function shown(id: string, { holds }: PrivacyState): object {
  const hold = holds.get(id);
  if (hold === undefined) throw notFound('The hold');
  const { scope, reason, authority, by } = hold.placed;
  return {
    id,
    scope,
    state: hold.status,
    reason,
    authority,
    placedBy: by,
    ...(hold.release === undefined
      ? {}
      : { releaseReason: hold.release.reason, releaseRequestedBy: hold.release.by }),
  };
}

/** @throws TieoutError `contract-violation` for a member of another kind of scope: it would hold less than it seems */
function scopeOf({ kind, subject, object, entity }: HoldScopeDto): HoldScope {
  const given = { subject, object, entity };
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined && name !== kind) {
      throw fieldError(
        'contract-violation',
        `/scope/${name}`,
        `does not belong to a scope ${kind}.`,
      );
    }
  }
  if (subject !== undefined) return { kind: 'subject', subject };
  if (entity !== undefined) return { kind: 'entity', entity };
  if (object === undefined) return { kind: 'ledger' };
  return { kind: 'object', stream: streamName(object.type, object.entity, object.id) };
}
