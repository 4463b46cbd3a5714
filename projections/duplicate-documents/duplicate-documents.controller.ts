import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, MaxLength } from 'class-validator';
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
import { listDuplicates } from './duplicate-documents.view';

class DuplicatesQuery extends PageQuery {
  @IsOptional()
  @IsIn(['invoice', 'credit-note', 'customer-invoice'])
  type?: string;

  /** legal entity */
  @IsOptional()
  @MaxLength(32)
  entity?: string;
}

@ApiTags('objects')
@Controller('v1/objects')
export class DuplicateDocumentsController {
  constructor(
    @Inject(READ_MODEL) private readonly readModel: ReadModel,
    @Inject(CURSORS) private readonly cursors: Cursors,
  ) {}

  @Get('duplicates')
  @Scopes('ledger.read')
  @ApiOperation({
    summary: 'Documents of one counterparty, number and amount: one claim, perhaps entered twice',
  })
  list(
    @ValidQuery(DuplicatesQuery) query: DuplicatesQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    const { type, entity } = query;
    const paging = new Paging(this.cursors, 'duplicates', query);
    const { limit, after } = paging.request;
    const filter = {
      ...(type === undefined ? {} : { type }),
      ...(entity === undefined ? {} : { entity }),
    };
    return this.readModel.query((db) =>
      paging.send(listDuplicates(db, { filter, after, limit }), { request, reply }),
    );
  }
}
