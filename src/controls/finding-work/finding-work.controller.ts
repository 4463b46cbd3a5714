import { Controller, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { type ReadModel } from '../../../projections/read-model';
import { findFinding } from '../../../projections/sod-findings';
import { type CommandContext, Executor } from '../../commanding';
import {
  type Caller,
  CallerParam,
  CLOCK,
  Command,
  type ContextOf,
  EXECUTOR,
  JsonBody,
  READ_MODEL,
  Scopes,
  writeHeaders,
} from '../../http';
import { notFound } from '../../kernel/errors';
import { type Clock, type Instant } from '../../kernel/runtime';
import { streamName } from '../../kernel/stream-name';
import { isInForce, type Registers } from '../registers.policy';
import { ControlRegisters } from '../registers/control-registers';
import { type FindingWorkCommand, findingWork, type WorkedFinding } from './finding-work.decider';
import { AssignFindingDto, DisposeFindingDto, ReopenFindingDto } from './finding-work.dto';

type Wish = FindingWorkCommand extends infer C
  ? C extends FindingWorkCommand
    ? Omit<C, 'finding' | 'by' | 'at'>
    : never
  : never;

interface Call {
  readonly caller: Caller;
  readonly context: CommandContext;
  readonly reply: FastifyReply;
}

/** Work on findings: who takes care, and what was decided. */
@ApiTags('findings')
@Controller('v1/findings')
export class FindingWorkController {
  constructor(
    @Inject(EXECUTOR) private readonly executor: Executor,
    @Inject(READ_MODEL) private readonly readModel: ReadModel,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(ControlRegisters) private readonly registers: ControlRegisters,
  ) {}

  @Post(':id/assign')
  @HttpCode(200)
  @Scopes('findings.work')
  @ApiOperation({ summary: 'Say who takes care of a finding, and until when' })
  assign(
    @Param('id') id: string,
    @CallerParam() caller: Caller,
    @JsonBody(AssignFindingDto) body: AssignFindingDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { owner, due } = body;
    const wish = { kind: 'assign', owner, ...(due === undefined ? {} : { due }) } as const;
    return this.work(id, wish, { caller, context: contextOf(body), reply });
  }

  @Post(':id/dispose')
  @HttpCode(200)
  @Scopes('findings.work')
  @ApiOperation({
    summary: 'Decide on a finding as it is proved now; critical and high ones need approval',
  })
  dispose(
    @Param('id') id: string,
    @CallerParam() caller: Caller,
    @JsonBody(DisposeFindingDto) body: DisposeFindingDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { outcome, reason, evidence, reference } = body;
    const more = reference === undefined ? {} : { reference };
    const wish = { kind: 'dispose', outcome, reason, evidence, ...more } as const;
    return this.work(id, wish, { caller, context: contextOf(body), reply });
  }

  @Post(':id/approve')
  @HttpCode(200)
  @Scopes('approve')
  @ApiOperation({ summary: 'Approve the decision on a finding, as another person' })
  approve(
    @Param('id') id: string,
    @CallerParam() caller: Caller,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return this.work(id, { kind: 'approve' }, { caller, context: contextOf(), reply });
  }

  @Post(':id/reopen')
  @HttpCode(200)
  @Scopes('findings.work')
  @ApiOperation({ summary: 'Take the decision on a finding back' })
  reopen(
    @Param('id') id: string,
    @CallerParam() caller: Caller,
    @JsonBody(ReopenFindingDto) body: ReopenFindingDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const wish = { kind: 'reopen', reason: body.reason } as const;
    return this.work(id, wish, { caller, context: contextOf(body), reply });
  }

  private async work(id: string, wish: Wish, { caller, context, reply }: Call): Promise<object> {
    const at = this.clock.now();
    const finding = this.findingOf(id, at);
    const by = await this.registers.partyOf(caller);
    const done = await this.executor.execute({
      stream: streamName('sod-finding', '_', id),
      decider: findingWork,
      command: { ...wish, finding, by, at },
      context,
    });
    writeHeaders(reply, done);
    const { disposed, isApproved } = done.state;
    return {
      id,
      ...(disposed === undefined
        ? {}
        : { disposition: { ...disposed, state: isApproved ? 'effective' : 'waiting' } }),
    };
  }

  private findingOf(id: string, now: Instant): WorkedFinding {
    const found = this.readModel.query((db) => findFinding(db, { id, now }));
    if (found === undefined) throw notFound(`The finding ${id}`);
    const { evidence, severity, events } = found;
    const persons = new Set(events.flatMap((event) => event.persons));
    for (const delegate of delegatesOf(persons, this.registers.registers(), now))
      persons.add(delegate);
    return { evidence, severity, concerned: [...persons] };
  }
}

/** Whoever acts for one of the persons now. */
function delegatesOf(
  persons: ReadonlySet<string>,
  { delegations }: Registers,
  now: Instant,
): string[] {
  return delegations
    .filter((one) => persons.has(one.fromPerson) && isInForce(one, now))
    .filter(({ revokedAt }) => revokedAt === undefined || now < revokedAt)
    .map(({ toPerson }) => toPerson);
}
