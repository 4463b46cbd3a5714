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
import { dayNumber } from '../../src/kernel/civil-date';
import { notFound } from '../../src/kernel/errors';
import { type Clock } from '../../src/kernel/runtime';
import { type ReadModel } from '../read-model';
import { DifferencesQuery } from './budgets.dto';
import { type Differences, listDifferences } from './differences.view';
import { DIFFERENCE_COLUMNS } from './export-columns';
import { findReport, listReports, type Report } from './reports.view';

/** Figures older than this say little about today; the answer says so. */
const FRESH_DAYS_MAX = 31;

/** Where the figures of the budgeting system and of the ERP are not those of the ledger. */
@ApiTags('budgets')
@Controller('v1/budgets')
export class DifferencesController {
  constructor(
    @Inject(READ_MODEL) private readonly readModel: ReadModel,
    @Inject(CURSORS) private readonly cursors: Cursors,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get(':entity/reported')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'Figures that other systems stated for one legal entity' })
  reports(
    @Param('entity') entity: string,
    @ValidQuery(PageQuery) query: PageQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    const paging = new Paging(this.cursors, `budget-reports/${entity}`, query);
    const page = this.readModel.query((db) => listReports(db, entity, paging.request));
    return paging.send(page, { request, reply });
  }

  @Get(':entity/differences')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'Planned, committed and actual against the figures of another system' })
  differences(
    @Param('entity') entity: string,
    @ValidQuery(DifferencesQuery) query: DifferencesQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    const { system, asOf, type } = query;
    const format = listFormat(request);
    const list = (of: PageRequest): Differences & { readonly report: Report } =>
      this.readModel.query((db) => {
        const report = findReport(db, { entity, system, asOf });
        if (report === undefined) throw notFound(`Figures of ${system} for ${entity}`);
        return { report, ...listDifferences(db, { report, type, ...of }) };
      });
    if (format !== 'json') {
      const name = 'differences';
      return exportList(format, { columns: DIFFERENCE_COLUMNS, page: list, name }, reply);
    }
    const paging = new Paging(this.cursors, `budget-differences/${entity}`, query);
    const { report, totals, ...page } = list(paging.request);
    return paging.send(page, { request, reply }, { report: this.told(report), totals });
  }

  private told({ id, system, asOf }: Report) {
    const ageDays = dayNumber(this.clock.now().slice(0, 10)) - dayNumber(asOf);
    return { event: id, system, asOf, ageDays, isStale: ageDays > FRESH_DAYS_MAX };
  }
}
