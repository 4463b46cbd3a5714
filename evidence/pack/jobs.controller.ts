import { Controller, Delete, Get, HttpCode, Inject, Param, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';

import { Executor } from '../../src/commanding';
import { type Caller, CallerParam, EXECUTOR, problemOf, RANDOMNESS, Scopes } from '../../src/http';
import { TieoutError } from '../../src/kernel/errors';
import { hex, sha256Hex } from '../../src/kernel/hash';
import { type Randomness } from '../../src/kernel/runtime';
import { evidencePack, type EvidencePackState } from './evidence-pack.decider';
import { PackJobs } from './pack-jobs';
import { PackStreams } from './pack-streams';

const PHASES = 3;

/** Long work: how far it is, and where its result lies. A job has the id of what it makes. */
@ApiTags('jobs')
@Controller('v1/jobs')
export class JobsController {
  constructor(
    @Inject(EXECUTOR) private readonly executor: Executor,
    @Inject(RANDOMNESS) private readonly randomness: Randomness,
    @Inject(PackJobs) private readonly jobs: PackJobs,
    @Inject(PackStreams) private readonly streams: PackStreams,
  ) {}

  @Get(':id')
  @Scopes('evidence.read', 'evidence.create')
  @ApiOperation({ summary: 'State of a job: done, total, unit, and its result or problem' })
  async one(
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const stream = this.streams.streamOf(id);
    const { state } = await this.executor.load(stream, evidencePack);
    const progress = this.jobs.progressOf(stream);
    if (state.phase === 'requested') void reply.header('Retry-After', '1');
    return {
      id,
      kind: 'evidence-pack',
      unit: 'phases',
      total: PHASES,
      state: state.phase === 'requested' ? (progress?.state ?? 'queued') : ENDED[state.phase],
      done: state.phase === 'built' ? PHASES : (progress?.done ?? 0),
      ...(progress === undefined ? {} : { phase: progress.phase }),
      ...outcomeOf(id, state),
    };
  }

  @Delete(':id')
  @HttpCode(204)
  @Scopes('evidence.create')
  @ApiOperation({ summary: 'Cancels a job' })
  async cancel(@Param('id') id: string, @CallerParam() caller: Caller): Promise<void> {
    const stream = this.streams.streamOf(id);
    await this.executor.execute({
      stream,
      decider: evidencePack,
      command: { kind: 'cancel', by: caller.client },
      context: {
        principal: caller.client,
        actor: { id: caller.client, kind: caller.kind },
        idempotencyKey: `cancel-${hex(this.randomness.bytes(16))}`,
        digest: sha256Hex(`cancel ${stream}`),
      },
    });
  }
}

const ENDED = { none: 'queued', built: 'done', failed: 'failed', cancelled: 'cancelled' } as const;

function outcomeOf(id: string, { phase, failed }: EvidencePackState): object {
  if (phase === 'built') return { result: `/v1/evidence/packs/${id}` };
  if (failed === undefined) return {};
  return {
    problem: {
      ...problemOf(new TieoutError('internal', failed.detail)),
      detail: failed.detail,
      reason: failed.reason,
    },
  };
}
