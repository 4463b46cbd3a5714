import { Controller, Get, HttpCode, Inject, Put, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { type Executor } from '../commanding';
import {
  type Caller,
  CallerParam,
  Command,
  type ContextOf,
  etag,
  EXECUTOR,
  JsonBody,
  Scopes,
  writeHeaders,
} from '../http';
import { retentionPolicies } from './policies.decider';
import { PutPoliciesDto } from './privacy.dto';
import { POLICIES_STREAM } from './privacy-streams';

/** How long personal values of each class are kept at least. */
@ApiTags('privacy')
@Controller('v1/privacy/policies')
export class PoliciesController {
  constructor(@Inject(EXECUTOR) private readonly executor: Executor) {}

  @Get()
  @Scopes('privacy.manage')
  @ApiOperation({ summary: 'Retention of personal values, by class' })
  async get(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const { state, revision } = await this.executor.load(POLICIES_STREAM, retentionPolicies);
    if (revision >= 0n) void reply.header('ETag', etag(revision));
    return { policies: state.policies };
  }

  @Put()
  @ApiBody({ type: PutPoliciesDto })
  @HttpCode(200)
  @Scopes('privacy.manage')
  @ApiOperation({ summary: 'Set all retention policies; nothing is erased by that' })
  async put(
    @JsonBody(PutPoliciesDto) body: PutPoliciesDto,
    @CallerParam() { client: by }: Caller,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const policies = body.policies.map(({ class: of, trigger, duration, authority }) => ({
      class: of,
      trigger,
      duration,
      authority,
    }));
    const executed = await this.executor.execute({
      stream: POLICIES_STREAM,
      decider: retentionPolicies,
      command: { policies, by },
      context: contextOf(body),
    });
    writeHeaders(reply, executed);
    return { policies: executed.state.policies };
  }
}
