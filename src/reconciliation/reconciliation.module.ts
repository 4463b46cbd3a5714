import {
  Inject,
  Injectable,
  Logger,
  Module,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { ImportsViewController } from '../../projections/reconciliation-board/imports.controller';
import {
  countKnownLines,
  knownLinesByKey,
  findBatchOfFile,
} from '../../projections/reconciliation-board/imports.view';
import { AdjustmentsViewController } from '../../projections/reconciliation-board/adjustments.controller';
import { BoardReader } from '../../projections/reconciliation-board/board-reader';
import { ProofsController } from '../../projections/reconciliation-board/proofs.controller';
import { HintsController } from '../../projections/reconciliation-board/hints.controller';
import { ReconPages } from '../../projections/reconciliation-board/recon-pages';
import { ReconciliationBoardController } from '../../projections/reconciliation-board/reconciliation-board.controller';
import { type ReadModel } from '../../projections/read-model';
import { type BlobStore } from '../blob-store';
import { Executor } from '../commanding';
import { ControlRegisters } from '../controls';
import { type Config } from '../config';
import { type EventStore } from '../event-store';
import { BLOBS, CONFIG, EXECUTOR, READ_MODEL, STORE } from '../http';
import { quarantineFile } from '../ingestion';
import { Adjustments } from './adjustments/adjust-break.command';
import { AdjustmentsController } from './adjustments/adjustments.controller';
import {
  BreakRulesController,
  MaterialityController,
} from './registers/recon-registers.controller';
import { ReconRegisters } from './registers/recon-registers';
import { BreakAttachmentsController } from './breaks/break-attachments.controller';
import { BreakWorkController } from './breaks/break-work.controller';
import { BreakWork } from './breaks/work-on-break.command';
import { BatchDecisionsController } from './imports/batch-decisions.controller';
import { StatementImporter } from './imports/import-statement.command';
import { MappingsController } from './imports/mappings.controller';
import { MatchDecisions } from './matches/decide-match.command';
import { ReconCommandsController } from './recon-commands.controller';
import { AliasesController } from './aliases/aliases.controller';
import { definitionWork } from './definitions/definition-providers';
import { DefinitionRegistry } from './definitions/definition-registry';
import { DefinitionWork } from './definitions/definition-work';
import { DefinitionsController } from './definitions/definitions.controller';
import { engineOf, MATCHING_ENGINE, runJobs, RunSources } from './run-sources';
import { ReconWorkController } from './recon-work.controller';
import { DryRuns } from './runs/dry-runs';
import { RunJobs } from './runs/run-jobs';

/** Says which runs the end of an earlier process cut off, and stops the one in work at the end of this one. */
@Injectable()
class RunJobsLife implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(@Inject(RunJobs) private readonly jobs: RunJobs) {}

  onApplicationBootstrap(): void {
    const logger = new Logger('reconciliation');
    for (const { id, definition, cutoff, mode } of this.jobs.interrupted())
      logger.warn(
        `The run ${id} (${definition} up to ${cutoff}, ${mode}) was interrupted and recorded nothing. Send its request again.`,
      );
  }

  onModuleDestroy(): Promise<void> {
    return this.jobs.close();
  }
}

@Module({
  controllers: [
    ReconCommandsController,
    ReconWorkController,
    BatchDecisionsController,
    BreakWorkController,
    BreakAttachmentsController,
    AdjustmentsController,
    AdjustmentsViewController,
    ProofsController,
    MaterialityController,
    BreakRulesController,
    DefinitionsController,
    AliasesController,
    MappingsController,
    ImportsViewController,
    HintsController,
    ReconciliationBoardController,
  ],
  providers: [
    ReconPages,
    ControlRegisters,
    ReconRegisters,
    DryRuns,
    RunSources,
    RunJobsLife,
    {
      provide: StatementImporter,
      inject: [EXECUTOR, BLOBS, CONFIG, READ_MODEL],
      useFactory: (executor: Executor, blobs: BlobStore, config: Config, readModel: ReadModel) =>
        new StatementImporter({
          executor,
          blobs,
          quarantine: (file, context) =>
            quarantineFile({ executor, origin: config.origin }, file, context),
          fileBytesMax: config.limits.statementBytesMax,
          countKnown: (ids) => readModel.query((db) => countKnownLines(db, ids)),
          knownKeys: (source, keys) => readModel.query((db) => knownLinesByKey(db, source, keys)),
          isImported: (source, sha256) =>
            readModel.query((db) => findBatchOfFile(db, source, sha256) !== undefined),
        }),
    },
    { provide: MATCHING_ENGINE, inject: [RunSources], useFactory: engineOf },
    { provide: RunJobs, inject: [RunSources, MATCHING_ENGINE], useFactory: runJobs },
    {
      provide: DefinitionWork,
      inject: [RunSources, MATCHING_ENGINE, ControlRegisters],
      useFactory: definitionWork,
    },
    {
      provide: MatchDecisions,
      inject: [EXECUTOR, READ_MODEL, STORE],
      useFactory: (executor: Executor, readModel: ReadModel, store: EventStore) =>
        new MatchDecisions({
          executor,
          reader: new BoardReader(readModel, store),
          definitions: new DefinitionRegistry(executor),
        }),
    },
    {
      provide: BreakWork,
      inject: [RunSources],
      useFactory: ({ executor, readModel, store, clock }: RunSources) =>
        new BreakWork({ executor, clock, reader: new BoardReader(readModel, store) }),
    },
    {
      provide: Adjustments,
      inject: [RunSources],
      useFactory: ({ executor, readModel, store, clock }: RunSources) =>
        new Adjustments({ executor, clock, reader: new BoardReader(readModel, store) }),
    },
  ],
})
export class ReconciliationModule {}
