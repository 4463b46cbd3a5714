import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import {
  type Cursors,
  CURSORS,
  PageQuery,
  Paging,
  READ_MODEL,
  Scopes,
  ValidQuery,
} from '../../src/http';
import { type ReadModel } from '../read-model';
import { listApiKeys } from './api-keys.view';

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
    @ValidQuery(PageQuery) query: PageQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    const paging = new Paging(this.cursors, 'api-keys', query);
    return this.readModel.query((db) =>
      paging.send(listApiKeys(db, paging.request), { request, reply }),
    );
  }
}
