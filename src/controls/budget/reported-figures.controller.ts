import { Readable } from 'node:stream';
import { Controller, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type BlobStore } from '../../blob-store';
import { Executor } from '../../commanding';
import {
  BLOBS,
  type Caller,
  CallerParam,
  CLOCK,
  Command,
  type ContextOf,
  EXECUTOR,
  readBody,
  Scopes,
  ValidQuery,
  writeHeaders,
} from '../../http';
import { parseCivilDate } from '../../kernel/civil-date';
import { fieldError } from '../../kernel/errors';
import { sha256Hex } from '../../kernel/hash';
import { assertIdentifier } from '../../kernel/identifier';
import { formatMinor } from '../../kernel/money';
import { type Clock } from '../../kernel/runtime';
import { streamName } from '../../kernel/stream-name';
import { ReportedQuery } from './budget-plans.dto';
import { FIGURE_FILE_BYTES_MAX, type FigureFile, readFigureFile } from './figure-file';
import { reportedFigures } from './reported.decider';
import { type FiguresReported, REPORTED_FIGURES } from './reported.events';

/** What the budgeting system and the ERP say their figures are. */
@ApiTags('budgets')
@Controller('v1/budgets')
export class ReportedFiguresController {
  constructor(
    @Inject(EXECUTOR) private readonly executor: Executor,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post(':entity/reported/:system')
  @HttpCode(201)
  @Scopes('recon.work')
  @ApiConsumes('text/csv')
  @ApiOperation({
    summary: 'Record the figures of another system as of a date; the body is a CSV file',
  })
  async report(
    @Param('entity') entity: string,
    @Param('system') system: string,
    @ValidQuery(ReportedQuery) query: ReportedQuery,
    @CallerParam() caller: Caller,
    @Req() request: FastifyRequest,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    assertIdentifier(entity, '/entity');
    assertIdentifier(system, '/system');
    const asOf = parseCivilDate(query.asOf, '/asOf');
    if (asOf > this.clock.now().slice(0, 10))
      throw fieldError('contract-violation', '/asOf', 'figures are of a date that has come.');
    const body = await readBody(request, FIGURE_FILE_BYTES_MAX);
    const read = await readFigureFile(Readable.from([body]), REPORTED_FIGURES);
    const totals = totalsOf(read);
    if (query.dryRun === 'yes')
      return { dryRun: true, entity, system, asOf, lines: read.count, totals };
    // Durable before the event that names them.
    const file = await this.blobs.putBytes(body);
    const lines = {
      ...(await this.blobs.putBytes(Buffer.from(read.text, 'utf8'))),
      count: read.count,
    };
    const command: FiguresReported = { system, asOf, file, lines, totals, by: caller.client };
    const done = await this.executor.execute({
      ...{
        stream: streamName('budget-figures', entity, system),
        decider: reportedFigures,
        command,
      },
      context: contextOf({ asOf, sha256: sha256Hex(body) }),
    });
    writeHeaders(reply, { ...done, location: `/v1/budgets/${entity}/reported` });
    return { entity, system, asOf, lines: read.count, totals };
  }
}

function totalsOf({ totals }: FigureFile): FiguresReported['totals'] {
  return [...totals].flatMap(([figure, sums]) =>
    [...sums].map(([currency, minor]) => ({
      ...{ figure, amount: formatMinor(minor, currency), currency },
    })),
  );
}
