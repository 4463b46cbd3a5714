import { Controller, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { type Json } from '../kernel/json';
import { type CommandContext } from '../commanding';
import { Command, JsonBody, Scopes, writeHeaders } from '../http';
import { type DecidedMatch, MatchDecisions } from './matches/decide-match.command';
import { MatchLinesDto, UnmatchDto } from './recon.dto';

type ContextOf = (body?: Json) => CommandContext;

/** What a person decides on lines. */
@ApiTags('reconciliation')
@Controller('v1/recon')
export class ReconWorkController {
  constructor(@Inject(MatchDecisions) private readonly decisions: MatchDecisions) {}

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

  @Post('matches/:id/confirm')
  @HttpCode(201)
  @Scopes('recon.work')
  @ApiOperation({ summary: 'Confirm a suggestion; it becomes a match made by hand' })
  async confirm(
    @Param('id') id: string,
    @JsonBody(UnmatchDto) { reason }: UnmatchDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const context = contextOf({ id, reason });
    return this.answered(await this.decisions.confirmSuggestion(id, reason, context), reply);
  }

  @Post('matches/:id/reject')
  @HttpCode(200)
  @Scopes('recon.work')
  @ApiOperation({ summary: 'Reject a suggestion or a match; no later run makes it again' })
  async reject(
    @Param('id') id: string,
    @JsonBody(UnmatchDto) { reason }: UnmatchDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const context = contextOf({ id, reason });
    return this.answered(await this.decisions.unmatch(id, reason, context), reply);
  }

  private answered({ executed, ...decided }: DecidedMatch, reply: FastifyReply): object {
    writeHeaders(reply, executed);
    return decided;
  }
}
