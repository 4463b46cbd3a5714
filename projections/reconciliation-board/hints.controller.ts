import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Scopes, ValidQuery } from '../../src/http';
import { type Page, type Snapshot } from '../read-model';
import {
  countHints,
  type HintKind,
  type HintPage,
  listAmbiguities,
  listIdentities,
  listSuggestions,
} from './hints.view';
import { ReconPages } from './recon-pages';
import { RunsQuery } from './recon.dto';

/** What the last run of each definition left to persons, and the equations that it checked. */
@ApiTags('reconciliation')
@Controller('v1/recon')
export class HintsController {
  constructor(@Inject(ReconPages) private readonly pages: ReconPages) {}

  @Get('suggestions')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'Groups that the engine does not confirm and a person may' })
  suggestions(
    @ValidQuery(RunsQuery) query: RunsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    return this.listed('suggestion', { query, request, reply }, listSuggestions);
  }

  @Get('ambiguities')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'Lines with more than one explanation, and their candidates' })
  ambiguities(
    @ValidQuery(RunsQuery) query: RunsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    return this.listed('ambiguity', { query, request, reply }, listAmbiguities);
  }

  @Get('identities')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'Equations of the kinds, with their terms and whether they hold' })
  identities(
    @ValidQuery(RunsQuery) query: RunsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    return this.listed('identity', { query, request, reply }, listIdentities);
  }

  private listed<T>(
    kind: HintKind,
    asked: {
      readonly query: RunsQuery;
      readonly request: FastifyRequest;
      readonly reply: FastifyReply;
    },
    list: (db: Snapshot, page: HintPage) => Page<T>,
  ): object {
    const { definition } = asked.query;
    return this.pages.page(
      { list: kind, ...asked },
      {
        page: (db, after, limit) => list(db, { definition, after, limit }),
        count: (db) => countHints(db, { kind, definition }),
      },
    );
  }
}
