import {
  type AppendOutcome,
  type Expected,
  type LedgerStore,
  type NewEvent,
  openMemoryStore,
} from '../../src/event-store';
import { type TieoutError } from '../../src/kernel/errors';
import { Acceptor } from '../../src/ingestion/acceptor/acceptor';
import { FreshAppender } from '../../src/ingestion/acceptor/fresh-appender';
import { type Keeper } from '../../src/ingestion/acceptor/keeping';
import { GroupAppender } from '../../src/ingestion/acceptor/group-appender';
import { type LedgerIndex } from '../../src/ingestion/acceptor/ledger-index';
import { ObjectStates } from '../../src/ingestion/acceptor/object-states';
import { RecentLeaves } from '../../src/ingestion/acceptor/recent-leaves';
import { Repeats } from '../../src/ingestion/acceptor/repeats';
import { type Deliverer, type ItemResult } from '../../src/ingestion/acceptor/submission';
import { TransitionReader } from '../../src/ingestion/acceptor/transition-reader';
import { StoredLeaves } from '../../src/ingestion/acceptor/stored-leaves';
import { WindowAppender } from '../../src/ingestion/acceptor/window-appender';
import { structuredSubmission } from '../../src/ingestion/http/submissions';
import { type Source, type SourceRegister } from '../../src/ingestion/sources/source-register';
import { type Privacy } from '../../src/privacy';
import { seededRandomness } from './seeded-randomness';

const ledgerIndex: LedgerIndex = {
  indexOf: (position) => Number((position as unknown as { sequence: bigint }).sequence) - 1,
  positionAt: (index) => `m.${index + 1}`,
};

export type Append = LedgerStore['append'];

/** A store whose appends go through `append`, for what a store can do to its caller. */
export function storeWith(store: LedgerStore, append: (real: Append) => Append): LedgerStore {
  const real: Append = (stream, expected, events) => store.append(stream, expected, events);
  const wrapped = append(real);
  return {
    append: wrapped,
    appendEach: (appends) =>
      Promise.all(
        appends.map(({ stream, expected, events }) =>
          wrapped(stream, expected, events).then(
            (appended): AppendOutcome => ({ ok: true, ...appended }),
            (error: TieoutError): AppendOutcome => ({ ok: false, error }),
          ),
        ),
      ),
    readStream: (stream, from, limit) => store.readStream(stream, from, limit),
    readAll: (after, limit) => store.readAll(after, limit),
    subscribe: (after, signal) => store.subscribe(after, signal),
    head: () => store.head(),
    find: (ids) => store.find(ids),
    close: () => store.close(),
    positions: store.positions,
    halt: (finding) => store.halt(finding),
    get finding() {
      return store.finding;
    },
  };
}

/** Calls `once` before the first append alone. */
export function beforeFirstAppend(store: LedgerStore, once: () => Promise<unknown>): LedgerStore {
  let isFirst = true;
  return storeWith(
    store,
    (real) => async (stream: string, expected: Expected, events: readonly NewEvent[]) => {
      if (isFirst) {
        isFirst = false;
        await once();
      }
      return real(stream, expected, events);
    },
  );
}

export interface Harness {
  readonly acceptor: Acceptor;
  readonly deliverer: Deliverer;
  readonly store: LedgerStore;
  readonly kept: string[];
  readonly superseded: string[];
  /** @param events structured events, as objects or as text */
  accept(
    events: readonly (object | string)[],
    options?: { oneAppend?: boolean; stopped?: Set<string> },
  ): Promise<ItemResult[]>;
}

/** The acceptor on a memory store, with one source; what is kept in quarantine is listed by its code. */
export function acceptorOn(privacy: Privacy, store: LedgerStore = openMemoryStore()): Harness {
  const source: Source = {
    id: 'ap-hub',
    uri: 'https://ap-hub.example/',
    timeZone: 'UTC',
    fineTime: 'refuse',
    stateCodes: {},
    codesOf: () => undefined,
  };
  const sources = {
    ofUri: (uri: string) => (uri === source.uri ? source : undefined),
    refresh: () => Promise.resolve(false),
  } as unknown as SourceRegister;
  const kept: string[] = [];
  const superseded: string[] = [];
  const clock = { now: () => '2026-11-02T08:00:00.000Z' };
  const parts = {
    store,
    states: new ObjectStates(store),
    leaves: new StoredLeaves(new RecentLeaves(), store),
    ledgerIndex,
  };
  const keeper: Keeper = {
    keep: async (_submission, { error }) => {
      kept.push(error.code);
      return `item-${kept.length}`;
    },
    supersede: async (ids) => void superseded.push(...ids),
  };
  const acceptor = new Acceptor({
    origin: 'tieout.example/acme',
    ids: store,
    reader: new TransitionReader(sources, 48 * 1024),
    sources,
    pseudonyms: privacy.pseudonyms,
    fresh: new FreshAppender({
      personalValues: privacy.personalValues,
      window: new WindowAppender({ ...parts, clock }),
      appender: new GroupAppender({
        ...parts,
        clock,
        randomness: seededRandomness(),
        retry: { attemptsMax: 2, sleep: async () => {} },
      }),
      keeper,
    }),
    repeats: new Repeats({ store, ledgerIndex, ...privacy }),
    keeper,
  });
  const deliverer = { client: 'ap-connector', sources: 'all' } as const;
  return {
    acceptor,
    deliverer,
    store,
    kept,
    superseded,
    accept: (events, { oneAppend = false, stopped } = {}) => {
      const submissions = events.map((event) =>
        structuredSubmission(
          Buffer.from(typeof event === 'string' ? event : JSON.stringify(event)),
          'bulk',
        ),
      );
      const read = acceptor.read(submissions, deliverer);
      return acceptor.accept(submissions, read, deliverer, {
        oneAppend,
        ...(stopped === undefined ? {} : { stopped }),
      });
    },
  };
}
