import { Controller, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { findBreak } from '../../projections/reconciliation-board/breaks.view';
import { ReconPages } from '../../projections/reconciliation-board/recon-pages';
import { parseCivilDate } from '../kernel/civil-date';
import { type Json } from '../kernel/json';
import { streamName } from '../kernel/stream-name';
import { type CommandContext, Executor } from '../commanding';
import { Command, EXECUTOR, JsonBody, Scopes, writeHeaders } from '../http';
import { breakWork } from './breaks/break.decider';
import { type DecidedMatch, MatchDecisions } from './matches/decide-match.command';
import { AssignBreakDto, MatchLinesDto, UnmatchDto } from './recon.dto';

type ContextOf = (body?: Json) => CommandContext;

/** What a person decides on lines and breaks. */
@ApiTags('reconciliation')
@Controller('v1/recon')
export class ReconWorkController {
  constructor(
    @Inject(MatchDecisions) private readonly decisions: MatchDecisions,
    @Inject(EXECUTOR) private readonly executor: Executor,
    @Inject(ReconPages) private readonly pages: ReconPages,
  ) {}

  @Post('matches')
  @HttpCode(201)
  @Scopes('recon.work')
  @ApiOperation({ summary: 'Match lines by hand; every later run keeps them together' })
  async match(
    @JsonBody(MatchLinesDto) body: MatchLinesDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { definition, lines, reason } = body;
    const decided = await this.decisions.confirm(body, contextOf({ definition, lines, reason }));
    return this.answered(decided, reply);
  }

  @Post('matches/:id/unmatch')
  @HttpCode(200)
  @Scopes('recon.work')
  @ApiOperation({ summary: 'Undo a match; no later run makes it again' })
  async unmatch(
    @Param('id') id: string,
    @JsonBody(UnmatchDto) { reason }: UnmatchDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return this.answered(await this.decisions.unmatch(id, reason, contextOf({ reason })), reply);
  }

  @Post('breaks/:id/assign')
  @HttpCode(200)
  @Scopes('recon.work', 'close.manage')
  @ApiOperation({ summary: 'Give a break an owner and a date' })
  async assign(
    @Param('id') id: string,
    @JsonBody(AssignBreakDto) { owner, due }: AssignBreakDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    this.pages.one(`The break ${id}`, (db) => findBreak(db, id));
    const assigned = { owner, ...(due === undefined ? {} : { due: parseCivilDate(due, '/due') }) };
    const context = contextOf(assigned);
    const executed = await this.executor.execute({
      stream: streamName('break', '_', id),
      decider: breakWork,
      command: { assigned, isGuarded: context.ifMatch !== undefined },
      context,
    });
    writeHeaders(reply, executed);
    return { id, status: 'assigned', ...assigned };
  }

  private answered({ executed, ...decided }: DecidedMatch, reply: FastifyReply): object {
    writeHeaders(reply, executed);
    return decided;
  }
}
