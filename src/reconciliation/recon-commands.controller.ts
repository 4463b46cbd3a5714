import {
  Controller,
  Delete,
  Headers,
  HttpCode,
  Inject,
  Param,
  Post,
  Req,
  Res,
} from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { parseCivilDate } from '../kernel/civil-date';
import { notFound } from '../kernel/errors';
import { type Json } from '../kernel/json';
import { type CommandContext } from '../commanding';
import { bodyStream, Command, JsonBody, Scopes, ValidQuery, writeHeaders } from '../http';
import { StatementImporter } from './imports/import-statement.command';
import { ImportQuery, RunMatchingDto } from './recon.dto';
import { DryRuns } from './runs/dry-runs';
import { RunJobs } from './runs/run-jobs';

type ContextOf = (body?: Json) => CommandContext;

/** Entity of a file that is about accounts of several. */
const WHOLE_LEDGER = '_';

/** Imports statement files and runs definitions. */
@ApiTags('reconciliation')
@Controller('v1/recon')
export class ReconCommandsController {
  constructor(
    @Inject(StatementImporter) private readonly importer: StatementImporter,
    @Inject(RunJobs) private readonly jobs: RunJobs,
    @Inject(DryRuns) private readonly dryRuns: DryRuns,
  ) {}

  @Post('imports')
  @HttpCode(202)
  @Scopes('recon.work')
  @ApiOperation({ summary: 'Import a file of a statement source; the body is the file' })
  async import(
    @ValidQuery(ImportQuery) query: ImportQuery,
    @Req() request: FastifyRequest,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { source, mapping, entity = WHOLE_LEDGER } = query;
    const content = bodyStream(request);
    if (query.dryRun === 'yes' || query.dryRun === 'true') {
      const { batch, received, rejects, lines } = await this.importer.dryRun({
        source,
        mapping,
        entity,
        content,
      });
      void reply.status(200);
      return { dryRun: true, id: batch, entity, ...received, rejects, lines };
    }
    const { id, received, executed } = await this.importer.import(
      { source, mapping, entity, content },
      contextOf,
    );
    writeHeaders(reply, { ...executed, location: `/v1/recon/imports/${id}` });
    return { id, entity, ...received };
  }

  @Post('runs')
  @HttpCode(202)
  @Scopes('recon.work')
  @ApiOperation({ summary: 'Match a definition up to a cut-off, as a dry run or for good' })
  async run(
    @JsonBody(RunMatchingDto) body: RunMatchingDto,
    @Command() contextOf: ContextOf,
    @Headers('prefer') prefer: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { definition, mode } = body;
    const cutoff = parseCivilDate(body.cutoff, '/cutoff');
    const ran = await this.jobs.start(
      { definition, cutoff, mode },
      contextOf({ definition, cutoff, mode }),
      /\brespond-async\b/.test(prefer ?? '') ? 0 : undefined,
    );
    if ('state' in ran) {
      void reply.header('Location', `/v1/recon/runs/${ran.id}`).header('Retry-After', '1');
      return ran;
    }
    const { run, executed } = ran;
    const location = `/v1/recon/runs/${run.run}`;
    if (executed === undefined) {
      void reply.status(200).header('Location', location);
      return this.dryRuns.keep(run);
    }
    writeHeaders(reply, { ...executed, location });
    const { run: id, ...committed } = run;
    return { id, mode, ...committed };
  }

  @Delete('runs/:id')
  @HttpCode(204)
  @Scopes('recon.work')
  @ApiOperation({ summary: 'Stop a run that waits or is in work; nothing of it is recorded' })
  cancel(@Param('id') id: string): void {
    if (!this.jobs.cancel(id)) throw notFound(`A run ${id} that is in work`);
  }
}
