import { join } from 'node:path';
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
  findBatchOfFile,
} from '../../projections/reconciliation-board/imports.view';
import { AdjustmentsViewController } from '../../projections/reconciliation-board/adjustments.controller';
import { BoardReader } from '../../projections/reconciliation-board/board-reader';
import { ProofsController } from '../../projections/reconciliation-board/proofs.controller';
import { ReconPages } from '../../projections/reconciliation-board/recon-pages';
import { ReconciliationBoardController } from '../../projections/reconciliation-board/reconciliation-board.controller';
import { type ReadModel } from '../../projections/read-model';
import { type BlobStore } from '../blob-store';
import { Executor } from '../commanding';
import { ControlRegisters } from '../controls';
import { type Config } from '../config';
import { type EventStore } from '../event-store';
import { type Clock } from '../kernel/runtime';
import { BLOBS, CLOCK, CONFIG, EXECUTOR, READ_MODEL, STORE } from '../http';
import { quarantineFile } from '../ingestion';
import { Adjustments } from './adjustments/adjust-break.command';
import { AdjustmentsController } from './adjustments/adjustments.controller';
import {
  BreakRulesController,
  MaterialityController,
} from './registers/recon-registers.controller';
import { ReconRegisters } from './registers/recon-registers';
import { BreakWorkController } from './breaks/break-work.controller';
import { BreakWork } from './breaks/work-on-break.command';
import { StatementImporter } from './imports/import-statement.command';
import { MappingsController } from './imports/mappings.controller';
import { MatchDecisions } from './matches/decide-match.command';
import { ReconCommandsController } from './recon-commands.controller';
import { ReconWorkController } from './recon-work.controller';
import { DryRuns } from './runs/dry-runs';
import { type RunCommitted } from './runs/matching.events';
import { inlineEngine, threadEngine } from './runs/matching-engine';
import { RunJobs } from './runs/run-jobs';
import { RunMarks } from './runs/run-marks';
import { MatchingRunner } from './runs/run-matching.command';

const WORKER = join(__dirname, '..', 'matching.worker.js');

/** A request waits this long for its run; a longer one is looked up. */
const RUN_WAIT_MS = 20_000;

/** What runs need of the ledger. */
@Injectable()
class RunSources {
  constructor(
    @Inject(CONFIG) readonly config: Config,
    @Inject(CLOCK) readonly clock: Clock,
    @Inject(EXECUTOR) readonly executor: Executor,
    @Inject(STORE) readonly store: EventStore,
    @Inject(BLOBS) readonly blobs: BlobStore,
    @Inject(READ_MODEL) readonly readModel: ReadModel,
    @Inject(DryRuns) readonly dryRuns: DryRuns,
  ) {}
}

function runJobs({
  config,
  clock,
  executor,
  store,
  blobs,
  readModel,
  dryRuns,
}: RunSources): RunJobs {
  const folder = join(config.dataDir, 'ledgers', config.ledger);
  const population = new BoardReader(readModel, store);
  const engine = config.workers
    ? threadEngine({
        file: WORKER,
        population,
        modelPath: () => readModel.path(),
        blobFolder: join(folder, 'blobs'),
      })
    : inlineEngine(population, blobs);
  const runner = new MatchingRunner({ executor, engine });
  const marks = new RunMarks(join(folder, 'runs'));
  const keepDryRun = (run: RunCommitted) => void dryRuns.keep(run);
  return new RunJobs({ runner, marks, clock, keepDryRun, waitMs: RUN_WAIT_MS });
}

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
    BreakWorkController,
    AdjustmentsController,
    AdjustmentsViewController,
    ProofsController,
    MaterialityController,
    BreakRulesController,
    MappingsController,
    ImportsViewController,
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
          isImported: (source, sha256) =>
            readModel.query((db) => findBatchOfFile(db, source, sha256) !== undefined),
        }),
    },
    { provide: RunJobs, inject: [RunSources], useFactory: runJobs },
    {
      provide: MatchDecisions,
      inject: [EXECUTOR, READ_MODEL, STORE],
      useFactory: (executor: Executor, readModel: ReadModel, store: EventStore) =>
        new MatchDecisions({ executor, reader: new BoardReader(readModel, store) }),
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
