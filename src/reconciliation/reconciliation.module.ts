import { Module } from '@nestjs/common';
import { ImportsViewController } from '../../projections/reconciliation-board/imports.controller';
import {
  countKnownLines,
  findBatchOfFile,
} from '../../projections/reconciliation-board/imports.view';
import { BoardReader } from '../../projections/reconciliation-board/board-reader';
import { ReconPages } from '../../projections/reconciliation-board/recon-pages';
import { ReconciliationBoardController } from '../../projections/reconciliation-board/reconciliation-board.controller';
import { type ReadModel } from '../../projections/read-model';
import { type BlobStore } from '../blob-store';
import { Executor } from '../commanding';
import { type Config } from '../config';
import { type EventStore } from '../event-store';
import { BLOBS, CONFIG, EXECUTOR, READ_MODEL, STORE } from '../http';
import { quarantineFile } from '../ingestion';
import { StatementImporter } from './imports/import-statement.command';
import { MappingsController } from './imports/mappings.controller';
import { MatchDecisions } from './matches/decide-match.command';
import { ReconCommandsController } from './recon-commands.controller';
import { ReconWorkController } from './recon-work.controller';
import { DryRuns } from './runs/dry-runs';
import { MatchingRunner } from './runs/run-matching.command';

@Module({
  controllers: [
    ReconCommandsController,
    ReconWorkController,
    MappingsController,
    ImportsViewController,
    ReconciliationBoardController,
  ],
  providers: [
    ReconPages,
    DryRuns,
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
    {
      provide: MatchingRunner,
      inject: [EXECUTOR, BLOBS, READ_MODEL, STORE],
      useFactory: (executor: Executor, blobs: BlobStore, readModel: ReadModel, store: EventStore) =>
        new MatchingRunner({ executor, blobs, population: new BoardReader(readModel, store) }),
    },
    {
      provide: MatchDecisions,
      inject: [EXECUTOR, READ_MODEL, STORE],
      useFactory: (executor: Executor, readModel: ReadModel, store: EventStore) =>
        new MatchDecisions({ executor, reader: new BoardReader(readModel, store) }),
    },
  ],
})
export class ReconciliationModule {}
