import { Controller, Headers, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import {
  type Caller,
  CallerParam,
  Command,
  type ContextOf,
  idempotencyKeyOf,
  JsonBody,
  Scopes,
  writeHeaders,
} from '../../http';
import { TieoutError } from '../../kernel/errors';
import { type JsonObject } from '../../kernel/json';
import { CheckDesk, type Unread } from '../checks/check-desk';
import { type DecidedCheck } from '../checks/check.events';
import { answerOf } from './budget-answer';
import { BudgetCheckDto } from './budget-check.dto';
import { BudgetChecks } from './budget-checks';

/** Asked before the demand: is there a budget for it? */
@ApiTags('checks')
@Controller('v1')
export class BudgetChecksController {
  constructor(
    @Inject(BudgetChecks) private readonly checks: BudgetChecks,
    @Inject(CheckDesk) private readonly desk: CheckDesk,
  ) {}

  @Post('checks/budget')
  @HttpCode(200)
  @Scopes('controls.check')
  @ApiHeader({ name: 'Consistency-Token', required: false })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiOperation({
    summary: 'Whether there is a budget for an amount, with the arithmetic; holds it where asked',
  })
  async budget(
    @JsonBody(BudgetCheckDto) body: BudgetCheckDto,
    @CallerParam() caller: Caller,
    @Headers() headers: Readonly<Record<string, string | undefined>>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const unread = await this.reach(body, headers['consistency-token']);
    if (body.dryRun === true) return { dryRun: true, ...this.checks.answer(body, unread) };
    const key = keyOf(body, headers['idempotency-key']);
    const context = this.desk.contextOf(caller, request, { body, key });
    const name = { entity: body.entity, id: this.desk.idOf(context) };
    const by = caller.client;
    const earlier = key === undefined ? undefined : (await this.desk.load(name)).state.decided;
    const answer = earlier ?? {
      ...{ check: name.id, kind: 'budget', request: context.digest, by },
      ...(body.reserveFor === undefined
        ? this.checks.answer(body, unread)
        : await this.checks.reserve(body, unread, { id: name.id, context, by })),
    };
    const done = await this.desk.record(name, answer as DecidedCheck, context);
    writeHeaders(reply, done);
    return answerOf(done.state.decided ?? (answer as DecidedCheck));
  }

  /** What holds an amount leaves out nothing that anybody had recorded, and not only what the caller knows of. */
  private async reach(body: BudgetCheckDto, token: string | undefined): Promise<Unread[]> {
    const unread = await this.desk.reach(token);
    if (unread.length > 0 || body.reserveFor === undefined) return unread;
    return this.desk.reach(await this.desk.head());
  }

  @Post('budgets/:entity/:line/reservations/:check/release')
  @HttpCode(200)
  @Scopes('controls.check')
  @ApiOperation({ summary: 'Give back what the answer to a check holds of a budget' })
  async release(
    @Param('entity') entity: string,
    @Param('line') line: string,
    @Param('check') check: string,
    @CallerParam() caller: Caller,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonObject> {
    const place = { entity, line, check };
    const done = await this.checks.release(place, { context: contextOf(), by: caller.client });
    writeHeaders(reply, done);
    return { checkId: check, state: 'released' };
  }
}

/** An amount that is held must not be held twice because a reply was lost. */
function keyOf(body: BudgetCheckDto, header: string | undefined): string | undefined {
  if (header !== undefined) return idempotencyKeyOf(header);
  if (body.reserveFor === undefined) return undefined;
  throw new TieoutError(
    'idempotency-key-required',
    'A request that holds an amount needs an Idempotency-Key, fixed before the first attempt.',
  );
}
