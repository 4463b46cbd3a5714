import { Get, HttpCode, Inject, Param, Post, Req, Res, type Type } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { countEntries, listEntries, versionsOf } from '../../../projections/control-registers';
import { type ReadModel } from '../../../projections/read-model';
import { type CommandContext, type Executed, Executor } from '../../commanding';
import {
  type Caller,
  CallerParam,
  Command,
  type ContextOf,
  CURSORS,
  type Cursors,
  etag,
  EXECUTOR,
  JsonBody,
  Paging,
  READ_MODEL,
  Scopes,
  ValidQuery,
  writeHeaders,
} from '../../http';
import { notFound } from '../../kernel/errors';
import { NoteDto, RegisterQuery } from './register.dto';
import { registerOf, type RegisterState } from './register.decider';
import {
  type Decision,
  type EntryName,
  type Proposal,
  ControlRegisters,
  shown,
  streamOf,
} from './control-registers';
import { type RegisterKind } from './register-kinds.policy';

/** `manage` is the scope of whoever proposes. */
function readRoutes(kind: RegisterKind, manage: string): Type<RegisterBase> {
  class Reads extends RegisterBase {
    @Get()
    @Scopes('ledger.read', manage)
    @ApiOperation({ summary: `Every version of every ${kind.noun}, newest first` })
    list(
      @ValidQuery(RegisterQuery) query: RegisterQuery,
      @Req() request: FastifyRequest,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): object {
      const paging = new Paging(this.cursors, kind.path, query);
      const { state, person, rule } = query;
      const filter = { type: kind.type, state, person, rule };
      return this.readModel.query((db) => {
        const page = listEntries(db, { filter, ...paging.request });
        const more = query.count === 'exact' ? { count: countEntries(db, filter) } : {};
        return paging.send(page, { request, reply }, more);
      });
    }

    @Get(':id')
    @Scopes('ledger.read', manage)
    @ApiOperation({ summary: `One ${kind.noun}: what is in force, what waits, every version` })
    async get(
      @Param('id') id: string,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<object> {
      const name = { kind, id };
      const loaded = await this.executor.load(streamOf(name), registerOf(kind));
      if (loaded.revision < 0n) throw notFound(`The ${kind.noun} ${id}`);
      void reply.header('ETag', etag(loaded.revision));
      const versions = this.readModel.query((db) => versionsOf(db, kind.type, id));
      return { ...shown(name, loaded.state), versions };
    }
  }
  return Reads;
}

/** The routes that every register has. */
export function registerRoutes(kind: RegisterKind, manage: string): Type<RegisterBase> {
  class Decisions extends readRoutes(kind, manage) {
    @Post(':id/approve')
    @HttpCode(200)
    @Scopes('approve')
    @ApiOperation({ summary: `Put the proposed ${kind.noun} in force, as another person` })
    approve(
      @Param('id') id: string,
      @CallerParam() caller: Caller,
      @Command() contextOf: ContextOf,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<object> {
      return this.decided(
        { kind, id },
        { kind: 'approve' },
        { caller, context: contextOf(), reply },
      );
    }

    @Post(':id/reject')
    @HttpCode(200)
    @Scopes('approve')
    @ApiOperation({ summary: `Turn the proposed ${kind.noun} down` })
    reject(
      @Param('id') id: string,
      @CallerParam() caller: Caller,
      @JsonBody(NoteDto) { note }: NoteDto,
      @Command() contextOf: ContextOf,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<object> {
      const context = contextOf({ note });
      return this.decided({ kind, id }, { kind: 'reject', note }, { caller, context, reply });
    }

    @Post(':id/revoke')
    @HttpCode(200)
    @Scopes(manage)
    @ApiOperation({ summary: `End the ${kind.noun} in force, at once` })
    revoke(
      @Param('id') id: string,
      @CallerParam() caller: Caller,
      @JsonBody(NoteDto) { note }: NoteDto,
      @Command() contextOf: ContextOf,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<object> {
      const context = contextOf({ note });
      return this.decided({ kind, id }, { kind: 'revoke', note }, { caller, context, reply });
    }
  }
  return Decisions;
}

export interface Call {
  readonly caller: Caller;
  readonly context: CommandContext;
  readonly reply: FastifyReply;
}

/** What the routes of a register share; made once for each kind. */
export class RegisterBase {
  constructor(
    @Inject(ControlRegisters) protected readonly registers: ControlRegisters,
    @Inject(EXECUTOR) protected readonly executor: Executor,
    @Inject(READ_MODEL) protected readonly readModel: ReadModel,
    @Inject(CURSORS) protected readonly cursors: Cursors,
  ) {}

  protected async decided(
    name: EntryName,
    decision: { readonly kind: Decision; readonly note?: string },
    { reply, ...call }: Call,
  ): Promise<object> {
    return answered(name, await this.registers.decide(name, decision, call), reply);
  }

  protected async proposed(name: EntryName, proposal: Proposal, { reply, ...call }: Call) {
    const done = await this.registers.propose(name, proposal, call);
    void reply.status(done.revision === 0n ? 201 : 200);
    return answered(name, done, reply);
  }
}

function answered(name: EntryName, done: Executed<RegisterState>, reply: FastifyReply): object {
  writeHeaders(reply, { ...done, location: `/v1/controls/${name.kind.path}/${name.id}` });
  return shown(name, done.state);
}

/** Operations are named after the class in the API document, so that each register needs its own. */
export function nameAfter({ type }: RegisterKind, controller: Type<object>): void {
  const words = type.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  Object.defineProperty(controller, 'name', { value: `${words.join('')}Controller` });
}
