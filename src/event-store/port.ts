import { type TieoutError } from '../kernel/errors';

/** 0, 1, 2 … without gaps in a stream. */
export type Revision = bigint;
export type Expected = Revision | 'no-stream';

/** A place in the global order. Opaque: its fields are the adapter's; compare, print and parse it with `positions`. */
export interface Position {
  readonly kind: 'memory' | 'sqlite' | 'kurrentdb';
}

export interface StoredEvent {
  /** UUID over the entry's id and content: what an append compares with what is already stored */
  readonly storeId: string;
  /** `<object>.<past-tense>`, at most 80 bytes */
  readonly type: string;
  /** canonical JSON, 1 to 65,535 bytes; never parsed or changed by an adapter */
  readonly entry: Uint8Array;
}

export interface NewEvent extends StoredEvent {
  /** the entry's id, for the index of ids */
  readonly id: string;
  /** SHA-256(0x00 || entry), 32 bytes, if the caller has it; sealing compares it with what was written */
  readonly leaf?: Uint8Array;
}

export interface RecordedEvent extends StoredEvent {
  readonly stream: string;
  readonly revision: Revision;
  readonly position: Position;
}

export interface Appended {
  /** of the last event of the append */
  readonly revision: Revision;
  readonly position: Position;
}

/** One append among several that are handed over together. */
export interface AppendCall {
  readonly stream: string;
  readonly expected: Expected;
  readonly events: readonly NewEvent[];
  /** leaf of the stream's last event as the caller has it, 32 bytes: where the store has another one, it is a conflict */
  readonly prev?: Uint8Array | undefined;
}

/** What became of one append among several. */
export type AppendOutcome =
  ({ readonly ok: true } & Appended) | { readonly ok: false; readonly error: TieoutError };

/** `progress: p` says that nothing at or below `p` is still to come. */
export type Delivery = { readonly event: RecordedEvent } | { readonly progress: Position };

export interface Positions {
  compare(a: Position, b: Position): -1 | 0 | 1;
  /** safe in headers and URLs, such as `s.17` */
  print(position: Position): string;
  /** @throws TieoutError `token-invalid` for malformed text or another store's position */
  parse(text: string): Position;
}

/**
 * The only database of the write side. There is no append without an exact expected revision, no delete, no truncate and
 * no transaction over two streams, so that adapters cannot differ.
 */
export interface EventStore {
  /**
   * Stores all events at `expected + 1 …`, or none, and answers once they are durable. The same store ids again at the
   * same place give the first result.
   *
   * @throws TieoutError `revision-conflict`, `outcome-unknown`, `store-unavailable`, `too-large`, `store-corrupt`
   * @throws TypeError for misuse, before any I/O: an empty list, an id twice in it, a malformed id or name
   */
  append(stream: string, expected: Expected, events: readonly NewEvent[]): Promise<Appended>;
  /**
   * Ascending from revision `from` (inclusive, default 0); at least all events acknowledged before the call.
   *
   * @throws TieoutError `stream-missing` (no event at all), `store-unavailable`, `store-corrupt`
   */
  readStream(stream: string, from?: Revision, limit?: number): AsyncIterable<RecordedEvent>;
  /** All events in global order; `after` is exclusive. @throws TieoutError `store-unavailable`, `store-corrupt` */
  readAll(after?: Position, limit?: number): AsyncIterable<RecordedEvent>;
  /** As `readAll`, then live for ever. Ends only by `signal`, without error. @throws TieoutError `dropped` only */
  subscribe(after: Position | undefined, signal: AbortSignal): AsyncIterable<Delivery>;
  /** An upper bound of what is acknowledged; `undefined` only if nothing is stored. @throws TieoutError `store-unavailable` */
  head(): Promise<Position | undefined>;
  readonly positions: Positions;
}

/** Where an entry id is recorded. */
export interface Placed {
  readonly stream: string;
  readonly revision: Revision;
  readonly position: Position;
}

/** Entry ids are unique in a ledger; the executor looks them up before it appends. */
export interface EntryIds {
  /** @returns only the ids that are recorded */
  find(ids: readonly string[]): Promise<ReadonlyMap<string, Placed>>;
}

/** One ledger's open store: the port, the index of ids, and its end. */
export interface LedgerStore extends EventStore, EntryIds {
  /**
   * `append` for each, in the order of the list and each by itself: one that is refused costs the others nothing. One call
   * for a thousand objects costs a tenth of a thousand calls.
   *
   * @returns the outcomes in the order of the appends, once all are settled
   * @throws TypeError for misuse of any of them, before any I/O
   */
  appendEach(appends: readonly AppendCall[]): Promise<readonly AppendOutcome[]>;
  /** Waits for started appends, at most 5 s; later calls fail with `store-unavailable`, reason `closed`. Idempotent. */
  close(): Promise<void>;
  /**
   * A finding (a broken chain, an envelope that disagrees with its entry, a refused seal) stops appends: from now on they
   * fail with `store-unavailable`, reason `read-only`. Reads go on. Only a new opening lifts it.
   */
  halt(finding: TieoutError): void;
  /** the finding that stopped appends, if one did */
  readonly finding: TieoutError | undefined;
}

export interface StoreLimits {
  readonly entryBytesMax: number;
  readonly appendEventsMax: number;
  readonly appendBytesMax: number;
  /** bytes of appends that wait for the writer; beyond it `busy` */
  readonly queueBytesMax: number;
  /** after it an append that is not answered is `outcome-unknown` */
  readonly appendDeadlineMs: number;
}

/** Equal on all adapters; an append's bytes are the sum of entry + 2 x type length. */
export const STORE_LIMITS: StoreLimits = {
  entryBytesMax: 65_535,
  appendEventsMax: 1_000,
  appendBytesMax: 921_600,
  queueBytesMax: 64 * 1024 * 1024,
  appendDeadlineMs: 5_000,
};
