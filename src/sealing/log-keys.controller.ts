import { Controller, Get, Headers, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { Command, type ContextOf, JsonBody, Public, Scopes, writeHeaders } from '../http';
import { KeyChange, type LogKeys } from './key-change';
import { type KeyWindow } from './key-history';
import { RotateKeyDto } from './log-keys.dto';
import { offeredPolicy, type Policy } from './policy-file';

export const LOG_KEYS = Symbol('log-keys');
export const POLICY = Symbol('policy');

const OVERLAP_DAYS_DEFAULT = 30;

/** The keys that sign the log: which sizes each may sign, and how they change. */
@ApiTags('log')
@Controller('v1/log/keys')
export class LogKeysController {
  constructor(
    @Inject(LOG_KEYS) private readonly keys: LogKeys,
    private readonly change: KeyChange,
    @Inject(POLICY) private readonly policy: Policy | null,
  ) {}

  @Get()
  @Public('authenticated')
  @ApiOperation({
    summary:
      'Verification keys with the sizes they may sign; Accept: text/plain gives a policy file of those in service. Pin keys, do not learn them here',
  })
  list(
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string | object {
    const history = this.keys.history();
    if (accept?.includes('text/plain') === true) {
      void reply.header('Content-Type', 'text/plain; charset=utf-8');
      const vkeys = history.current.map(({ key }) => key.vkey);
      return offeredPolicy(vkeys, this.policy);
    }
    return {
      origin: history.origin,
      keys: history.windows.map(described),
      witnesses: [...(this.policy?.witnesses ?? [])].map(([name, { vkey }]) => ({ name, vkey })),
      quorum: this.policy?.quorum ?? 'none',
    };
  }

  @Post('rotate')
  @HttpCode(202)
  @Scopes('log.manage')
  @ApiOperation({ summary: 'Ask for a new key of the log; another person approves' })
  async rotate(
    @JsonBody(RotateKeyDto) body: RotateKeyDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { reason, overlapDays = OVERLAP_DAYS_DEFAULT } = body;
    const asked = await this.change.request(contextOf(body), { reason, overlapDays });
    const { id, state } = asked;
    writeHeaders(reply, { ...asked, location: `/v1/log/keys/rotate/${id}` });
    return { id, status: 'requested', ...state.request };
  }

  @Post('rotate/:id/approve')
  @HttpCode(202)
  @Scopes('log.manage')
  @ApiOperation({ summary: 'Approve a new key: it is made, announced and signs from now on' })
  async approve(
    @Param('id') id: string,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const approved = await this.change.approve(id, contextOf());
    writeHeaders(reply, approved);
    const { request, approvedBy } = approved.state;
    return { id, status: 'approved', ...request, approvedBy, vkey: approved.vkey };
  }
}

function described({ key, addedAt, lastSize, trustedSize }: KeyWindow): object {
  return {
    vkey: key.vkey,
    from: addedAt,
    to: lastSize ?? null,
    ...(trustedSize === undefined ? {} : { trustedSize }),
  };
}
