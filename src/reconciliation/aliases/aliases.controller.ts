import { Controller, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { countAliases, listAliases } from '../../../projections/reconciliation-board/aliases.view';
import { ReconPages } from '../../../projections/reconciliation-board/recon-pages';
import { Executor } from '../../commanding';
import {
  Command,
  type ContextOf,
  EXECUTOR,
  JsonBody,
  Scopes,
  ValidQuery,
  writeHeaders,
} from '../../http';
import { fieldError } from '../../kernel/errors';
import { alias, aliasStream, type DecideAlias } from './alias.decider';
import { aliasIdOf } from './alias.policy';
import { AliasDto, AliasesQuery, SetAliasDto } from './aliases.dto';

/** Whom the spellings and accounts of statements stand for. Spellings are kept as hashes only. */
@ApiTags('reconciliation')
@Controller('v1/recon/aliases')
export class AliasesController {
  constructor(
    @Inject(EXECUTOR) private readonly executor: Executor,
    @Inject(ReconPages) private readonly pages: ReconPages,
  ) {}

  @Get()
  @Scopes('ledger.read')
  @ApiOperation({
    summary: 'The alias table, in order of counterparty; or whom one spelling stands for',
  })
  list(
    @ValidQuery(AliasesQuery) query: AliasesQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    const { counterparty, spelling } = query;
    const id = spelling === undefined ? undefined : idOf(spelling);
    const filter = { counterparty, id };
    return this.pages.page(
      { list: 'aliases', query, request, reply },
      {
        page: (db, after, limit) => listAliases(db, filter, after, limit),
        count: (db) => countAliases(db, filter),
      },
    );
  }

  @Post()
  @HttpCode(200)
  @Scopes('recon.work')
  @ApiOperation({
    summary: 'Say whom a spelling or bank account stands for; the next runs go by it',
  })
  set(
    @JsonBody(SetAliasDto) { spelling, counterparty }: SetAliasDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return this.decide(spelling, { counterparty }, { contextOf, reply });
  }

  @Post('remove')
  @HttpCode(200)
  @Scopes('recon.work')
  @ApiOperation({ summary: 'Take a spelling out of the alias table' })
  remove(
    @JsonBody(AliasDto) { spelling }: AliasDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return this.decide(spelling, {}, { contextOf, reply });
  }

  private async decide(
    spelling: string,
    command: DecideAlias,
    { contextOf, reply }: { readonly contextOf: ContextOf; readonly reply: FastifyReply },
  ): Promise<object> {
    const id = idOf(spelling);
    const stream = aliasStream(id);
    const context = contextOf({ id, ...command });
    const executed = await this.executor.execute({ stream, decider: alias, command, context });
    writeHeaders(reply, executed);
    return { id, ...executed.state };
  }
}

function idOf(spelling: string): string {
  const id = aliasIdOf(spelling);
  if (id !== undefined) return id;
  throw fieldError(
    'contract-violation',
    '/spelling',
    'has letters or digits, and is no placeholder.',
  );
}
