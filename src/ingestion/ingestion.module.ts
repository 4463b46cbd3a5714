import { setTimeout as delay } from 'node:timers/promises';
import { Module, type Provider } from '@nestjs/common';
import { type BlobStore } from '../blob-store';
import { Executor, type RetryPolicy } from '../commanding';
import { type Config } from '../config';
import { indexOfPosition, type SqliteStore } from '../event-store/sqlite';
import { type Clock, type Randomness } from '../kernel/runtime';
import { type Privacy } from '../privacy';
import { BLOBS, CLOCK, CONFIG, EXECUTOR, PRIVACY, RANDOMNESS, READ_MODEL, STORE } from '../http';
import { openQuarantinedEvents } from '../../projections/quarantine';
import { type ReadModel } from '../../projections/read-model';
import { Acceptor } from './acceptor/acceptor';
import { FreshAppender } from './acceptor/fresh-appender';
import { GroupAppender } from './acceptor/group-appender';
import { type LedgerIndex } from './acceptor/ledger-index';
import { ObjectStates } from './acceptor/object-states';
import { RecentLeaves } from './acceptor/recent-leaves';
import { Repeats } from './acceptor/repeats';
import { SingleEvents } from './acceptor/single-events';
import { StoredLeaves } from './acceptor/stored-leaves';
import { WindowAppender } from './acceptor/window-appender';
import { TransitionReader } from './acceptor/transition-reader';
import { AppendController } from './http/append.controller';
import { OpenItems } from './quarantine/open-items';
import { Quarantine } from './quarantine/quarantine';
import { QuarantineCommandsController } from './quarantine/quarantine-commands.controller';
import { Replays } from './quarantine/replay';
import { SourceRegister } from './sources/source-register';
import { SourcesController } from './sources/sources.controller';

const RETRIES_MAX = 8;
const RETRY: RetryPolicy = { attemptsMax: RETRIES_MAX, sleep: (ms) => delay(ms) };

/** On the embedded store the position of an event is its place in the log, counted from 1. */
const LEDGER_INDEX: LedgerIndex = {
  indexOf: indexOfPosition,
  positionAt: (index) => `s.${index + 1}`,
};

const PROVIDERS: Provider[] = [
  {
    provide: SourceRegister,
    inject: [STORE],
    useFactory: async (store: SqliteStore): Promise<SourceRegister> => {
      const register = new SourceRegister(store);
      await register.refresh();
      return register;
    },
  },
  {
    provide: OpenItems,
    inject: [STORE, READ_MODEL],
    useFactory: async (store: SqliteStore, readModel: ReadModel): Promise<OpenItems> => {
      const start = await store.head();
      return new OpenItems(() => {
        const reached = readModel.position();
        if (
          start !== undefined &&
          (reached === undefined ||
            store.positions.compare(store.positions.parse(reached), start) < 0)
        )
          return undefined;
        return readModel.query(openQuarantinedEvents);
      });
    },
  },
  {
    provide: Quarantine,
    inject: [CONFIG, EXECUTOR, STORE, BLOBS, SourceRegister, RANDOMNESS, OpenItems],
    useFactory: (
      { origin }: Config,
      executor: Executor,
      ids: SqliteStore,
      blobs: BlobStore,
      sources: SourceRegister,
      randomness: Randomness,
      open: OpenItems,
    ) => new Quarantine({ origin, executor, ids, blobs, sources, randomness, open }),
  },
  {
    provide: Acceptor,
    inject: [CONFIG, STORE, CLOCK, RANDOMNESS, PRIVACY, SourceRegister, Quarantine],
    useFactory: acceptorOf,
  },
  {
    provide: SingleEvents,
    inject: [Acceptor],
    useFactory: (acceptor: Acceptor) => new SingleEvents(acceptor),
  },
  {
    provide: Replays,
    inject: [Acceptor, EXECUTOR, BLOBS, OpenItems],
    useFactory: (acceptor: Acceptor, executor: Executor, blobs: BlobStore, open: OpenItems) =>
      new Replays({ acceptor, executor, blobs, open }),
  },
];

function acceptorOf(
  { origin, limits }: Config,
  store: SqliteStore,
  clock: Clock,
  randomness: Randomness,
  privacy: Privacy,
  sources: SourceRegister,
  keeper: Quarantine,
): Acceptor {
  const recent = new RecentLeaves();
  store.onCommit((notice) => recent.onCommit(notice));
  const leaves = new StoredLeaves(recent, store);
  const states = new ObjectStates(store);
  const ledgerIndex = LEDGER_INDEX;
  return new Acceptor({
    origin,
    ids: store,
    reader: new TransitionReader(sources, limits.eventBytesMax),
    sources,
    pseudonyms: privacy.pseudonyms,
    fresh: new FreshAppender({
      personalValues: privacy.personalValues,
      window: new WindowAppender({ store, states, leaves, ledgerIndex, clock }),
      appender: new GroupAppender({
        store,
        states,
        leaves,
        ledgerIndex,
        clock,
        randomness,
        retry: RETRY,
      }),
      keeper,
    }),
    repeats: new Repeats({ store, ledgerIndex, ...privacy }),
    keeper,
  });
}

/** Transitions in, and what could not come in. */
@Module({
  controllers: [AppendController, QuarantineCommandsController, SourcesController],
  providers: PROVIDERS,
  exports: [Acceptor, SourceRegister],
})
export class IngestionModule {}
