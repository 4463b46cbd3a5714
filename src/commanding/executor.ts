import { type Decider, type DomainEvent } from '../kernel/decider';
import { encodeEntry, storeIdOf, type Actor, type Entry, type EntrySource } from '../kernel/entry';
import { isTieoutError, revisionConflict, TieoutError } from '../kernel/errors';
import { hex, leafHash } from '../kernel/hash';
import { aggregateId, commandEventId, commandId, processCommandId } from '../kernel/ids';
import { type Clock } from '../kernel/runtime';
import { type LedgerStore, type NewEvent, type Position } from '../event-store';
import { appendWithRetry, type RetryPolicy } from './append-with-retry';
import { readEntries, type StreamEntry } from './read-entries';

/** Who asks, under which key. The key makes a repeat find the first result for ever. */
export interface CommandContext {
  /** the client or person; not one of its API keys, so that a rotation changes nothing */
  readonly principal: string;
  readonly actor: Actor;
  readonly idempotencyKey: string;
  /** hex SHA-256 of the canonical request: method, path, body */
  readonly digest: string;
  /** the revision the caller saw; a conflict is then answered and not decided again */
  readonly ifMatch?: bigint;
}

/** A process manager or job that acts on an event; its ids follow from the event, so a replay is harmless. */
export interface ProcessContext {
  readonly process: string;
  readonly causingEventId: string;
  readonly n: number;
}

export interface CommandRequest<C, E extends DomainEvent, S> {
  readonly stream: string;
  readonly decider: Decider<C, E, S>;
  readonly command: C;
  readonly context: CommandContext | ProcessContext;
  readonly correlation?: string;
  readonly causation?: string;
}

export interface Loaded<S> {
  readonly state: S;
  /** -1n for a stream without events */
  readonly revision: bigint;
  readonly events: readonly StreamEntry[];
}

export interface Executed<S> {
  readonly state: S;
  readonly revision: bigint;
  /** printed; `undefined` when nothing was ever stored in the stream */
  readonly position: string | undefined;
  /** the command's own events, as stored */
  readonly events: readonly StreamEntry[];
  /** true when an earlier request with the same key was answered again */
  readonly replayed: boolean;
}

export interface ExecutorDependencies {
  readonly origin: string;
  readonly store: LedgerStore;
  readonly clock: Clock;
  readonly retry: RetryPolicy;
}

const SYSTEM_ACTOR: Actor = { id: 'sys-tieout', kind: 'system' };
const DECISIONS_MAX = 4;

/** Load, fold, decide, append, retry. The only way own commands reach the ledger. */
export class Executor {
  constructor(private readonly deps: ExecutorDependencies) {}

  /** Id of the aggregate that a command makes: a repeat of the request meets the same stream. */
  newAggregateId(context: CommandContext | ProcessContext): string {
    return aggregateId(this.identity(context).id);
  }

  /** Id of the first event that a command records: what it begins can be known by it. */
  firstEventId(context: CommandContext): string {
    return commandEventId(this.identity(context).id, 0);
  }

  /** Folds a stream; one that was never written folds to the initial state at revision -1. */
  async load<C, E extends DomainEvent, S>(
    stream: string,
    decider: Decider<C, E, S>,
  ): Promise<Loaded<S>> {
    const events: StreamEntry[] = [];
    let state = decider.initial;
    try {
      for await (const event of readEntries(this.deps.store, stream)) {
        events.push(event);
        state = decider.evolve(state, asDomainEvent<E>(event.entry));
      }
    } catch (error) {
      if (!isTieoutError(error, 'stream-missing')) throw error;
    }
    return { state, revision: BigInt(events.length) - 1n, events };
  }

  /**
   * Decides and records; a repeat of the same request gives the first result.
   *
   * @throws TieoutError what the decider refuses; `idempotency-key-reused`; `revision-conflict` against `ifMatch`;
   *   `concurrent-change` after four decisions that were overtaken; the codes of the store
   */
  async execute<C, E extends DomainEvent, S>(
    request: CommandRequest<C, E, S>,
  ): Promise<Executed<S>> {
    const command = this.identity(request.context);
    const earlier = await this.earlierStream(command);
    if (earlier !== undefined && earlier !== request.stream) throw keyReused();
    for (let round = 0; round < DECISIONS_MAX; round += 1) {
      const loaded = await this.load(request.stream, request.decider);
      const repeat = replayOf(loaded, command);
      if (repeat !== undefined) return this.executed(request, repeat, true);
      checkIfMatch(request, loaded.revision);
      const decided = request.decider.decide(request.command, loaded.state);
      if (decided.length === 0) return this.executed(request, [], false);
      const entries = this.build(request, command, loaded, decided);
      if (await this.appended(request, loaded.revision, entries)) {
        return this.executed(
          request,
          entries.map((e) => e.id),
          false,
        );
      }
    }
    throw new TieoutError(
      'concurrent-change',
      `${request.stream} keeps changing. Send the same request again.`,
    );
  }

  private async appended<C, E extends DomainEvent, S>(
    request: CommandRequest<C, E, S>,
    revision: bigint,
    entries: readonly Entry[],
  ): Promise<boolean> {
    const expected = revision < 0n ? 'no-stream' : revision;
    try {
      const { store, retry: policy } = this.deps;
      const append = { stream: request.stream, expected, events: entries.map(toNewEvent) } as const;
      await appendWithRetry(append, { store, policy });
      return true;
    } catch (error) {
      if (isTieoutError(error, 'revision-conflict')) return false;
      throw error;
    }
  }

  /** Read back from the store: what was sent is not always what is stored, and receipts speak of stored bytes. */
  private async executed<C, E extends DomainEvent, S>(
    request: CommandRequest<C, E, S>,
    ids: readonly string[],
    replayed: boolean,
  ): Promise<Executed<S>> {
    const loaded = await this.load(request.stream, request.decider);
    const wanted = new Set(ids);
    const events = loaded.events.filter((e) => wanted.has(e.entry.id));
    const last = events.at(-1) ?? loaded.events.at(-1);
    const position = last === undefined ? undefined : this.print(last.recorded.position);
    const revision =
      events.length === 0
        ? loaded.revision
        : BigInt(events[events.length - 1]?.entry.revision ?? 0);
    return { state: loaded.state, revision, position, events, replayed };
  }

  private print(position: Position): string {
    return this.deps.store.positions.print(position);
  }

  private async earlierStream(command: Identity): Promise<string | undefined> {
    const first = commandEventId(command.id, 0);
    return (await this.deps.store.find([first])).get(first)?.stream;
  }

  private identity(context: CommandContext | ProcessContext): Identity {
    const { origin } = this.deps;
    if ('process' in context) {
      const { process, causingEventId, n } = context;
      const id = processCommandId(origin, process, causingEventId, n);
      return {
        id,
        actor: SYSTEM_ACTOR,
        source: { system: 'tieout', id: `${process}/${causingEventId}/${n}` },
      };
    }
    return {
      id: commandId(origin, context.principal, context.idempotencyKey),
      actor: context.actor,
      source: { system: 'tieout', id: context.idempotencyKey, document: context.digest },
    };
  }

  private build<C, E extends DomainEvent, S>(
    request: CommandRequest<C, E, S>,
    command: Identity,
    loaded: Loaded<S>,
    decided: readonly E[],
  ): readonly Entry[] {
    const now = this.deps.clock.now();
    let prev = loaded.events.at(-1)?.leaf;
    let revision = Number(loaded.revision);
    return decided.map((event, i) => {
      revision += 1;
      const entry: Entry = {
        v: 1,
        stream: request.stream,
        revision,
        id: commandEventId(command.id, i),
        type: event.type,
        contract: 1,
        occurredAt: now,
        recordedAt: now,
        actor: command.actor,
        source: command.source,
        ...(request.correlation === undefined ? {} : { correlation: request.correlation }),
        ...(request.causation === undefined ? {} : { causation: request.causation }),
        data: event.data,
        ...(prev === undefined ? {} : { prev }),
      };
      prev = hex(leafHash(encodeEntry(entry)));
      return entry;
    });
  }
}

interface Identity {
  readonly id: string;
  readonly actor: Actor;
  readonly source: EntrySource;
}

/** Ids of the command's stored events, when the stream holds them; the request must be the same one. */
function replayOf<S>(loaded: Loaded<S>, command: Identity): readonly string[] | undefined {
  const first = commandEventId(command.id, 0);
  const at = loaded.events.findIndex((e) => e.entry.id === first);
  if (at < 0) return undefined;
  if (loaded.events[at]?.entry.source.document !== command.source.document) throw keyReused();
  const ids: string[] = [];
  for (let i = 0; loaded.events[at + i]?.entry.id === commandEventId(command.id, i); i += 1) {
    ids.push(commandEventId(command.id, i));
  }
  return ids;
}

function checkIfMatch<C, E extends DomainEvent, S>(
  request: CommandRequest<C, E, S>,
  revision: bigint,
): void {
  if ('process' in request.context) return;
  const { ifMatch } = request.context;
  if (ifMatch === undefined || ifMatch === revision) return;
  throw revisionConflict(request.stream, ifMatch, revision < 0n ? 'no-stream' : revision);
}

function keyReused(): TieoutError {
  return new TieoutError(
    'idempotency-key-reused',
    'This Idempotency-Key was used for another request. Take a new key for a new request.',
  );
}

function asDomainEvent<E extends DomainEvent>(entry: Entry): E {
  return { type: entry.type, data: entry.data } as E;
}

function toNewEvent(entry: Entry): NewEvent {
  return { id: entry.id, storeId: storeIdOf(entry), type: entry.type, entry: encodeEntry(entry) };
}
