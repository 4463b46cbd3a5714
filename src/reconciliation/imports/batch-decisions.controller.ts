import { Controller, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { batchStreamOf } from '../../../projections/reconciliation-board/imports.view';
import { ReconPages } from '../../../projections/reconciliation-board/recon-pages';
import { Executor } from '../../commanding';
import { ControlRegisters } from '../../controls';
import {
  type Caller,
  CallerParam,
  CLOCK,
  Command,
  type ContextOf,
  EXECUTOR,
  JsonBody,
  Scopes,
  writeHeaders,
} from '../../http';
import { type Clock } from '../../kernel/runtime';
import { AcceptControlsDto, WithdrawBatchDto } from './batch-decisions.dto';
import { batchDecision, type DecideBatch } from './batch.decider';

interface Call {
  readonly caller: Caller;
  readonly context: ReturnType<ContextOf>;
  readonly reply: FastifyReply;
}

/** What persons decide about imported files. */
@ApiTags('reconciliation')
@Controller('v1/recon/imports')
export class BatchDecisionsController {
  constructor(
    @Inject(EXECUTOR) private readonly executor: Executor,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(ControlRegisters) private readonly registers: ControlRegisters,
    @Inject(ReconPages) private readonly pages: ReconPages,
  ) {}

  @Post(':id/accept-controls')
  @HttpCode(200)
  @Scopes('recon.work')
  @ApiOperation({ summary: 'Accept a file whose controls failed, as a named person with a reason' })
  acceptControls(
    @Param('id') id: string,
    @CallerParam() caller: Caller,
    @JsonBody(AcceptControlsDto) body: AcceptControlsDto,
    @Command({ ifMatch: 'required' }) contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const wish = { kind: 'accept-controls', reason: body.reason } as const;
    return this.decide(id, wish, { caller, context: contextOf(body), reply });
  }

  @Post(':id/withdraw')
  @HttpCode(200)
  @Scopes('recon.work')
  @ApiOperation({ summary: 'Take a file back; its lines leave with the next run' })
  withdraw(
    @Param('id') id: string,
    @CallerParam() caller: Caller,
    @JsonBody(WithdrawBatchDto) body: WithdrawBatchDto,
    @Command({ ifMatch: 'required' }) contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { reason, supersededBy } = body;
    if (supersededBy !== undefined) this.streamOf(supersededBy);
    const wish = { kind: 'withdraw', reason, supersededBy } as const;
    return this.decide(id, wish, { caller, context: contextOf(body), reply });
  }

  private async decide(
    id: string,
    wish: Omit<DecideBatch, 'by' | 'at'>,
    { caller, context, reply }: Call,
  ): Promise<object> {
    const stream = this.streamOf(id);
    const by = await this.registers.partyWithDelegates(caller);
    const command = { ...wish, by, at: this.clock.now() };
    const executed = await this.executor.execute({
      stream,
      decider: batchDecision,
      command,
      context,
    });
    writeHeaders(reply, { ...executed, location: `/v1/recon/imports/${id}` });
    const { accepted, withdrawn } = executed.state;
    return {
      id,
      ...(accepted === undefined ? {} : { controlsAccepted: accepted }),
      ...(withdrawn === undefined ? {} : { withdrawn }),
    };
  }

  private streamOf(id: string): string {
    return this.pages.one(`The import ${id}`, (db) => batchStreamOf(db, id));
  }
}
