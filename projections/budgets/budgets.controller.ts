import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
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
import { notFound } from '../../src/kernel/errors';
import { type ReadModel, type Snapshot } from '../read-model';
import { PositionQuery } from './budgets.dto';
import { countPositions, listPositions, positionJson, totalsOfPositions } from './budgets.view';
import { findLine, type PendingLine } from './line-rows';
import { listMovements } from './movements.view';

/** What is planned, reserved, ordered and spent, by entity, cost center, account, project and period. */
@ApiTags('budgets')
@Controller('v1/budgets')
export class BudgetsController {
  constructor(
    @Inject(READ_MODEL) private readonly readModel: ReadModel,
    @Inject(CURSORS) private readonly cursors: Cursors,
  ) {}

  @Get('position')
  @Scopes('ledger.read')
  @ApiOperation({
    summary: 'Budget lines with planned, precommitted, committed, actual, available',
  })
  list(
    @ValidQuery(PositionQuery) query: PositionQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    const paging = new Paging(this.cursors, 'budget-position', query);
    const { entity, costCenter, account, project, period, currency, state } = query;
    const filter = { entity, costCenter, account, project, period, currency, state };
    return this.readModel.query((db) => {
      const page = listPositions(db, { filter, ...paging.request });
      return paging.send(
        page,
        { request, reply },
        {
          ...(query.count === 'exact' ? { count: countPositions(db, filter) } : {}),
          ...(query.totals === 'yes' ? { totals: totalsOfPositions(db, filter) } : {}),
        },
      );
    });
  }

  @Get(':entity/:id')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'One budget line with the arithmetic behind what is left of it' })
  one(@Param('entity') entity: string, @Param('id') id: string): object {
    return this.readModel.query((db) => positionJson(lineIn(db, entity, id)));
  }

  @Get(':entity/:id/movements')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'Budgets, documents and events behind the figures of one line' })
  movements(
    @Param('entity') entity: string,
    @Param('id') id: string,
    @ValidQuery(PageQuery) query: PageQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    const paging = new Paging(this.cursors, `budget-movements/${entity}/${id}`, query);
    return this.readModel.query((db) => {
      const line = lineIn(db, entity, id);
      const page = listMovements(db, { id, currency: line.key.currency }, paging.request);
      return paging.send(page, { request, reply }, { line: positionJson(line) });
    });
  }
}

/** @throws TieoutError `not-found`, also for a line of another entity */
function lineIn(db: Snapshot, entity: string, id: string): PendingLine {
  const line = findLine(db, id);
  if (line === undefined || line.key.entity !== entity)
    throw notFound(`The budget line ${id} of ${entity}`);
  return line;
}
