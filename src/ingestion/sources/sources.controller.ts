import { Controller, Get, Headers, HttpCode, Inject, Param, Put, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { canonicalBytes } from '../../kernel/canonical-json';
import { notFound, TieoutError } from '../../kernel/errors';
import { sha256Hex } from '../../kernel/hash';
import { parseInstant } from '../../kernel/instant';
import { type JsonObject } from '../../kernel/json';
import { type CommandContext, Executor } from '../../commanding';
import {
  type Caller,
  CallerParam,
  etag,
  EXECUTOR,
  JsonBody,
  pointerOf,
  revisionOf,
  Scopes,
  validated,
} from '../../http';
import { type SourceSettings } from '../sources.events';
import { SourceRegister, SOURCES_STREAM } from './source-register';
import { sourceRegister, type RegisteredSource } from './source-register.decider';
import { PutSourceDto, SourceIdDto } from './source.dto';

/** Source systems: who may be named in an event, and what was agreed with each. */
@ApiTags('sources')
@Controller('v1/sources')
export class SourcesController {
  constructor(
    @Inject(EXECUTOR) private readonly executor: Executor,
    @Inject(SourceRegister) private readonly register: SourceRegister,
  ) {}

  /** Every registered source, in the order of registration. */
  @Get()
  @Scopes('ledger.read', 'config.manage')
  @ApiOperation({ summary: 'Every registered source, in the order of registration' })
  async list(): Promise<object> {
    await this.register.refresh();
    return { items: this.register.all().map(shown) };
  }

  @Get(':id')
  @Scopes('ledger.read', 'config.manage')
  @ApiOperation({ summary: 'One source and what was agreed with it' })
  async get(
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    await this.register.refresh();
    const source = this.register.get(id);
    if (source === undefined) throw notFound(`The source ${id}`);
    void reply.header('ETag', etag(source.revision));
    return shown(source);
  }

  /** Registers a source (`If-None-Match: *`) or changes what was agreed with it (`If-Match`). */
  @Put(':id')
  @HttpCode(200)
  @Scopes('config.manage')
  @ApiOperation({ summary: 'Register a source, or change what was agreed with it' })
  async put(
    @Param('id') id: string,
    @JsonBody(PutSourceDto) body: PutSourceDto,
    @CallerParam() caller: Caller,
    @Headers('if-match') ifMatch: string | undefined,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    validated(SourceIdDto, { id }, pointerOf);
    const expected = expectedOf(ifMatch, ifNoneMatch);
    const settings = settingsOf(id, body);
    const done = await this.executor.execute({
      stream: SOURCES_STREAM,
      decider: sourceRegister,
      command: { settings, expected },
      context: contextOf(caller, request, settings, expected),
    });
    await this.register.refresh();
    const source = done.state.get(id);
    if (source === undefined) throw notFound(`The source ${id}`);
    void reply.status(source.revision === 0 ? 201 : 200).header('ETag', etag(source.revision));
    if (done.position !== undefined) void reply.header('Consistency-Token', done.position);
    return shown(source);
  }
}

function expectedOf(ifMatch: string | undefined, ifNoneMatch: string | undefined): number | 'none' {
  if (ifNoneMatch === '*') return 'none';
  const revision = revisionOf(ifMatch);
  if (revision !== undefined) return Number(revision);
  throw new TieoutError(
    'precondition-required',
    'Send If-None-Match: * to register a source, or If-Match with the ETag that you read to change one.',
  );
}

function settingsOf(id: string, body: PutSourceDto): SourceSettings {
  const { uri, name, timeZone = 'UTC', fineTime = 'refuse', stateCodes = {}, agreedStart } = body;
  return {
    id,
    uri,
    ...(name === undefined ? {} : { name }),
    timeZone,
    fineTime,
    stateCodes,
    ...(agreedStart === undefined
      ? {}
      : { agreedStart: parseInstant(agreedStart, '/agreedStart') }),
  };
}

/** A PUT names what it makes, so the request itself is its key: sent again, it meets its first result. */
function contextOf(
  caller: Caller,
  request: FastifyRequest,
  settings: SourceSettings,
  expected: number | 'none',
): CommandContext {
  const path = request.url.split('?', 1)[0] ?? request.url;
  const digest = sha256Hex(canonicalBytes([request.method, path, { ...settings } as JsonObject]));
  return {
    principal: caller.client,
    actor: { id: caller.client, kind: caller.kind },
    idempotencyKey: `put-source/${settings.id}/${expected}/${digest}`,
    digest,
  };
}

function shown({ settings, revision }: RegisteredSource): object {
  return { ...settings, revision };
}
