import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { CLOCK, Scopes, ValidQuery } from '../../src/http';
import { type Clock } from '../../src/kernel/runtime';
import {
  AdjustmentsQuery,
  AdjustmentTotalsQuery,
} from '../../src/reconciliation/adjustments/adjustment.dto';
import {
  adjustmentTotals,
  countAdjustments,
  findAdjustment,
  listAdjustments,
} from './adjustments.view';
import { ReconPages } from './recon-pages';

/** Adjustments and what they come to beside their limits. */
@ApiTags('reconciliation')
@Controller('v1/recon/adjustments')
export class AdjustmentsViewController {
  constructor(
    @Inject(ReconPages) private readonly pages: ReconPages,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'Adjustments, the newest first' })
  list(
    @ValidQuery(AdjustmentsQuery) query: AdjustmentsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    const { definition, period, status, type, break: item } = query;
    const filter = { definition, period, status, type, break: item };
    const today = this.today();
    return this.pages.page(
      { list: 'adjustments', query, request, reply },
      {
        page: (db, after, limit) => listAdjustments(db, { filter, limit, after, today }),
        count: (db) => countAdjustments(db, filter, today),
      },
    );
  }

  @Get('totals')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'What was adjusted in a period, by type and currency, and its limits' })
  totals(@ValidQuery(AdjustmentTotalsQuery) query: AdjustmentTotalsQuery): object {
    const { definition, period } = query;
    const today = this.today();
    const items = this.pages.read((db) => adjustmentTotals(db, { definition, period, today }));
    return { definition, period, items };
  }

  @Get(':id')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'One adjustment: accounts, amount, who decided, how it was posted' })
  one(@Param('id') id: string): object {
    const today = this.today();
    return this.pages.one(`The adjustment ${id}`, (db) => findAdjustment(db, id, today));
  }

  private today(): string {
    return this.clock.now().slice(0, 10);
  }
}
