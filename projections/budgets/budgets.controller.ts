import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import {
  CLOCK,
  type Cursors,
  CURSORS,
  exportList,
  listFormat,
  PageQuery,
  type PageRequest,
  Paging,
  READ_MODEL,
  Scopes,
  ValidQuery,
} from '../../src/http';
import { notFound } from '../../src/kernel/errors';
import { type JsonObject } from '../../src/kernel/json';
import { type Clock } from '../../src/kernel/runtime';
import { type Page, type ReadModel, type Snapshot } from '../read-model';
import { PositionQuery } from './budgets.dto';
import { countPositions, listPositions, positionIn, totalsOfPositions } from './budgets.view';
import {
  MOVEMENT_COLUMNS,
  PLAN_COLUMNS,
  POSITION_COLUMNS,
  RESERVATION_COLUMNS,
} from './export-columns';
import { findLine, type PendingLine } from './line-rows';
import { listMovements } from './movements.view';
import { listPlans } from './plans.view';
import { reservationsAt } from './reservations.view';

/** What is planned, reserved, ordered and spent, by entity, cost center, account, project and period. */
@ApiTags('budgets')
@Controller('v1/budgets')
export class BudgetsController {
  constructor(
    @Inject(READ_MODEL) private readonly readModel: ReadModel,
    @Inject(CURSORS) private readonly cursors: Cursors,
    @Inject(CLOCK) private readonly clock: Clock,
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
    const format = listFormat(request);
    const { entity, costCenter, account, project, period, currency, state } = query;
    const filter = { entity, costCenter, account, project, period, currency, state };
    const now = this.clock.now();
    if (format !== 'json') {
      const page = (of: PageRequest) =>
        this.readModel.query((db) => listPositions(db, { filter, now, ...of }));
      return exportList(format, { columns: POSITION_COLUMNS, page, name: 'budgets' }, reply);
    }
    const paging = new Paging(this.cursors, 'budget-position', query);
    return this.readModel.query((db) => {
      const page = listPositions(db, { filter, now, ...paging.request });
      const count = query.count === 'exact' ? { count: countPositions(db, filter) } : {};
      const totals =
        query.totals === 'yes' ? { totals: totalsOfPositions(db, { filter, now }) } : {};
      return paging.send(page, { request, reply }, { ...count, ...totals });
    });
  }

  @Get(':entity/:id')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'One budget line with the arithmetic behind what is left of it' })
  one(@Param('entity') entity: string, @Param('id') id: string): object {
    const now = this.clock.now();
    return this.readModel.query((db) => positionIn(db, lineIn(db, entity, id), now));
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
    return this.behind(
      { entity, id, query, list: listMovements, name: 'movements' },
      request,
      reply,
    );
  }

  @Get(':entity/:id/plans')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'Versions and transfers, decided here, that plan for one line' })
  plans(
    @Param('entity') entity: string,
    @Param('id') id: string,
    @ValidQuery(PageQuery) query: PageQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    return this.behind({ entity, id, query, list: listPlans, name: 'plans' }, request, reply);
  }

  @Get(':entity/:id/reservations')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'Reservations of one line, also those that are over' })
  reservations(
    @Param('entity') entity: string,
    @Param('id') id: string,
    @ValidQuery(PageQuery) query: PageQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    const list = reservationsAt(this.clock.now());
    return this.behind({ entity, id, query, list, name: 'reservations' }, request, reply);
  }

  /** A list of what is behind one line, with the line itself beside each page. */
  private behind(
    { entity, id, query, list, name }: Behind,
    request: FastifyRequest,
    reply: FastifyReply,
  ): object {
    const format = listFormat(request);
    const now = this.clock.now();
    const read = (of: PageRequest) =>
      this.readModel.query((db) => {
        const line = lineIn(db, entity, id);
        const page = list(db, { id, currency: line.key.currency }, of);
        return { page, line: positionIn(db, line, now) };
      });
    if (format !== 'json') {
      const columns = COLUMNS[name];
      return exportList(format, { columns, page: (of) => read(of).page, name }, reply);
    }
    const paging = new Paging(this.cursors, `budget-${name}/${entity}/${id}`, query);
    const { page, line } = read(paging.request);
    return paging.send(page, { request, reply }, { line });
  }
}

const COLUMNS = {
  movements: MOVEMENT_COLUMNS,
  plans: PLAN_COLUMNS,
  reservations: RESERVATION_COLUMNS,
} as const;

interface Behind {
  readonly entity: string;
  readonly id: string;
  readonly query: PageQuery;
  readonly name: keyof typeof COLUMNS;
  readonly list: (
    db: Snapshot,
    line: { readonly id: string; readonly currency: string },
    page: PageRequest,
  ) => Page<JsonObject>;
}

/** @throws TieoutError `not-found`, also for a line of another entity */
function lineIn(db: Snapshot, entity: string, id: string): PendingLine {
  const line = findLine(db, id);
  if (line === undefined || line.key.entity !== entity)
    throw notFound(`The budget line ${id} of ${entity}`);
  return line;
}
