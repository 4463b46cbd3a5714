import { Controller, HttpCode, Param, Post, Put, Req, Res, type Type } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import {
  type Caller,
  CallerParam,
  Command,
  type ContextOf,
  JsonBody,
  putContext,
  Scopes,
} from '../../http';
import { assertIdentifier } from '../../kernel/identifier';
import { bulkRoutes } from '../imports/bulk-routes';
import { plain } from './plain';
import { nameAfter, type RegisterBase } from './register-controllers';
import { type RegisterKind } from './register-kinds.policy';

/** A register whose entries have names of their own: `PUT` proposes the next version of one. */
export function namedRegister(kind: RegisterKind, dto: Type<object>): Type<object> {
  @ApiTags('controls')
  @Controller(`v1/controls/${kind.path}`)
  class NamedRegister extends bulkRoutes({ kind, dto, manage: 'config.manage' }) {
    @Put(':id')
    @HttpCode(200)
    @Scopes('config.manage')
    @ApiOperation({ summary: `Propose the ${kind.noun}; no effect before another person approves` })
    propose(
      @Param('id') id: string,
      @JsonBody(dto) body: object,
      @CallerParam() caller: Caller,
      @Req() request: FastifyRequest,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<object> {
      assertIdentifier(id, '/id');
      const entry = plain(body);
      const context = putContext(caller, request, entry);
      return this.proposed({ kind, id }, { entry }, { caller, context, reply });
    }
  }
  nameAfter(kind, NamedRegister);
  return NamedRegister;
}

/** A register whose entries are opened by a request: `POST` proposes one, and its id follows from the request. */
export function openedRegister(
  kind: RegisterKind,
  dto: Type<object>,
  manage: string,
): Type<RegisterBase> {
  @ApiTags('controls')
  @Controller(`v1/controls/${kind.path}`)
  class OpenedRegister extends bulkRoutes({ kind, dto, manage }) {
    @Post()
    @HttpCode(201)
    @Scopes(manage)
    @ApiOperation({ summary: `Propose a ${kind.noun}; no effect before another person approves` })
    propose(
      @JsonBody(dto) body: object,
      @CallerParam() caller: Caller,
      @Command() contextOf: ContextOf,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<object> {
      const context = contextOf(body);
      const id = this.executor.newAggregateId(context);
      return this.proposed({ kind, id }, { entry: plain(body) }, { caller, context, reply });
    }
  }
  nameAfter(kind, OpenedRegister);
  return OpenedRegister;
}
