import { Readable } from 'node:stream';
import { Controller, HttpCode, Inject, Param, Put, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type BlobStore } from '../../blob-store';
import {
  type Caller,
  BLOBS,
  CallerParam,
  putContext,
  readBody,
  Scopes,
  ValidQuery,
} from '../../http';
import { assertIdentifier } from '../../kernel/identifier';
import { type JsonObject } from '../../kernel/json';
import { formatMinor } from '../../kernel/money';
import { registerRoutes } from '../registers/register-controllers';
import { BudgetVersionQuery } from './budget-plans.dto';
import { FIGURE_FILE_BYTES_MAX, readFigureFile } from './figure-file';
import { BUDGET_VERSION as kind } from './plan-kinds.policy';

const AMOUNT = 'amount';

/** Budgets as files of lines: proposed by one person, approved by another, every version kept. */
@ApiTags('budgets')
@Controller(`v1/controls/${kind.path}`)
export class BudgetVersionsController extends registerRoutes(kind, 'config.manage') {
  @Inject(BLOBS) private readonly blobs!: BlobStore;

  @Put(':id')
  @HttpCode(200)
  @Scopes('config.manage')
  @ApiConsumes('text/csv')
  @ApiOperation({
    summary: 'Propose a file of budget lines; no effect before another person approves',
  })
  async propose(
    @Param('id') id: string,
    @ValidQuery(BudgetVersionQuery) { entity, name, dryRun }: BudgetVersionQuery,
    @CallerParam() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    assertIdentifier(id, '/id');
    const body = await readBody(request, FIGURE_FILE_BYTES_MAX);
    const read = await readFigureFile(Readable.from([body]), [AMOUNT]);
    const totals = [...(read.totals.get(AMOUNT) ?? [])].map(([currency, minor]) => ({
      ...{ amount: formatMinor(minor, currency), currency },
    }));
    if (dryRun === 'yes') return { dryRun: true, entity, lines: read.count, totals };
    // Durable before the event that names them.
    const file = { ...(await this.blobs.putBytes(body)) };
    const lines = { ...(await this.blobs.putBytes(Buffer.from(read.text, 'utf8'))) };
    const entry: JsonObject = {
      ...{ entity, name, totals, file },
      lines: { ...lines, count: read.count },
    };
    const context = putContext(caller, request, entry);
    return this.proposed({ kind, id }, { entry }, { caller, context, reply });
  }
}
