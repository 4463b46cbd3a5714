/** Longest revision that metadata can name: what a soft delete writes as `$tb`. */
const SOFT_DELETED = 2n ** 63n - 1n;
const RECORD_OVERHEAD = 90n;

export type ExpectedRevision = bigint | 'no-stream' | 'any' | 'stream-exists';

export interface Proposed {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly customMetadata: Uint8Array;
  readonly data: Uint8Array;
}

/** One record of the log. Tests that tamper write its fields; the server never does. */
export interface LogRecord extends Proposed {
  stream: string;
  revision: bigint;
  commit: bigint;
  prepare: bigint;
  /** 100 ns ticks since 1970 */
  readonly created: bigint;
  id: string;
  type: string;
  data: Uint8Array;
}

export type AppendResult =
  | {
      readonly kind: 'stored' | 'repeat';
      readonly revision: bigint;
      readonly at: LogRecord | undefined;
    }
  | { readonly kind: 'conflict'; readonly last: bigint }
  | { readonly kind: 'deleted' };

export interface StreamState {
  readonly records: LogRecord[];
  last: bigint;
  tombstoned: boolean;
  truncateBefore: bigint;
  maxCount: bigint | undefined;
}

/** The log of a stand-in: all nodes of a cluster share one. Follows the protocol's rules for appends, not its file format. */
export class StandInLog {
  records: LogRecord[] = [];
  private streams = new Map<string, StreamState>();
  /** what `any` and `stream_exists` know of earlier ids: a restart forgets it */
  private recentIds = new Map<string, LogRecord>();
  private readonly listeners = new Set<() => void>();
  private next: bigint;

  constructor(firstPosition = 0n) {
    this.next = firstPosition;
  }

  stream(name: string): StreamState | undefined {
    return this.streams.get(name);
  }

  /** What a read of the stream may show: neither truncated nor deleted revisions. */
  visible(name: string): readonly LogRecord[] | 'deleted' {
    const stream = this.streams.get(name);
    if (stream === undefined) return [];
    if (stream.tombstoned) return 'deleted';
    const first = firstVisible(stream);
    return stream.records.filter(({ revision }) => revision >= first);
  }

  append(name: string, expected: ExpectedRevision, events: readonly Proposed[]): AppendResult {
    const stream = this.streams.get(name);
    if (stream?.tombstoned === true) return { kind: 'deleted' };
    const last = stream?.last ?? -1n;
    if (events.length === 0) return this.versionCheck(expected, last);
    if (expected === 'any' || expected === 'stream-exists') {
      return this.appendLoosely(name, expected, events);
    }
    const start = expected === 'no-stream' ? 0n : expected + 1n;
    const begunAgain = expected === 'no-stream' && stream !== undefined && isSoftDeleted(stream);
    if (last === start - 1n) return this.store(name, events);
    if (isRepeat(stream, start, events)) return this.repeated(stream, start, events);
    if (begunAgain) return this.beginAgain(name, stream, events);
    return { kind: 'conflict', last };
  }

  /** Soft delete: the revisions stay taken, and the stream reads as missing. */
  softDelete(name: string): void {
    const metadata = Buffer.from(JSON.stringify({ $tb: 0 }).replace('0', String(SOFT_DELETED)));
    this.setMetadata(name, metadata);
  }

  tombstone(name: string): void {
    this.ensure(name).tombstoned = true;
  }

  /** As an administrator does it: an event of the metadata stream, which `$all` shows. */
  setMetadata(name: string, metadata: Uint8Array): void {
    const id = crypto.randomUUID();
    const type = '$metadata';
    const contentType = 'application/json';
    this.append(`$$${name}`, 'any', [
      { id, type, contentType, customMetadata: Buffer.alloc(0), data: metadata },
    ]);
  }

  /** A server that was started again has forgotten recent ids; with `wipe` it has lost everything. */
  forgetIds(): void {
    this.recentIds.clear();
  }

  wipe(): void {
    this.restore(0);
  }

  /** Puts back the copy that had `count` records. The position counter goes back too, as in a restored backup. */
  restore(count: number): void {
    const kept = this.records.slice(0, count);
    this.records = [];
    this.streams = new Map();
    this.recentIds.clear();
    this.next = kept[0]?.commit ?? 0n;
    for (const record of kept) this.insert(record);
    this.notify();
  }

  /** Removes records from the log and from their stream, as no server does by itself. */
  remove(name: string, revisions: readonly bigint[]): void {
    const gone = new Set(revisions);
    const isGone = ({ stream, revision }: LogRecord) => stream === name && gone.has(revision);
    this.records = this.records.filter((record) => !isGone(record));
    const stream = this.ensure(name);
    stream.records.splice(0, stream.records.length, ...stream.records.filter((r) => !isGone(r)));
  }

  /** The record of a place, for an edit behind the server's back. */
  recordAt(name: string, revision: bigint): LogRecord {
    const found = this.streams.get(name)?.records.find((record) => record.revision === revision);
    if (found === undefined) throw new Error(`${name} has no revision ${revision}`);
    return found;
  }

  onAppend(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  get listening(): number {
    return this.listeners.size;
  }

  private notify(): void {
    for (const listener of [...this.listeners]) listener();
  }

  private versionCheck(expected: ExpectedRevision, last: bigint): AppendResult {
    const holds =
      expected === 'any' ||
      (expected === 'stream-exists' && last >= 0n) ||
      (expected === 'no-stream' && last < 0n) ||
      expected === last;
    return holds ? { kind: 'stored', revision: last, at: undefined } : { kind: 'conflict', last };
  }

  private appendLoosely(
    name: string,
    expected: 'any' | 'stream-exists',
    events: readonly Proposed[],
  ): AppendResult {
    const last = this.streams.get(name)?.last ?? -1n;
    const exists = last >= 0n || this.streams.has(`$$${name}`);
    const known = events.map(({ id }) => this.recentIds.get(`${name}/${id}`));
    if (known.every((record) => record !== undefined)) {
      const at = known.at(-1);
      return { kind: 'repeat', revision: at?.revision ?? last, at };
    }
    if (known.some((record) => record !== undefined)) return { kind: 'conflict', last };
    if (expected === 'stream-exists' && !exists) return { kind: 'conflict', last };
    return this.store(name, events);
  }

  private repeated(
    stream: StreamState | undefined,
    start: bigint,
    events: readonly Proposed[],
  ): AppendResult {
    const revision = start + BigInt(events.length) - 1n;
    return { kind: 'repeat', revision, at: stream?.records.find((r) => r.revision === revision) };
  }

  private beginAgain(name: string, stream: StreamState, events: readonly Proposed[]): AppendResult {
    stream.truncateBefore = stream.last + 1n;
    return this.store(name, events);
  }

  private store(name: string, events: readonly Proposed[]): AppendResult {
    let at: LogRecord | undefined;
    for (const event of events) {
      at = {
        ...event,
        stream: name,
        revision: (this.streams.get(name)?.last ?? -1n) + 1n,
        commit: this.next,
        prepare: this.next,
        created: BigInt(Date.now()) * 10_000n,
      };
      this.insert(at);
    }
    this.notify();
    return { kind: 'stored', revision: at?.revision ?? -1n, at };
  }

  private insert(record: LogRecord): void {
    const stream = this.ensure(record.stream);
    stream.records.push(record);
    stream.last = record.revision;
    this.records.push(record);
    this.recentIds.set(`${record.stream}/${record.id}`, record);
    const size = RECORD_OVERHEAD + BigInt(record.data.length + record.stream.length);
    this.next = record.commit + size;
    if (record.stream.startsWith('$$')) this.applyMetadata(record.stream.slice(2), record.data);
  }

  private applyMetadata(name: string, data: Uint8Array): void {
    const text = Buffer.from(data).toString('utf8');
    const stream = this.ensure(name);
    const number = (key: string) => new RegExp(`"\\$${key}"\\s*:\\s*(\\d+)`).exec(text)?.[1];
    stream.truncateBefore = BigInt(number('tb') ?? 0);
    const maxCount = number('maxCount');
    stream.maxCount = maxCount === undefined ? undefined : BigInt(maxCount);
  }

  private ensure(name: string): StreamState {
    let stream = this.streams.get(name);
    if (stream === undefined) {
      stream = {
        records: [],
        last: -1n,
        tombstoned: false,
        truncateBefore: 0n,
        maxCount: undefined,
      };
      this.streams.set(name, stream);
    }
    return stream;
  }
}

const isSoftDeleted = (stream: StreamState): boolean => stream.truncateBefore > stream.last;

function firstVisible({ truncateBefore, maxCount, last }: StreamState): bigint {
  const byCount = maxCount === undefined ? 0n : last + 1n - maxCount;
  return byCount > truncateBefore ? byCount : truncateBefore;
}

function isRepeat(
  stream: StreamState | undefined,
  start: bigint,
  events: readonly Proposed[],
): boolean {
  return events.every(({ id }, i) => {
    const record = stream?.records.find(({ revision }) => revision === start + BigInt(i));
    return record?.id === id;
  });
}
