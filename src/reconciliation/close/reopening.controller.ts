import { Controller, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { type Caller, CallerParam, Command, type ContextOf, JsonBody, Scopes } from '../../http';
import { parseInstant } from '../../kernel/instant';
import { RequestReopeningDto, StepDto } from './period.dto';
import { type PeriodName } from './period-desk';
import { answered } from './periods.controller';
import { ReopeningDesk } from './reopening-desk';

/** Reopens a closed period under two persons, with a scope and an end. */
@ApiTags('close')
@Controller('v1/periods/:entity/:period/reopen-requests')
export class ReopeningController {
  constructor(@Inject(ReopeningDesk) private readonly desk: ReopeningDesk) {}

  @Post()
  @HttpCode(201)
  @Scopes('close.certify')
  @ApiOperation({ summary: 'Ask for a period to be reopened: reason, scope, end, later periods' })
  async request(
    @Param() { entity, period }: PeriodName,
    @CallerParam() caller: Caller,
    @JsonBody(RequestReopeningDto) body: RequestReopeningDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const name = { entity, period };
    const { reason, laterPeriods } = body;
    const definitions = body.scope?.definitions;
    const wish = {
      ...{ reason, laterPeriods, expiresAt: parseInstant(body.expiresAt, '/expiresAt') },
      scope: definitions === undefined ? {} : { definitions },
    };
    const asked = await this.desk.request(name, wish, { caller, context: contextOf(body) });
    return { ...answered(name, asked.executed, reply), request: asked.request };
  }

  @Post(':id/approve')
  @HttpCode(200)
  @Scopes('approve')
  @ApiOperation({ summary: 'Reopen the period; not by who asked for it' })
  async approve(
    @Param() { entity, period, id }: PeriodName & { readonly id: string },
    @CallerParam() caller: Caller,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const name = { entity, period };
    const executed = await this.desk.approve(name, id, { caller, context: contextOf() });
    return { ...answered(name, executed, reply), request: id };
  }

  @Post(':id/reject')
  @HttpCode(200)
  @Scopes('approve')
  @ApiOperation({ summary: 'Refuse to reopen the period' })
  async reject(
    @Param() { entity, period, id }: PeriodName & { readonly id: string },
    @CallerParam() caller: Caller,
    @JsonBody(StepDto) { reason }: StepDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const name = { entity, period };
    const context = contextOf(reason === undefined ? {} : { reason });
    const executed = await this.desk.reject(name, { id, reason }, { caller, context });
    return { ...answered(name, executed, reply), request: id };
  }
}
