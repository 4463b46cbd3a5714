import { Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { type Caller, CallerParam, Command, type ContextOf, JsonBody, Scopes } from '../../http';
import { openedRegister } from './kind-controllers';
import { NoteDto, SodExceptionDto } from './register.dto';
import { SOD_EXCEPTION as kind } from './register-kinds.policy';

/** Approved, expiring permissions for one rule and person. */
@ApiTags('controls')
@Controller(`v1/controls/${kind.path}`)
export class ExceptionsController extends openedRegister(kind, SodExceptionDto, 'findings.work') {
  @Post(':id/evidence')
  @HttpCode(200)
  @Scopes('findings.work')
  @ApiOperation({
    summary: 'Record that the compensating control was performed, by another person',
  })
  evidence(
    @Param('id') id: string,
    @CallerParam() caller: Caller,
    @JsonBody(NoteDto) { note }: NoteDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const context = contextOf({ note });
    return this.decided({ kind, id }, { kind: 'evidence', note }, { caller, context, reply });
  }
}
