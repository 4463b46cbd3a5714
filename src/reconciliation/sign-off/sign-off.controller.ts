import { Controller, Headers, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { type Executed } from '../../commanding';
import {
  type Caller,
  CallerParam,
  Command,
  type ContextOf,
  hashMatch,
  JsonBody,
  Scopes,
} from '../../http';
import { TieoutError } from '../../kernel/errors';
import { ReasonDto } from '../close/period.dto';
import { type SignOffLevel } from '../close/period.events';
import { SignDto } from './sign-off.dto';
import { SignOffDesk } from './sign-off-desk';
import { liveSignatures, type SignOffState } from './sign-off-state.policy';

const SCOPE_OF: Readonly<Record<SignOffLevel, string>> = {
  PREPARE: 'recon.work',
  REVIEW: 'recon.review',
  APPROVE: 'approve',
};

/** Signs, rejects and withdraws. A signature names the hash of the figures that it is about. */
@ApiTags('close')
@Controller('v1/recon/reconciliations/:id')
export class SignOffController {
  constructor(@Inject(SignOffDesk) private readonly desk: SignOffDesk) {}

  @Post('sign-offs')
  @HttpCode(201)
  @Scopes('recon.work', 'recon.review', 'approve')
  @ApiOperation({ summary: 'Sign as preparer, reviewer or approver; If-Match is the live hash' })
  async sign(
    @Param('id') id: string,
    @CallerParam() caller: Caller,
    @JsonBody(SignDto) body: SignDto,
    @Command({ ifMatch: 'hash' }) contextOf: ContextOf,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { level, statement } = body;
    const scope = SCOPE_OF[level];
    if (!caller.scopes.has(scope))
      throw new TieoutError('scope-missing', `${level} needs the scope ${scope}.`, { scope });
    const hash = hashMatch(ifMatch);
    const context = contextOf({ level, statement, hash });
    const executed = await this.desk.sign(id, { level, statement, hash }, { caller, context });
    return { ...answered(id, executed, reply), level, hash };
  }

  @Post('sign-offs/:level/withdraw')
  @HttpCode(200)
  @Scopes('recon.work', 'recon.review', 'approve')
  @ApiOperation({ summary: 'Take back one’s own signature, before a higher level has signed' })
  async withdraw(
    @Param() { id, level }: { readonly id: string; readonly level: string },
    @CallerParam() caller: Caller,
    @JsonBody(ReasonDto) { reason }: ReasonDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const known = levelOf(level);
    const context = contextOf({ reason });
    const executed = await this.desk.withdraw(id, { level: known, reason }, { caller, context });
    return answered(id, executed, reply);
  }

  @Post('reject')
  @HttpCode(200)
  @Scopes('recon.review', 'approve')
  @ApiOperation({ summary: 'Send a signed reconciliation back to its preparer, with a reason' })
  async reject(
    @Param('id') id: string,
    @CallerParam() caller: Caller,
    @JsonBody(ReasonDto) { reason }: ReasonDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const context = contextOf({ reason });
    return answered(id, await this.desk.reject(id, reason, { caller, context }), reply);
  }
}

function levelOf(text: string): SignOffLevel {
  if (text === 'PREPARE' || text === 'REVIEW' || text === 'APPROVE') return text;
  throw new TieoutError('not-found', `There is no level ${text}: PREPARE, REVIEW or APPROVE.`);
}

/** The ETag of a reconciliation is the hash of its figures, not a revision: none is sent here. */
function answered(
  id: string,
  { state, position, replayed }: Executed<SignOffState>,
  reply: FastifyReply,
): object {
  if (position !== undefined) void reply.header('Consistency-Token', position);
  if (replayed) void reply.header('Idempotency-Replayed', 'true');
  void reply.header('Location', `/v1/recon/reconciliations/${id}`);
  return { id, signed: liveSignatures(state).map(({ level, by, at }) => ({ level, by, at })) };
}
