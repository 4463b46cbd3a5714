import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { BoardReader } from '../../projections/reconciliation-board/board-reader';
import { type ReadModel } from '../../projections/read-model';
import { type BlobStore } from '../blob-store';
import { Executor } from '../commanding';
import { type Config } from '../config';
import { type EventStore } from '../event-store';
import { BLOBS, CLOCK, CONFIG, EXECUTOR, READ_MODEL, STORE } from '../http';
import { type Clock } from '../kernel/runtime';
import { DefinitionRegistry } from './definitions/definition-registry';
import { DryRuns } from './runs/dry-runs';
import { type RunCommitted } from './runs/matching.events';
import { inlineEngine, type MatchingEngine, threadEngine } from './runs/matching-engine';
import { RunJobs } from './runs/run-jobs';
import { RunMarks } from './runs/run-marks';
import { MatchingRunner } from './runs/run-matching.command';

export const MATCHING_ENGINE = Symbol('matching engine');

const WORKER = join(__dirname, '..', 'matching.worker.js');

/** A request waits this long for its run; a longer one is looked up. */
const RUN_WAIT_MS = 20_000;

/** What runs need of the ledger. */
@Injectable()
export class RunSources {
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

const folderOf = ({ config }: RunSources) => join(config.dataDir, 'ledgers', config.ledger);

export function engineOf(sources: RunSources): MatchingEngine {
  const { config, readModel, store, blobs } = sources;
  const population = new BoardReader(readModel, store);
  return config.workers
    ? threadEngine({
        file: WORKER,
        population,
        modelPath: () => readModel.path(),
        blobFolder: join(folderOf(sources), 'blobs'),
      })
    : inlineEngine(population, blobs);
}

export function runJobs(sources: RunSources, engine: MatchingEngine): RunJobs {
  const { executor, clock, dryRuns } = sources;
  const definitions = new DefinitionRegistry(executor);
  const runner = new MatchingRunner({ executor, engine, definitions });
  const marks = new RunMarks(join(folderOf(sources), 'runs'));
  const keepDryRun = (run: RunCommitted) => void dryRuns.keep(run);
  return new RunJobs({ runner, marks, clock, keepDryRun, waitMs: RUN_WAIT_MS });
}
