import { Controller, HttpCode, Param, Post, Res, type Type } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { type Caller, CallerParam, Command, type ContextOf, JsonBody, Scopes } from '../../http';
import { openedRegister } from './kind-controllers';
import { nameAfter } from './register-controllers';
import { EmergencySessionDto, NoteDto, SodExceptionDto } from './register.dto';
import { EMERGENCY_SESSION, type RegisterKind, SOD_EXCEPTION } from './register-kinds.policy';

interface Noted {
  readonly kind: RegisterKind;
  readonly dto: Type<object>;
  /** what another person records about an entry in force */
  readonly verb: 'evidence' | 'review';
  readonly summary: string;
}

/** A register opened by a request, about whose entries another person records something afterwards. */
function notedRegister({ kind, dto, verb, summary }: Noted): Type<object> {
  @ApiTags('controls')
  @Controller(`v1/controls/${kind.path}`)
  class NotedRegister extends openedRegister(kind, dto, 'findings.work') {
    @Post(`:id/${verb}`)
    @HttpCode(200)
    @Scopes('findings.work')
    @ApiOperation({ summary })
    note(
      @Param('id') id: string,
      @CallerParam() caller: Caller,
      @JsonBody(NoteDto) { note }: NoteDto,
      @Command() contextOf: ContextOf,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<object> {
      const context = contextOf({ note });
      return this.decided({ kind, id }, { kind: verb, note }, { caller, context, reply });
    }
  }
  nameAfter(kind, NotedRegister);
  return NotedRegister;
}

/** Approved, expiring permissions for one rule and person. */
export const ExceptionsController = notedRegister({
  kind: SOD_EXCEPTION,
  dto: SodExceptionDto,
  verb: 'evidence',
  summary: 'Record that the compensating control was performed, by another person',
});

/** Time-boxed elevated access, approved before and reviewed after. */
export const EmergencySessionsController = notedRegister({
  kind: EMERGENCY_SESSION,
  dto: EmergencySessionDto,
  verb: 'review',
  summary: 'Record the review of the session, by another person',
});
