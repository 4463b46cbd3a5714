import { Controller, HttpCode, Inject, Param, Post, Put, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { type Executed } from '../../commanding';
import {
  type Caller,
  CallerParam,
  Command,
  type ContextOf,
  JsonBody,
  Scopes,
  writeHeaders,
} from '../../http';
import { present } from '../../kernel/present';
import { SignOffWatch } from '../sign-off/sign-off-watch';
import { taskOf } from './open-period';
import { ChecklistDto, OpenPeriodDto, ReasonDto, StepDto, TaskDoneDto } from './period.dto';
import { PeriodDesk } from './period-desk';
import { type PeriodState } from './period-state.policy';

/** Opens and soft-closes fiscal periods and works their checklists. */
@ApiTags('close')
@Controller('v1/periods/:entity/:period')
export class PeriodsController {
  constructor(
    @Inject(PeriodDesk) private readonly desk: PeriodDesk,
    @Inject(SignOffWatch) private readonly watch: SignOffWatch,
  ) {}

  @Post('open')
  @HttpCode(201)
  @Scopes('close.manage')
  @ApiOperation({ summary: 'Open a fiscal period and say what has to be reconciled' })
  async open(
    @Param('entity') entity: string,
    @Param('period') period: string,
    @CallerParam() caller: Caller,
    @JsonBody(OpenPeriodDto) body: OpenPeriodDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const name = { entity, period };
    const executed = await this.desk.open(name, body, { caller, context: contextOf(body) });
    return answered(name, executed, reply);
  }

  @Post('soft-close')
  @HttpCode(200)
  @Scopes('close.manage')
  @ApiOperation({ summary: 'From here adjusting entries only; every side has to be imported' })
  async softClose(
    @Param('entity') entity: string,
    @Param('period') period: string,
    @CallerParam() caller: Caller,
    @JsonBody(StepDto) body: StepDto,
    @Command({ ifMatch: 'required' }) contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const name = { entity, period };
    const call = { caller, context: contextOf(body) };
    const executed = await this.desk.softClose(name, body.reason, call);
    await this.watch.round();
    return answered(name, executed, reply);
  }

  @Put('checklist')
  @Scopes('close.manage')
  @ApiOperation({ summary: 'Set the tasks of the close: owners, due dates and what comes first' })
  async setChecklist(
    @Param('entity') entity: string,
    @Param('period') period: string,
    @CallerParam() caller: Caller,
    @JsonBody(ChecklistDto) body: ChecklistDto,
    @Command({ ifMatch: 'required' }) contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const name = { entity, period };
    const wish = { kind: 'set-checklist', tasks: body.tasks.map(taskOf) } as const;
    const executed = await this.desk.execute(name, wish, { caller, context: contextOf(body) });
    return answered(name, executed, reply);
  }

  @Post('checklist/:task/done')
  @HttpCode(200)
  @Scopes('close.manage')
  @ApiOperation({
    summary: 'A task is done, with evidence by hash; a second call by its reviewer ends it',
  })
  async taskDone(
    @Param() { entity, period, task }: TaskParams,
    @CallerParam() caller: Caller,
    @JsonBody(TaskDoneDto) body: TaskDoneDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const name = { entity, period };
    const evidence = body.evidence ?? [];
    const wish = present({ kind: 'task-done' as const, task, evidence, note: body.note });
    const executed = await this.desk.execute(name, wish, { caller, context: contextOf(body) });
    return answered(name, executed, reply);
  }

  @Post('checklist/:task/waive')
  @HttpCode(200)
  @Scopes('approve')
  @ApiOperation({ summary: 'Let a task off, with a reason; not by its owner' })
  async waiveTask(
    @Param() { entity, period, task }: TaskParams,
    @CallerParam() caller: Caller,
    @JsonBody(ReasonDto) body: ReasonDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const name = { entity, period };
    const wish = { kind: 'task-waive', task, reason: body.reason } as const;
    const executed = await this.desk.execute(name, wish, { caller, context: contextOf(body) });
    return answered(name, executed, reply);
  }

  @Post('checklist/:task/reopen')
  @HttpCode(200)
  @Scopes('close.manage')
  @ApiOperation({ summary: 'A task is not done after all' })
  async reopenTask(
    @Param() { entity, period, task }: TaskParams,
    @CallerParam() caller: Caller,
    @JsonBody(ReasonDto) body: ReasonDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const name = { entity, period };
    const wish = { kind: 'task-reopen', task, reason: body.reason } as const;
    const executed = await this.desk.execute(name, wish, { caller, context: contextOf(body) });
    return answered(name, executed, reply);
  }
}

interface TaskParams {
  readonly entity: string;
  readonly period: string;
  readonly task: string;
}

interface Named {
  readonly entity: string;
  readonly period: string;
}

/** State and checklist after a step. */
export function answered(
  { entity, period }: Named,
  executed: Executed<PeriodState>,
  reply: FastifyReply,
): object {
  writeHeaders(reply, { ...executed, location: `/v1/periods/${entity}/${period}` });
  const { status, opened, closings, tasks } = executed.state;
  return {
    entity,
    period,
    status,
    from: opened?.from,
    to: opened?.to,
    version: closings.length,
    tasks,
  };
}
