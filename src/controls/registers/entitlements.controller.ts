import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { listEntitlements } from '../../../projections/control-registers';
import { type ReadModel } from '../../../projections/read-model';
import { CURSORS, type Cursors, Paging, READ_MODEL, Scopes, ValidQuery } from '../../http';
import { EntitlementsQuery } from './holding.dto';

/** Who holds which right in which system, as the approved lists say. */
@ApiTags('controls')
@Controller('v1/controls/entitlements')
export class EntitlementsController {
  constructor(
    @Inject(READ_MODEL) private readonly readModel: ReadModel,
    @Inject(CURSORS) private readonly cursors: Cursors,
  ) {}

  @Get()
  @Scopes('ledger.read', 'config.manage')
  @ApiOperation({ summary: 'Rights of the approved lists, with the period in which each is held' })
  list(
    @ValidQuery(EntitlementsQuery) query: EntitlementsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    const paging = new Paging(this.cursors, 'entitlements', query);
    const { system, person, account, duty, at } = query;
    const filter = { system, person, account, duty, at };
    const page = this.readModel.query((db) => listEntitlements(db, { filter, ...paging.request }));
    return paging.send(page, { request, reply });
  }
}
