import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { notFound } from '../../src/kernel/errors';
import { type JsonObject } from '../../src/kernel/json';
import {
  type Cursors,
  CURSORS,
  etag,
  type Page,
  READ_MODEL,
  Scopes,
  sendPage,
  ValidQuery,
  wholeNumber,
} from '../../src/http';
import { type ReadModel } from '../read-model';
import { findPack, listPacks, type PackFilter } from './evidence-packs.view';

class PacksQuery {
  @IsOptional()
  @IsIn(['transaction'])
  kind?: string;

  @IsOptional()
  @IsIn(['requested', 'built', 'failed', 'cancelled'])
  state?: string;

  @IsOptional()
  @IsString()
  @MaxLength(32)
  entity?: string;

  @IsOptional()
  @IsString()
  @MaxLength(64)
  objectType?: string;

  @IsOptional()
  @IsString()
  @MaxLength(128)
  object?: string;

  @IsOptional()
  @Matches(/^\d{1,4}$/, { message: 'is a whole number from 1 to 1000' })
  limit?: string;

  @IsOptional()
  @IsString()
  cursor?: string;
}

const PAGE_DEFAULT = '100';
const PAGE_MAX = 1_000;

/** Evidence packs: which there are, how far they are, what they hold. */
@ApiTags('evidence')
@Controller('v1/evidence')
export class EvidencePacksController {
  constructor(
    @Inject(READ_MODEL) private readonly readModel: ReadModel,
    @Inject(CURSORS) private readonly cursors: Cursors,
  ) {}

  @Get('packs')
  @Scopes('evidence.read')
  @ApiOperation({ summary: 'Evidence packs, newest first' })
  list(
    @ValidQuery(PacksQuery) query: PacksQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Page<JsonObject> {
    const { limit, cursor, ...given } = query;
    const filter = stated(given);
    const bound = { list: 'evidence-packs', ...filter };
    const page = this.readModel.query((db) =>
      listPacks(db, {
        filter,
        limit: Math.max(1, Math.min(PAGE_MAX, wholeNumber(limit ?? PAGE_DEFAULT, 'limit'))),
        ...(cursor === undefined ? {} : { after: [String(this.cursors.decode(bound, cursor))] }),
      }),
    );
    const [next] = page.next ?? [];
    return sendPage(reply, request.url, {
      items: page.items,
      ...(next === undefined ? {} : { next: this.cursors.encode(bound, next) }),
      ...(page.position === undefined ? {} : { asOfPosition: page.position }),
    });
  }

  @Get('packs/:id')
  @Scopes('evidence.read')
  @ApiOperation({ summary: 'One evidence pack: request, state, figures and hashes' })
  one(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): JsonObject {
    const pack = this.readModel.query((db) => findPack(db, id));
    if (pack === undefined) throw notFound('The pack');
    void reply.header('ETag', etag(pack.revision));
    return pack.json;
  }
}

/** Without the parameters that were not sent, which the DTO holds as undefined. */
function stated(given: Omit<PacksQuery, 'limit' | 'cursor'>): PackFilter & Record<string, string> {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Record<string, string>;
}
