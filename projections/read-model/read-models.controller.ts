import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Command, READ_MODEL, Scopes } from '../../src/http';
import { isTieoutError, notFound } from '../../src/kernel/errors';
import { type ReadModel, type ReadModelStatus } from './read-model';

/** One read model holds all views of a ledger. */
const MAIN = 'main';

/** How far reads are behind writes, and building them anew. */
@ApiTags('operations')
@Controller('v1/ops/read-models')
export class ReadModelsController {
  constructor(@Inject(READ_MODEL) private readonly readModel: ReadModel) {}

  @Get()
  @Scopes('ops.read')
  @ApiOperation({ summary: 'Generation, position, lag and state of the read model' })
  list(): object {
    return { items: [{ id: MAIN, ...described(this.readModel.status()) }] };
  }

  /** A build that runs already is the answer to a second request, so a repeat does nothing more. */
  @Post(':id/rebuild')
  @HttpCode(202)
  @Scopes('ops.manage')
  @ApiOperation({ summary: 'Builds a new generation beside the live one, which serves meanwhile' })
  rebuild(@Param('id') id: string, @Command() contextOf: () => unknown): object {
    if (id !== MAIN) throw notFound(`The read model ${id}`);
    contextOf();
    // A build takes as long as the ledger is long; how it ends is told by the list.
    this.readModel.rebuild().catch((error: unknown) => {
      if (!isTieoutError(error, 'read-model-stopped', 'draining')) throw error;
    });
    return { id: MAIN, ...described(this.readModel.status()) };
  }
}

function described(status: ReadModelStatus): object {
  const { generation, state, position, lagEvents, lagSeconds, stopped, next, failed } = status;
  return {
    generation: generation ?? null,
    state,
    position: position ?? null,
    lagEvents,
    lagSeconds,
    ...(stopped === undefined ? {} : { stopped }),
    ...(next === undefined ? {} : { next }),
    ...(failed === undefined ? {} : { failed }),
  };
}
