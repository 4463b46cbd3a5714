import {
  Inject,
  Injectable,
  Logger,
  Module,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import {
  actsWithin,
  approvedErasures,
  erasedValuesOf,
  erasureEventsAfter,
  lastActAt,
} from '../../projections/privacy-register';
import { type ReadModel } from '../../projections/read-model';
import { type Executor } from '../commanding';
import { type LedgerStore } from '../event-store';
import { CLOCK, EXECUTOR, PRIVACY, READ_MODEL, STORE } from '../http';
import { type Clock } from '../kernel/runtime';
import { ErasureRequests } from './erasure-requests';
import { Erasures } from './erasures';
import { ErasuresController } from './erasures.controller';
import { Holds } from './holds';
import { HoldsController } from './holds.controller';
import { OneAtATime } from './one-at-a-time';
import { type Privacy } from './open-privacy';
import { PersonalController } from './personal.controller';
import { PersonalReader } from './personal-reader';
import { PoliciesController } from './policies.controller';
import { SubjectsController } from './subjects.controller';
import { Upkeep } from './upkeep';

const WAIT_MS = 10_000;

/** What the parts of this module share. */
@Injectable()
class PrivacySources {
  readonly turns = new OneAtATime();
  private readonly logger = new Logger('privacy');

  constructor(
    @Inject(EXECUTOR) readonly executor: Executor,
    @Inject(STORE) readonly log: LedgerStore,
    @Inject(PRIVACY) private readonly privacy: Privacy,
    @Inject(READ_MODEL) private readonly readModel: ReadModel,
    @Inject(CLOCK) readonly clock: Clock,
  ) {}

  get sideStore() {
    return this.privacy.sideStore;
  }

  get personalValues() {
    return this.privacy.personalValues;
  }

  readonly register = {
    settle: async (): Promise<void> => {
      const head = await this.log.head();
      if (head !== undefined) await this.readModel.waitFor(this.log.positions.print(head), WAIT_MS);
    },
    erasureEventsAfter: (index: number) =>
      this.readModel.query((db) => erasureEventsAfter(db, index)),
    approved: () => this.readModel.query(approvedErasures),
    lastActAt: (id: string) => this.readModel.query((db) => lastActAt(db, id)),
    actsWithin: (id: string, scope: Parameters<typeof actsWithin>[2]) =>
      this.readModel.query((db) => actsWithin(db, id, scope)),
  };

  readonly erasedOf = async (stream: string, revision: number) => {
    await this.register.settle();
    return this.readModel.query((db) => erasedValuesOf(db, stream, revision));
  };

  readonly erasedBy = (stream: string, revision: number, path: string): string | undefined =>
    this.readModel
      .query((db) => erasedValuesOf(db, stream, revision))
      .find((value) => value.path === path)?.event;

  readonly report = (what: string, error: unknown): void =>
    this.logger.error(`${what} failed and is tried again`, error);
}

/** Finishes what an earlier run left once the service answers; an end of the service waits for what is under way. */
@Injectable()
export class UpkeepLife implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(@Inject(Upkeep) readonly upkeep: Upkeep) {}

  onApplicationBootstrap(): void {
    this.upkeep.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.upkeep.close();
  }
}

/** Erasures, holds, retention, and the reading of personal values. */
@Module({
  controllers: [
    ErasuresController,
    HoldsController,
    PoliciesController,
    PersonalController,
    SubjectsController,
  ],
  providers: [
    PrivacySources,
    UpkeepLife,
    {
      provide: Erasures,
      inject: [PrivacySources],
      useFactory: (sources: PrivacySources) => new Erasures(sources),
    },
    {
      provide: ErasureRequests,
      inject: [PrivacySources],
      useFactory: (sources: PrivacySources) => new ErasureRequests(sources),
    },
    {
      provide: Holds,
      inject: [PrivacySources],
      useFactory: (sources: PrivacySources) => new Holds(sources),
    },
    {
      provide: PersonalReader,
      inject: [PrivacySources],
      useFactory: (sources: PrivacySources) => new PersonalReader(sources),
    },
    {
      provide: Upkeep,
      inject: [PrivacySources, Erasures],
      useFactory: ({ sideStore, log, clock, report }: PrivacySources, erasures: Erasures) =>
        new Upkeep({ erasures, sideStore, log, clock, report }),
    },
  ],
})
export class PrivacyModule {}
