import { Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { type Caller, CallerParam, Command, type ContextOf, JsonBody, Scopes } from '../../http';
import { openedRegister } from './kind-controllers';
import { NoteDto, EmergencySessionDto } from './register.dto';
import { EMERGENCY_SESSION as kind } from './register-kinds.policy';

/** Time-boxed elevated access, approved before and reviewed after. */
@ApiTags('controls')
@Controller(`v1/controls/${kind.path}`)
export class EmergencySessionsController extends openedRegister(
  kind,
  EmergencySessionDto,
  'findings.work',
) {
  @Post(':id/review')
  @HttpCode(200)
  @Scopes('findings.work')
  @ApiOperation({ summary: 'Record the review of the session, by another person' })
  review(
    @Param('id') id: string,
    @CallerParam() caller: Caller,
    @JsonBody(NoteDto) { note }: NoteDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const context = contextOf({ note });
    return this.decided({ kind, id }, { kind: 'review', note }, { caller, context, reply });
  }
}
