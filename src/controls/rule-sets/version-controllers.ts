import {
  Controller,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Put,
  Req,
  Res,
  type Type,
} from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { findVersion, listVersions, ruleBookIn } from '../../../projections/control-registers';
import { type Executed } from '../../commanding';
import {
  type Caller,
  CallerParam,
  Command,
  type ContextOf,
  JsonBody,
  Paging,
  putContext,
  Scopes,
  ValidQuery,
  writeHeaders,
} from '../../http';
import { fieldError, notFound } from '../../kernel/errors';
import { assertIdentifier } from '../../kernel/identifier';
import { type JsonObject } from '../../kernel/json';
import { ImportQuery } from '../imports/import.dto';
import { type Decision } from '../registers/control-registers';
import { type Call, nameAfter, RegisterBase } from '../registers/register-controllers';
import { plain } from '../registers/plain';
import { NoteDto } from '../registers/register.dto';
import { type RegisterState } from '../registers/register.decider';
import { type RegisterKind } from '../registers/register-kinds.policy';
import { EffectiveQuery, SimulateQuery, VersionsQuery } from './rule-set.dto';
import { Simulations } from './simulations';
import { type VersionContent, versionNumber } from './version-content';

function readRoutes({ kind, shipped, tell }: VersionContent): Type<RegisterBase> {
  class Reads extends RegisterBase {
    @Get()
    @Scopes('ledger.read', 'config.manage')
    @ApiOperation({ summary: `Every version of every ${kind.noun}, newest first` })
    list(
      @ValidQuery(VersionsQuery) query: VersionsQuery,
      @Req() request: FastifyRequest,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): object {
      const paging = new Paging(this.cursors, kind.path, query);
      const filter = { type: kind.type, state: query.state };
      const page = this.readModel.query((db) => listVersions(db, { filter, ...paging.request }));
      return paging.send(page, { request, reply });
    }

    @Get('in-force')
    @Scopes('ledger.read', 'config.manage')
    @ApiOperation({ summary: `The ${kind.noun} that judges the acts of a date` })
    inForce(@ValidQuery(EffectiveQuery) { effectiveOn }: EffectiveQuery): object {
      const date = effectiveOn ?? this.registers.today();
      const book = this.readModel.query((db) => ruleBookIn(db));
      const { isInForce, ...day } = book.ruleSetOn(date);
      const pin = kind.type === 'rule-set' ? day.ruleSet : day.dutyMapping;
      return { effectiveOn: date, isInForce, ...pin };
    }

    @Get(':id/versions/:version')
    @Scopes('ledger.read', 'config.manage')
    @ApiOperation({ summary: `One version of a ${kind.noun}, whole` })
    get(@Param('id') id: string, @Param('version') version: string): object {
      if (id === shipped.id && version === shipped.version)
        return { ...shipped, state: 'shipped', ...tell(shipped.entry) };
      const number = versionNumber(version);
      const found = this.readModel.query((db) =>
        number === undefined
          ? undefined
          : findVersion(db, { type: kind.type, id, version: number }),
      );
      if (found === undefined) throw notFound(`Version ${version} of the ${kind.noun} ${id}`);
      return { ...found, ...tell(found['entry'] as JsonObject) };
    }
  }
  return Reads;
}

/** A version is decided on under its number: what was read is what is approved. */
function decisionRoutes(content: VersionContent): Type<RegisterBase> {
  const { kind } = content;
  class Decisions extends readRoutes(content) {
    @Post(':id/versions/:version/approve')
    @HttpCode(200)
    @Scopes('approve')
    @ApiOperation({ summary: `Put a version of a ${kind.noun} in force, as another person` })
    approve(
      @Param('id') id: string,
      @Param('version') version: string,
      @CallerParam() caller: Caller,
      @Command() contextOf: ContextOf,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<object> {
      const decision = { kind: 'approve', version: numberOf(kind, version) } as const;
      return this.settled(id, decision, { caller, context: contextOf(), reply });
    }

    @Post(':id/versions/:version/reject')
    @HttpCode(200)
    @Scopes('approve')
    @ApiOperation({ summary: `Turn a proposed version of a ${kind.noun} down` })
    reject(
      @Param('id') id: string,
      @Param('version') version: string,
      @CallerParam() caller: Caller,
      @JsonBody(NoteDto) { note }: NoteDto,
      @Command() contextOf: ContextOf,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<object> {
      const decision = { kind: 'reject', note, version: numberOf(kind, version) } as const;
      return this.settled(id, decision, { caller, context: contextOf({ note }), reply });
    }

    private async settled(
      id: string,
      decision: { readonly kind: Decision; readonly note?: string; readonly version: number },
      { reply, ...call }: Call,
    ): Promise<object> {
      const done = await this.registers.decide({ kind, id }, decision, call);
      return answered({ content, id, version: decision.version }, done, reply);
    }
  }
  return Decisions;
}

/** A version is run over what is recorded before anybody approves it. */
function simulateRoutes(
  { kind, dayWith, tell }: VersionContent,
  base: Type<RegisterBase>,
): Type<RegisterBase> {
  class Simulates extends base {
    @Inject(Simulations) protected readonly simulations!: Simulations;

    @Post(':id/versions/:version/simulate')
    @HttpCode(200)
    @Scopes('ledger.read', 'config.manage')
    @ApiOperation({ summary: `Findings that a version of a ${kind.noun} would add and take away` })
    async simulate(
      @Param('id') id: string,
      @Param('version') version: string,
      @ValidQuery(SimulateQuery) { since }: SimulateQuery,
    ): Promise<JsonObject> {
      const number = numberOf(kind, version);
      const today = this.registers.today();
      const { found, day } = this.readModel.query((db) => ({
        found: findVersion(db, { type: kind.type, id, version: number }),
        day: ruleBookIn(db).ruleSetOn(today),
      }));
      if (found === undefined) throw notFound(`Version ${version} of the ${kind.noun} ${id}`);
      const entry = found['entry'] as JsonObject;
      const pin = { id, version, hash: String(found['hash']) };
      const from = `${since ?? `${today.slice(0, 4)}-01-01`}T00:00:00.000Z`;
      const { ruleSet, dutyMapping } = day;
      const result = await this.simulations.run(dayWith(entry, pin, day), from);
      const against = { ruleSet: { ...ruleSet }, dutyMapping: { ...dutyMapping } };
      return { simulated: pin, against, ...tell(entry), ...result };
    }
  }
  return Simulates;
}

/** Versions that begin on a date: proposed under a number of their own, approved by another person. */
export function versionedRegister(content: VersionContent, dto: Type<object>): Type<RegisterBase> {
  const { kind } = content;
  @ApiTags('controls')
  @Controller(`v1/controls/${kind.path}`)
  class Versioned extends simulateRoutes(content, decisionRoutes(content)) {
    @Put(':id/versions/:version')
    @HttpCode(200)
    @Scopes('config.manage')
    @ApiOperation({ summary: `Propose a version of a ${kind.noun}; no effect before its approval` })
    async propose(
      @Param('id') id: string,
      @Param('version') version: string,
      @ValidQuery(ImportQuery) { dryRun }: ImportQuery,
      @JsonBody(dto) body: object,
      @CallerParam() caller: Caller,
      @Req() request: FastifyRequest,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<object> {
      assertIdentifier(id, '/id');
      const entry = plain(body);
      const number = numberOf(kind, version);
      const proposal = { entry, version: number };
      if (dryRun === 'yes') {
        const reading = this.registers.reading();
        const isNew = await this.registers.preview({ kind, id }, proposal, { caller, reading });
        return { dryRun: true, id, version: number, isNew, ...content.tell(entry) };
      }
      const context = putContext(caller, request, entry);
      const done = await this.registers.propose({ kind, id }, proposal, { caller, context });
      if (!done.replayed && done.events.length > 0) void reply.status(201);
      return answered({ content, id, version: number }, done, reply);
    }
  }
  nameAfter(kind, Versioned);
  return Versioned;
}

interface VersionName {
  readonly content: VersionContent;
  readonly id: string;
  readonly version: number;
}

function answered(
  { content: { kind, tell }, id, version }: VersionName,
  done: Executed<RegisterState>,
  reply: FastifyReply,
): object {
  writeHeaders(reply, { ...done, location: `/v1/controls/${kind.path}/${id}/versions/${version}` });
  const own = done.state.versions.find((one) => one.version === version);
  if (own === undefined) return { id, version };
  const { hash = '', by, entry } = own;
  return { id, version, state: stateOf(own), hash, by, ...tell(entry) };
}

const stateOf = ({ approved, rejected }: RegisterState['versions'][number]): string =>
  approved === undefined ? (rejected === undefined ? 'proposed' : 'rejected') : 'approved';

/** @throws TieoutError `contract-violation` */
function numberOf({ noun }: RegisterKind, text: string): number {
  const number = versionNumber(text);
  if (number !== undefined) return number;
  throw fieldError(
    'contract-violation',
    '/version',
    `versions of a ${noun} that are proposed here are numbered from 1.`,
  );
}
