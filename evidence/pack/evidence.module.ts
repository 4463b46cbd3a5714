import { setImmediate as turn } from 'node:timers/promises';
import { join } from 'node:path';
import {
  Inject,
  Injectable,
  Logger,
  Module,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';

import {
  lineageBreaks,
  lineageFacts,
  lineageFindings,
  lineageMatches,
  pendingPacks,
} from '../../projections/evidence-packs';
import { type ReadModel } from '../../projections/read-model';
import { type BlobStore } from '../../src/blob-store';
import { type Executor } from '../../src/commanding';
import { type Config } from '../../src/config';
import { type EventStore } from '../../src/event-store';
import { indexOfPosition } from '../../src/event-store/sqlite';
import {
  ASK_TIMESTAMP,
  BLOBS,
  CONFIG,
  EXECUTOR,
  HEADS,
  LOG_READER,
  PERSONAL_VALUES,
  PSEUDONYMS,
  READ_MODEL,
  STORE,
} from '../../src/http';
import { type PersonalValues, type Pseudonyms } from '../../src/privacy';
import { type Heads, type HeadsCommitted, type LogReader } from '../../src/sealing';
import { DownloadController } from './download.controller';
import { EvidenceController } from './evidence.controller';
import { JobsController } from './jobs.controller';
import { inlineBuilder, threadBuilder } from './pack-builder';
import { type GatheringSources, gatherPack, type LineageViews } from './pack-gathering';
import { type PackInput, type PackRequest } from './pack-input';
import { PackJobs } from './pack-jobs';
import { PackStreams } from './pack-streams';

const VIEWS_WAIT_MS = 10_000;
/** Asked again until the views are there; short, because an end of the service waits for one such round. */
const QUEUE_WAIT_MS = 1_000;
const WORKER = join(__dirname, '..', '..', 'src', 'pack.worker.js');

/** What the job needs of the ledger. */
@Injectable()
class PackSources {
  constructor(
    @Inject(CONFIG) readonly config: Config,
    @Inject(EXECUTOR) readonly executor: Executor,
    @Inject(STORE) readonly store: EventStore,
    @Inject(BLOBS) readonly blobs: BlobStore,
    @Inject(LOG_READER) readonly log: LogReader,
    @Inject(HEADS) readonly heads: Heads,
    @Inject(READ_MODEL) readonly readModel: ReadModel,
    @Inject(PERSONAL_VALUES) readonly personalValues: PersonalValues,
    @Inject(PSEUDONYMS) readonly pseudonyms: Pseudonyms,
    @Inject(ASK_TIMESTAMP) private readonly askTimestamp: () => void,
  ) {}

  /** Waits until the views have reached the request, then reads. */
  async gather(request: PackRequest, position: string): Promise<PackInput> {
    await this.readModel.waitFor(position, VIEWS_WAIT_MS);
    const { size } = this.log.firstCheckpointOf(request.event.index);
    const committed = await this.heads.covering(size);
    // The pack does not wait for it: the token comes into the anchor folder, over the same log.
    this.askTimestamp();
    // The pack tells of everything below the commitment, which may be more than the request.
    await this.readModel.waitFor(`s.${committed.size}`, VIEWS_WAIT_MS);
    return gatherPack(request, this.gathering(committed));
  }

  /** The queue as the ledger has it; the views must have reached what was recorded before this start. */
  async pending(): Promise<readonly string[]> {
    const head = await this.store.head();
    if (head === undefined) return [];
    await this.readModel.waitFor(this.store.positions.print(head), QUEUE_WAIT_MS);
    return this.readModel.query(pendingPacks);
  }

  private gathering(committed: HeadsCommitted): GatheringSources {
    const { heads, log, readModel, personalValues, pseudonyms } = this;
    const views: LineageViews = {
      lineageOf: (stream, asOf) => readModel.query((db) => lineageFacts(db, log, stream, asOf)),
      findingsOn: (streams, size) => readModel.query((db) => lineageFindings(db, streams, size)),
      breaksOn: (streams, size) => readModel.query((db) => lineageBreaks(db, streams, size)),
      matchesOn: (streams, size) => readModel.query((db) => lineageMatches(db, streams, size)),
    };
    return {
      ...{ log, heads, committed, views },
      breathe: () => turn(),
      disclosures: {
        openings: (id, wanted, commitments) =>
          personalValues
            .open(id, commitments)
            .filter(({ path }) => wanted(path))
            .map(({ path, salt, value }) => ({ id, path, salt, value })),
        identities: (ids) =>
          ids.flatMap((pseudonym) => {
            const account = pseudonyms.accountOf(pseudonym);
            return account === undefined ? [] : [{ pseudonym, ...account }];
          }),
      },
    };
  }
}

function packJobs(sources: PackSources): PackJobs {
  const logger = new Logger('evidence');
  return new PackJobs({
    executor: sources.executor,
    blobs: sources.blobs,
    builder: sources.config.workers ? threadBuilder(WORKER) : inlineBuilder,
    gather: (request, asked) =>
      sources.gather(request, sources.store.positions.print(asked.recorded.position)),
    indexOf: ({ recorded }) => indexOfPosition(recorded.position),
    pending: () => sources.pending(),
    report: (stream, error) => logger.error(`The job of ${stream} failed`, error),
  });
}

/** Takes up the packs of an earlier run once the service answers, and lets the one in work finish at the end. */
@Injectable()
class PackJobsLife implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(@Inject(PackJobs) private readonly jobs: PackJobs) {}

  onApplicationBootstrap(): void {
    void this.jobs.resume();
  }

  onModuleDestroy(): Promise<void> {
    return this.jobs.close();
  }
}

/** Evidence packs: asked for, built as jobs, listed, downloaded. */
@Module({
  controllers: [EvidenceController, DownloadController, JobsController],
  providers: [
    PackSources,
    PackStreams,
    PackJobsLife,
    { provide: PackJobs, useFactory: packJobs, inject: [PackSources] },
  ],
})
export class EvidenceModule {}
