import { Controller, Headers, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiExtraModels, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type CommandContext, type Executed } from '../../commanding';
import { type Caller, CallerParam, JsonBodyOf, Scopes, writeHeaders } from '../../http';
import { CheckDesk, type Unread } from './check-desk';
import { type CheckState } from './check.decider';
import { type CheckDecided } from './check.events';
import { decided, shown } from './duty-answer';
import { DutyCheckDto, DutyChecksDto } from './duty-check.dto';
import { DutyChecks } from './duty-checks';

interface Asking {
  readonly caller: Caller;
  readonly request: FastifyRequest;
  readonly unread: readonly Unread[];
}

interface Asked {
  readonly id: string;
  readonly step: DutyCheckDto;
  readonly context: CommandContext;
  readonly record: CheckDecided;
  readonly about: object;
}

interface Answered {
  readonly body: object;
  /** undefined of a dry run */
  readonly done?: Executed<CheckState>;
}

/** Asked before the act: may this person take this step? */
@ApiTags('checks')
@ApiExtraModels(DutyChecksDto)
@Controller('v1/checks')
export class DutyChecksController {
  constructor(
    @Inject(DutyChecks) private readonly checks: DutyChecks,
    @Inject(CheckDesk) private readonly desk: CheckDesk,
  ) {}

  @Post('duty')
  @HttpCode(200)
  @Scopes('controls.check')
  @ApiHeader({ name: 'Consistency-Token', required: false })
  @ApiOperation({
    summary:
      'Allow, escalate or deny a step, or several, by duties, authority and approvals; recorded unless a dry run',
  })
  async duty(
    @JsonBodyOf(({ items }) => (items === undefined ? DutyCheckDto : DutyChecksDto))
    body: DutyCheckDto | DutyChecksDto,
    @CallerParam() caller: Caller,
    @Headers('consistency-token') token: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const asking = { caller, request, unread: await this.desk.reach(token) };
    const steps = body instanceof DutyChecksDto ? body.items : [body];
    // Every question is understood before an answer is recorded.
    const asked = steps.map((step) => this.ask(step, asking));
    const told = await Promise.all(asked.map((one) => this.tell(one)));
    const last = told.findLast(({ done }) => done !== undefined)?.done;
    if (last !== undefined && steps.length === 1) writeHeaders(reply, last);
    if (last?.position !== undefined) void reply.header('Consistency-Token', last.position);
    const answers = told.map((one) => one.body);
    return body instanceof DutyChecksDto ? { items: answers } : (answers[0] ?? {});
  }

  /** Each step is judged against what is recorded, and not against the other ones. */
  private ask(step: DutyCheckDto, { caller, request, unread }: Asking): Asked {
    const context = this.desk.contextOf(caller, request, { body: step });
    const id = this.desk.idOf(context);
    const answer = this.checks.answer(id, step, unread);
    const record = decided(id, answer, { caller, request: context.digest });
    return { id, step, context, record, about: shown(answer, id) };
  }

  private async tell({ id, step, context, record, about }: Asked): Promise<Answered> {
    if (step.dryRun === true) return { body: { dryRun: true, ...about } };
    const done = await this.desk.record({ entity: step.entity, id }, record, context);
    return { body: { checkId: id, ...about }, done };
  }
}
