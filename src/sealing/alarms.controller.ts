import { Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import {
  Command,
  type ContextOf,
  JsonBody,
  Scopes,
  ValidQuery,
  wholeNumber,
  writeHeaders,
} from '../http';
import { type Alarm } from './alarm-book';
import { AlarmDesk } from './alarm-desk';
import { AlarmsQuery, ResolveAlarmDto } from './alarms.dto';

const LIST_MAX = 100;

/** What the ledger itself has to say to its operators, and how they answer. */
@ApiTags('log')
@Controller('v1/log/alarms')
export class AlarmsController {
  constructor(private readonly desk: AlarmDesk) {}

  @Get()
  @Scopes('log.read', 'log.manage', 'approve')
  @ApiOperation({ summary: 'Alarms of the ledger, the newest first, each with its state' })
  async list(@ValidQuery(AlarmsQuery) { state, before }: AlarmsQuery): Promise<object> {
    const below = before === undefined ? Infinity : wholeNumber(before, 'before');
    const wanted = this.desk.book
      .all()
      .filter(({ revision }) => revision < below)
      .filter(
        ({ resolved }) => state === undefined || (resolved === undefined) === (state === 'open'),
      )
      .reverse();
    const page = wanted.slice(0, LIST_MAX);
    const next = wanted.length > page.length ? page.at(-1)?.revision : undefined;
    const items = await Promise.all(page.map((alarm) => this.shown(alarm)));
    const open = this.desk.book.open().length;
    return { items, open, ...(next === undefined ? {} : { before: next }) };
  }

  @Get(':id')
  @Scopes('log.read', 'log.manage', 'approve')
  @ApiOperation({ summary: 'One alarm' })
  one(@Param('id') id: string): Promise<object> {
    return this.shown(this.desk.alarm(id));
  }

  @Post(':id/resolve')
  @ApiBody({ type: ResolveAlarmDto })
  @HttpCode(202)
  @Scopes('log.manage')
  @ApiOperation({ summary: 'Ask for the end of an alarm; another person approves' })
  async resolve(
    @Param('id') id: string,
    @JsonBody(ResolveAlarmDto) body: ResolveAlarmDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const asked = await this.desk.request(id, contextOf(body), body.reason);
    writeHeaders(reply, { ...asked, location: `/v1/log/alarms/${id}` });
    return this.shown(this.desk.alarm(id));
  }

  @Post(':id/approve')
  @HttpCode(200)
  @Scopes('approve')
  @ApiOperation({ summary: 'Approve the end of an alarm: it is recorded with both persons' })
  async approve(
    @Param('id') id: string,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    writeHeaders(reply, await this.desk.approve(id, contextOf()));
    return this.shown(this.desk.alarm(id));
  }

  private async shown(told: Alarm): Promise<object> {
    const { id, alarm, about, detail, size, raisedAt, resolved } = told;
    const said = { id, alarm, about, detail, size, raisedAt };
    if (resolved !== undefined) {
      const { reason, requestedBy, approvedBy, at: resolvedAt } = resolved;
      return { ...said, state: 'resolved', reason, requestedBy, approvedBy, resolvedAt };
    }
    const asked = await this.desk.pending(id);
    return asked === undefined
      ? { ...said, state: 'open' }
      : { ...said, state: 'resolution-requested', reason: asked.reason, requestedBy: asked.by };
  }
}
