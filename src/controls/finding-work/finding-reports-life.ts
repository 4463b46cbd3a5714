import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { type ReadModel } from '../../../projections/read-model';
import { Executor } from '../../commanding';
import { CLOCK, EXECUTOR, READ_MODEL } from '../../http';
import { type Clock } from '../../kernel/runtime';
import { FindingReports } from './finding-reports.process';

/** Time enough for a bulk import to come to rest between two rounds. */
const EVERY_MS = 15_000;

/** Has findings told to the ledger while the service runs; an end of the service waits for what is under way. */
@Injectable()
export class FindingReportsLife implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Findings');
  private readonly reports: FindingReports;
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private work: Promise<void> | undefined;

  constructor(
    @Inject(EXECUTOR) executor: Executor,
    @Inject(READ_MODEL) private readonly readModel: ReadModel,
    @Inject(CLOCK) clock: Clock,
  ) {
    this.reports = new FindingReports({ executor, readModel, clock });
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.tick(), EVERY_MS);
    this.timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    await this.work;
  }

  /** One round at a time, of what is known to the end; a read model that is behind would tell of what was. */
  private tick(): void {
    if (this.work !== undefined || this.readModel.status().state !== 'current') return;
    this.work = this.round().finally(() => (this.work = undefined));
  }

  private async round(): Promise<void> {
    try {
      await this.reports.round(this.stopping.signal);
    } catch (error) {
      // The next round comes all the same, and finds the same to tell.
      this.logger.error('Telling the ledger what was found failed and is tried again', error);
    }
  }
}
