import { Controller, Get, Inject, Param, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type BlobStore } from '../../src/blob-store';
import { BLOBS, etag, Scopes, ValidQuery } from '../../src/http';
import { notFound } from '../../src/kernel/errors';
import { DryRuns, type DryRunView } from '../../src/reconciliation/runs/dry-runs';
import { RunJobs, type RunJobView } from '../../src/reconciliation/runs/run-jobs';
import { breakPapers } from './break-work.view';
import { countBreaks, findBreak, listBreaks } from './breaks.view';
import { countMatches, listMatches } from './matches.view';
import { ReconPages } from './recon-pages';
import { BreaksQuery, MatchesQuery, RunsQuery } from './recon.dto';
import { countRuns, findRun, listRuns, type RunView } from './runs.view';

/** Runs, matches and breaks: what was compared, what agrees and what does not. */
@ApiTags('reconciliation')
@Controller('v1/recon')
export class ReconciliationBoardController {
  constructor(
    @Inject(ReconPages) private readonly pages: ReconPages,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(DryRuns) private readonly dryRuns: DryRuns,
    @Inject(RunJobs) private readonly jobs: RunJobs,
  ) {}

  @Get('runs')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'Committed runs, the newest first' })
  runs(
    @ValidQuery(RunsQuery) query: RunsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    const { definition } = query;
    return this.pages.page(
      { list: 'runs', query, request, reply },
      {
        page: (db, after, limit) => listRuns(db, definition, after?.[0], limit),
        count: (db) => countRuns(db, definition),
      },
    );
  }

  @Get('runs/:id')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'One run: input and result hash, counts, totals; or how far it is' })
  run(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): object {
    const found = this.recordedRun(id) ?? this.jobs.find(id);
    if (found === undefined) throw notFound(`The run ${id}`);
    if (isInWork(found)) void reply.header('Retry-After', '1');
    return found;
  }

  @Get('runs/:id/result')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'The result file of a run: NDJSON, equal bytes for equal input' })
  result(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): StreamableFile {
    const { sha256, bytes } = this.foundRun(id).result;
    void reply.header('Repr-Digest', `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`);
    return new StreamableFile(this.blobs.open(sha256), {
      type: 'application/x-ndjson',
      length: bytes,
    });
  }

  @Get('matches')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'Match groups with their lines and the explanation of each' })
  matches(
    @ValidQuery(MatchesQuery) query: MatchesQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    const { definition, status, pass, line } = query;
    const filter = { definition, status, pass, line };
    return this.pages.page(
      { list: 'matches', query, request, reply },
      {
        page: (db, after, limit) => listMatches(db, filter, after?.[0], limit),
        count: (db) => countMatches(db, filter),
      },
    );
  }

  @Get('breaks')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'Breaks, the oldest first; without a status those that are open' })
  breaks(
    @ValidQuery(BreaksQuery) query: BreaksQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    const { definition, type, status, entity, currency, owner } = query;
    const filter = { definition, type, status, entity, currency, owner };
    return this.pages.page(
      { list: 'breaks', query, request, reply },
      {
        page: (db, after, limit) => listBreaks(db, filter, after, limit),
        count: (db) => countBreaks(db, filter),
      },
    );
  }

  @Get('breaks/:id')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'One break: its lines, the nearest candidate and what fails' })
  break(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): object {
    const found = this.pages.one(`The break ${id}`, (db) => {
      const item = findBreak(db, id);
      return item === undefined ? undefined : { ...item, ...breakPapers(db, id) };
    });
    if (found.revision >= 0) void reply.header('ETag', etag(found.revision));
    return found;
  }

  private foundRun(id: string): RunView | DryRunView {
    const found = this.recordedRun(id);
    if (found === undefined) throw notFound(`The result of a run ${id}`);
    return found;
  }

  private recordedRun(id: string): RunView | DryRunView | undefined {
    return this.dryRuns.find(id) ?? this.pages.read((db) => findRun(db, id));
  }
}

const isInWork = (run: RunView | DryRunView | RunJobView): boolean =>
  'state' in run && (run.state === 'queued' || run.state === 'running');
