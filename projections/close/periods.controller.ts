import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { etag, PageQuery, Scopes, ValidQuery } from '../../src/http';
import { present } from '../../src/kernel/present';
import { PeriodsQuery } from '../../src/reconciliation/close/period.dto';
import { ReconPages } from '../reconciliation-board/recon-pages';
import { countLateChanges, lateSummary, listLateChanges } from './late-changes.view';
import { countPeriods, findPeriod, listPeriods, type PeriodRow } from './periods.view';

/** Fiscal periods: their states, checklists and closings. */
@ApiTags('close')
@Controller('v1/periods')
export class PeriodsViewController {
  constructor(@Inject(ReconPages) private readonly pages: ReconPages) {}

  @Get()
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'Fiscal periods by entity, the newest first' })
  list(
    @ValidQuery(PeriodsQuery) query: PeriodsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    const { entity, status } = query;
    const filter = { entity, status };
    return this.pages.page(
      { list: 'periods', query, request, reply },
      {
        page: (db, after, limit) => {
          const page = listPeriods(db, filter, after, limit);
          return { ...page, items: page.items.map(shown) };
        },
        count: (db) => countPeriods(db, filter),
      },
    );
  }

  @Get(':entity/:period')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'One fiscal period: state, what it requires, every closing version' })
  get(
    @Param('entity') entity: string,
    @Param('period') period: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    const { found, late } = this.pages.one(`The period ${period} of ${entity}`, (db) => {
      const row = findPeriod(db, entity, period);
      if (row === undefined) return undefined;
      return { found: row, late: lateSummary(db, { entity, period }) };
    });
    void reply.header('ETag', etag(found.revision));
    return { ...shown(found), lateChanges: late };
  }

  @Get(':entity/:period/late-changes')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'Lines that came or changed after the period was closed' })
  lateChanges(
    @Param() { entity, period }: { readonly entity: string; readonly period: string },
    @ValidQuery(PageQuery) query: PageQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    const name = { entity, period };
    return this.pages.page(
      { list: `late-changes ${entity} ${period}`, query, request, reply },
      {
        page: (db, after, limit) => listLateChanges(db, name, after, limit),
        count: (db) => countLateChanges(db, name),
      },
    );
  }

  @Get(':entity/:period/checklist')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'The tasks of the close, and what each waits for' })
  checklist(
    @Param('entity') entity: string,
    @Param('period') period: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    const { state, revision } = this.pages.one(`The period ${period} of ${entity}`, (db) =>
      findPeriod(db, entity, period),
    );
    void reply.header('ETag', etag(revision));
    const over = new Set(
      state.tasks.filter(({ status }) => status === 'done' || status === 'waived').map((t) => t.id),
    );
    const items = state.tasks.map((task) => ({
      ...task,
      waitsFor: task.after.filter((id) => !over.has(id)),
    }));
    return { entity, period, items };
  }
}

function shown({ entity, period, revision, from, to, state }: PeriodRow): object {
  const { opened, closings, status, requests, waived, certified, softClosed, locked } = state;
  return {
    entity,
    period,
    revision,
    from,
    to,
    version: closings.length,
    status,
    requests,
    waived,
    ...present({ certified, softClosed, locked }),
    opened,
    closings,
  };
}
