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
import { parseMoney } from '../../kernel/money';
import { Adjustments, type DecidedAdjustment } from './adjust-break.command';
import { PostedAdjustmentDto, ProposeAdjustmentDto, RejectAdjustmentDto } from './adjustment.dto';

/** Corrections that breaks call for: proposed here, approved by another person, posted by the ERP. */
@ApiTags('reconciliation')
@Controller('v1/recon/adjustments')
export class AdjustmentsController {
  constructor(
    @Inject(Adjustments) private readonly adjustments: Adjustments,
    @Inject(ControlRegisters) private readonly registers: ControlRegisters,
  ) {}

  @Post()
  @HttpCode(201)
  @Scopes('recon.work')
  @ApiOperation({ summary: 'Propose an adjustment of a break, within its limits' })
  async propose(
    @CallerParam() caller: Caller,
    @JsonBody(ProposeAdjustmentDto) body: ProposeAdjustmentDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { break: breakId, type, debitAccount, creditAccount, reason } = body;
    const amount = parseMoney(body.amount, '/amount');
    const entry = { type, debitAccount, creditAccount, amount, reason };
    const by = await this.registers.partyWithDelegates(caller);
    const deciding = { by, context: contextOf(body) };
    return answered(await this.adjustments.propose(breakId, entry, deciding), reply);
  }

  @Post(':id/approve')
  @HttpCode(200)
  @Scopes('approve')
  @ApiOperation({ summary: 'Approve an adjustment, as another person; nothing is posted by it' })
  async approve(
    @Param('id') id: string,
    @CallerParam() caller: Caller,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const by = await this.registers.partyWithDelegates(caller);
    const deciding = { by, context: contextOf() };
    return answered(await this.adjustments.approve(id, deciding), reply);
  }

  @Post(':id/reject')
  @HttpCode(200)
  @Scopes('approve', 'recon.review')
  @ApiOperation({ summary: 'Turn an adjustment down, with the reason' })
  async reject(
    @Param('id') id: string,
    @CallerParam() caller: Caller,
    @JsonBody(RejectAdjustmentDto) body: RejectAdjustmentDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const by = await this.registers.partyWithDelegates(caller);
    const deciding = { by, context: contextOf(body) };
    return answered(await this.adjustments.reject(id, body.reason, deciding), reply);
  }

  @Post(':id/posted')
  @HttpCode(200)
  @Scopes('recon.work', 'events.append')
  @ApiOperation({ summary: 'Report the posting of an approved adjustment' })
  async posted(
    @Param('id') id: string,
    @CallerParam() caller: Caller,
    @JsonBody(PostedAdjustmentDto) body: PostedAdjustmentDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { reference, object } = body;
    const postedOn = parseCivilDate(body.postedOn, '/postedOn');
    const by = await this.registers.partyWithDelegates(caller);
    const deciding = { by, context: contextOf(body) };
    const posting = { reference, postedOn, object };
    return answered(await this.adjustments.posted(id, posting, deciding), reply);
  }
}

function answered({ id, adjustment, executed }: DecidedAdjustment, reply: FastifyReply): object {
  writeHeaders(reply, { ...executed, location: `/v1/recon/adjustments/${id}` });
  const { proposed, status, posted } = adjustment;
  const { reference, postedOn, object } = posted ?? {};
  return {
    ...proposed,
    status,
    ...(posted === undefined ? {} : { posting: { reference, postedOn, object } }),
  };
}
