import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Scopes, ValidQuery } from '../../src/http';
import { notFound } from '../../src/kernel/errors';
import { ReconciliationsQuery } from '../../src/reconciliation/sign-off/sign-off.dto';
import { type Snapshot } from '../read-model';
import { ReconPages } from '../reconciliation-board/recon-pages';
import { LiveReconciliations } from './live-reconciliations';
import {
  countReconciliations,
  findReconciliationRow,
  listReconciliationRows,
  reconciled,
  type Reconciled,
  reconciliationView,
} from './reconciliations.view';

/** Account reconciliations: figures, conditions and signatures, all from one snapshot. */
@ApiTags('close')
@Controller('v1/recon/reconciliations')
export class ReconciliationsController {
  constructor(
    @Inject(ReconPages) private readonly pages: ReconPages,
    @Inject(LiveReconciliations) private readonly live: LiveReconciliations,
  ) {}

  @Get()
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'Reconciliations of periods, the newest period first' })
  list(
    @ValidQuery(ReconciliationsQuery) query: ReconciliationsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    const { entity, period, definition } = query;
    const filter = { entity, period, definition };
    return this.pages.page(
      { list: 'reconciliations', query, request, reply },
      {
        page: (db, after, limit) => {
          const page = listReconciliationRows(db, filter, after, limit);
          const items = page.items.map((row) =>
            reconciliationView(db, reconciled(db, row, this.live.of)),
          );
          return { ...page, items };
        },
        count: (db) => countReconciliations(db, filter),
      },
    );
  }

  @Get(':id')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'Six figures by currency, items by class, conditions and signatures' })
  get(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): object {
    const view = this.pages.read((db) => reconciliationView(db, this.found(db, id)));
    void reply.header('ETag', `"${view.hash}"`);
    return view;
  }

  @Get(':id/statement')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'What a signature covers, as canonical JSON; its SHA-256 is the ETag' })
  statement(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): string {
    const { hash, text } = this.pages.read((db) => this.found(db, id).live);
    void reply.header('ETag', `"${hash}"`).header('Content-Type', 'application/json');
    return text;
  }

  private found(db: Snapshot, id: string): Reconciled {
    const row = findReconciliationRow(db, id);
    if (row === undefined) throw notFound(`The reconciliation ${id}`);
    return reconciled(db, row, this.live.of);
  }
}
