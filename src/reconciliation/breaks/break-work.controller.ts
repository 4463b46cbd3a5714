import { Controller, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { ControlRegisters } from '../../controls';
import {
  type Caller,
  CallerParam,
  Command,
  type ContextOf,
  JsonBody,
  Scopes,
  writeHeaders,
} from '../../http';
import { parseCivilDate } from '../../kernel/civil-date';
import { type CommandContext } from '../../commanding';
import { type BreakWish } from './break.decider';
import {
  AssignBreakDto,
  AssignBreaksDto,
  AwaitCounterpartyDto,
  ClassifyBreakDto,
  CloseBreakDto,
  CommentDto,
  ExplainBreakDto,
  ReopenBreakDto,
  ResolveBreakDto,
} from './break-work.dto';
import { BreakWork } from './work-on-break.command';

interface Call {
  readonly caller: Caller;
  readonly context: CommandContext;
  readonly reply: FastifyReply;
}

/** Work on breaks: whose they are, what they are, why, and what became of them. */
@ApiTags('reconciliation')
@Controller('v1/recon/breaks')
export class BreakWorkController {
  constructor(
    @Inject(BreakWork) private readonly work: BreakWork,
    @Inject(ControlRegisters) private readonly registers: ControlRegisters,
  ) {}

  @Post('assign')
  @HttpCode(200)
  @Scopes('recon.work', 'close.manage')
  @ApiOperation({ summary: 'Give up to 500 breaks an owner and a date, each for itself' })
  async assignMany(
    @CallerParam() caller: Caller,
    @JsonBody(AssignBreaksDto) body: AssignBreaksDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const by = await this.registers.partyWithDelegates(caller);
    const wish = assignment(body);
    const items = await this.work.assignMany(body.ids, wish, { by, context: contextOf(body) });
    const refused = items.filter(({ result }) => result === 'refused').length;
    void reply.status(refused === 0 ? 200 : 207);
    return { assigned: items.length - refused, refused, items };
  }

  @Post(':id/assign')
  @HttpCode(200)
  @Scopes('recon.work', 'close.manage')
  @ApiOperation({ summary: 'Give a break an owner and a date' })
  assign(
    @Param('id') id: string,
    @CallerParam() caller: Caller,
    @JsonBody(AssignBreakDto) body: AssignBreakDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return this.decide(id, assignment(body), { caller, context: contextOf(body), reply });
  }

  @Post(':id/investigate')
  @HttpCode(200)
  @Scopes('recon.work')
  @ApiOperation({ summary: 'Say that somebody looks into a break' })
  investigate(
    @Param('id') id: string,
    @CallerParam() caller: Caller,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return this.decide(id, { kind: 'investigate' }, { caller, context: contextOf(), reply });
  }

  @Post(':id/classify')
  @HttpCode(200)
  @Scopes('recon.work')
  @ApiOperation({ summary: 'Say what a break is: timing, permanent, an error of ours or theirs' })
  classify(
    @Param('id') id: string,
    @CallerParam() caller: Caller,
    @JsonBody(ClassifyBreakDto) body: ClassifyBreakDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const wish = { kind: 'classify', class: body.class } as const;
    return this.decide(id, wish, { caller, context: contextOf(body), reply });
  }

  @Post(':id/explain')
  @HttpCode(200)
  @Scopes('recon.work')
  @ApiOperation({ summary: 'Give the cause of a break, and its explanation, for one period' })
  explain(
    @Param('id') id: string,
    @CallerParam() caller: Caller,
    @JsonBody(ExplainBreakDto) body: ExplainBreakDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { period, cause, explanation } = body;
    const more = explanation === undefined ? {} : { explanation };
    const wish = { kind: 'explain', period, cause, ...more } as const;
    return this.decide(id, wish, { caller, context: contextOf(body), reply });
  }

  @Post(':id/await-counterparty')
  @HttpCode(200)
  @Scopes('recon.work')
  @ApiOperation({ summary: 'Say that another party has to act, and until when' })
  awaitCounterparty(
    @Param('id') id: string,
    @CallerParam() caller: Caller,
    @JsonBody(AwaitCounterpartyDto) body: AwaitCounterpartyDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const due = parseCivilDate(body.due, '/due');
    const wish = { kind: 'await-counterparty', counterparty: body.counterparty, due } as const;
    return this.decide(id, wish, { caller, context: contextOf(body), reply });
  }

  @Post(':id/resolve')
  @HttpCode(200)
  @Scopes('recon.work')
  @ApiOperation({ summary: 'Carry an explained timing difference into the next period' })
  resolve(
    @Param('id') id: string,
    @CallerParam() caller: Caller,
    @JsonBody(ResolveBreakDto) body: ResolveBreakDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const wish = { kind: 'carry', period: body.period } as const;
    return this.decide(id, wish, { caller, context: contextOf(body), reply });
  }

  @Post(':id/close')
  @HttpCode(200)
  @Scopes('recon.review')
  @ApiOperation({ summary: 'Accept how a break was resolved, as somebody who did not work on it' })
  close(
    @Param('id') id: string,
    @CallerParam() caller: Caller,
    @JsonBody(CloseBreakDto) body: CloseBreakDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const wish = {
      kind: 'close',
      ...(body.note === undefined ? {} : { note: body.note }),
    } as const;
    return this.decide(id, wish, { caller, context: contextOf(body), reply });
  }

  @Post(':id/reopen')
  @HttpCode(200)
  @Scopes('recon.work', 'recon.review')
  @ApiOperation({ summary: 'Take up a resolved or closed break again' })
  reopen(
    @Param('id') id: string,
    @CallerParam() caller: Caller,
    @JsonBody(ReopenBreakDto) body: ReopenBreakDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const wish = { kind: 'reopen', reason: body.reason } as const;
    return this.decide(id, wish, { caller, context: contextOf(body), reply });
  }

  @Post(':id/comment')
  @HttpCode(200)
  @Scopes('recon.work', 'recon.review')
  @ApiOperation({ summary: 'Write something beside a break' })
  comment(
    @Param('id') id: string,
    @CallerParam() caller: Caller,
    @JsonBody(CommentDto) body: CommentDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const wish = { kind: 'comment', text: body.text } as const;
    return this.decide(id, wish, { caller, context: contextOf(body), reply });
  }

  private async decide(id: string, wish: BreakWish, call: Call): Promise<object> {
    const { caller, context, reply } = call;
    const by = await this.registers.partyWithDelegates(caller);
    const executed = await this.work.decide(id, wish, { by, context });
    writeHeaders(reply, executed);
    const { kind, ...decided } = wish;
    const status = kind === 'assign' ? { status: 'assigned' } : {};
    return { id, decision: kind, ...status, ...decided };
  }
}

const assignment = ({ owner, due }: AssignBreakDto) => ({
  kind: 'assign' as const,
  owner,
  ...(due === undefined ? {} : { due: parseCivilDate(due, '/due') }),
});
