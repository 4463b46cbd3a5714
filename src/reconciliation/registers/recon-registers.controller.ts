import { Controller, Get, HttpCode, Inject, Param, Post, Put, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import {
  type Caller,
  CallerParam,
  Command,
  type ContextOf,
  etag,
  JsonBody,
  putContext,
  Scopes,
  writeHeaders,
} from '../../http';
import { type Executed } from '../../commanding';
import { type RegisterState } from '../../controls';
import { notFound } from '../../kernel/errors';
import { type JsonObject } from '../../kernel/json';
import { isFiscalPeriod } from '../breaks/break-work.policy';
import { BreakRulesDto, MaterialityDto, RejectionDto } from './recon-register.dto';
import { type ReconEntry, ReconRegisters, shownEntry } from './recon-registers';
import { BREAK_RULES, MATERIALITY } from './register-kinds.policy';

const ENTITY = /^[A-Za-z0-9_.-]{1,32}$/;
const DEFINITION = /^[a-z0-9][a-z0-9-]{0,63}$/;

interface Answering {
  readonly reply: FastifyReply;
  readonly location: string;
}

/** Materiality by entity and fiscal period. */
@ApiTags('reconciliation')
@Controller('v1/materiality/:entity/:period')
export class MaterialityController {
  constructor(@Inject(ReconRegisters) private readonly registers: ReconRegisters) {}

  @Get()
  @Scopes('ledger.read', 'config.manage')
  @ApiOperation({ summary: 'Materiality of a period: in force, waiting, every version' })
  async get(
    @Param('entity') entity: string,
    @Param('period') period: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { revision, shown } = await this.registers.read(materialityOf(entity, period));
    void reply.header('ETag', etag(revision));
    return { entity, period, ...shown };
  }

  @Put()
  @HttpCode(200)
  @Scopes('config.manage')
  @ApiOperation({ summary: 'Propose the three levels; no effect before another person approves' })
  async propose(
    @Param('entity') entity: string,
    @Param('period') period: string,
    @JsonBody(MaterialityDto) body: MaterialityDto,
    @CallerParam() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const entry = plain(body);
    const name = materialityOf(entity, period);
    const context = putContext(caller, request, entry);
    const done = await this.registers.propose(name, entry, { caller, context });
    if (done.revision === 0n) void reply.status(201);
    return answered(name, done, { reply, location: `/v1/materiality/${entity}/${period}` });
  }

  @Post('approve')
  @HttpCode(200)
  @Scopes('approve')
  @ApiOperation({ summary: 'Put the proposed materiality in force, as another person' })
  async approve(
    @Param('entity') entity: string,
    @Param('period') period: string,
    @CallerParam() caller: Caller,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const name = materialityOf(entity, period);
    const call = { caller, context: contextOf() };
    const done = await this.registers.decide(name, { kind: 'approve' }, call);
    return answered(name, done, { reply, location: `/v1/materiality/${entity}/${period}` });
  }

  @Post('reject')
  @HttpCode(200)
  @Scopes('approve')
  @ApiOperation({ summary: 'Turn the proposed materiality down' })
  async reject(
    @Param('entity') entity: string,
    @Param('period') period: string,
    @JsonBody(RejectionDto) { note }: RejectionDto,
    @CallerParam() caller: Caller,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const name = materialityOf(entity, period);
    const call = { caller, context: contextOf({ note }) };
    const done = await this.registers.decide(name, { kind: 'reject', note }, call);
    return answered(name, done, { reply, location: `/v1/materiality/${entity}/${period}` });
  }
}

/** Routing and limits of the breaks of a definition. */
@ApiTags('reconciliation')
@Controller('v1/recon/break-rules/:definition')
export class BreakRulesController {
  constructor(@Inject(ReconRegisters) private readonly registers: ReconRegisters) {}

  @Get()
  @Scopes('ledger.read', 'config.manage')
  @ApiOperation({ summary: 'Routing and limits: in force, waiting, every version' })
  async get(
    @Param('definition') definition: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { revision, shown } = await this.registers.read(rulesOf(definition));
    void reply.header('ETag', etag(revision));
    return shown;
  }

  @Put()
  @HttpCode(200)
  @Scopes('config.manage')
  @ApiOperation({ summary: 'Propose routing and limits; no effect before another approves' })
  async propose(
    @Param('definition') definition: string,
    @JsonBody(BreakRulesDto) body: BreakRulesDto,
    @CallerParam() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const entry = plain(body);
    const name = rulesOf(definition);
    const context = putContext(caller, request, entry);
    const done = await this.registers.propose(name, entry, { caller, context });
    if (done.revision === 0n) void reply.status(201);
    return answered(name, done, { reply, location: `/v1/recon/break-rules/${definition}` });
  }

  @Post('approve')
  @HttpCode(200)
  @Scopes('approve')
  @ApiOperation({ summary: 'Put the proposed rules in force, as another person' })
  async approve(
    @Param('definition') definition: string,
    @CallerParam() caller: Caller,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const name = rulesOf(definition);
    const call = { caller, context: contextOf() };
    const done = await this.registers.decide(name, { kind: 'approve' }, call);
    return answered(name, done, { reply, location: `/v1/recon/break-rules/${definition}` });
  }

  @Post('reject')
  @HttpCode(200)
  @Scopes('approve')
  @ApiOperation({ summary: 'Turn the proposed rules down' })
  async reject(
    @Param('definition') definition: string,
    @JsonBody(RejectionDto) { note }: RejectionDto,
    @CallerParam() caller: Caller,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const name = rulesOf(definition);
    const call = { caller, context: contextOf({ note }) };
    const done = await this.registers.decide(name, { kind: 'reject', note }, call);
    return answered(name, done, { reply, location: `/v1/recon/break-rules/${definition}` });
  }
}

function materialityOf(entity: string, period: string): ReconEntry {
  if (!ENTITY.test(entity) || !isFiscalPeriod(period))
    throw notFound(`The materiality of ${entity} for ${period}`);
  return { kind: MATERIALITY, entity, id: period };
}

function rulesOf(definition: string): ReconEntry {
  if (!DEFINITION.test(definition)) throw notFound(`The break rules of ${definition}`);
  return { kind: BREAK_RULES, entity: '_', id: definition };
}

const plain = (body: object): JsonObject => JSON.parse(JSON.stringify(body)) as JsonObject;

function answered(
  name: ReconEntry,
  done: Executed<RegisterState>,
  { reply, location }: Answering,
): object {
  writeHeaders(reply, { ...done, location });
  return shownEntry(name, done.state);
}
