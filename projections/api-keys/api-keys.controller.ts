import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, Matches } from 'class-validator';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import {
  type Cursors,
  CURSORS,
  type Page,
  READ_MODEL,
  Scopes,
  sendPage,
  ValidQuery,
  wholeNumber,
} from '../../src/http';
import { type ReadModel } from '../read-model';
import { type ApiKeyView, listApiKeys } from './api-keys.view';

class KeysQuery {
  @IsOptional()
  @Matches(/^\d{1,4}$/, { message: 'is a whole number from 1 to 1000' })
  limit?: string;

  @IsOptional()
  @IsString()
  cursor?: string;
}

const FILTER = { list: 'api-keys' };

@ApiTags('access')
@Controller('v1/access')
export class ApiKeysController {
  constructor(
    @Inject(READ_MODEL) private readonly readModel: ReadModel,
    @Inject(CURSORS) private readonly cursors: Cursors,
  ) {}

  @Get('keys')
  @Scopes('access.manage', 'access.audit')
  @ApiOperation({ summary: 'API keys without their secrets' })
  list(
    @ValidQuery(KeysQuery) query: KeysQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Page<ApiKeyView> {
    const limit = Math.max(1, Math.min(1_000, wholeNumber(query.limit ?? '100', 'limit')));
    const after =
      query.cursor === undefined ? '' : String(this.cursors.decode(FILTER, query.cursor));
    return this.readModel.query((db) => {
      const items = listApiKeys(db, after, limit);
      const last = items.length === limit ? items.at(-1) : undefined;
      return sendPage(reply, request.url, {
        items,
        ...(last === undefined ? {} : { next: this.cursors.encode(FILTER, last.id) }),
        ...(db.position === undefined ? {} : { asOfPosition: db.position }),
      });
    });
  }
}
