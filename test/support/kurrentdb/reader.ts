import * as grpc from '@grpc/grpc-js';
import { ReadReq, type ReadResp } from '@eventstore/db-client/generated/streams_pb';
import { type Faults } from './faults';
import { type LogRecord, type StandInLog } from './log';
import {
  caughtUpReply,
  checkpointReply,
  confirmationReply,
  eventReply,
  failure,
  nameOf,
  notFoundReply,
  streamDeleted,
} from './messages';

export type ReadCall = grpc.ServerWritableStream<ReadReq, ReadResp>;
type Options = ReadReq.Options;

const NONE = 2n ** 64n - 1n;
const invalid = (details: string) => failure(grpc.status.INVALID_ARGUMENT, details);

/** Refuses combinations that the protocol does not have. @throws ServiceError */
export function checkRead(options: Options | undefined): asserts options is Options {
  if (options === undefined) throw invalid('A read needs options.');
  const { StreamOptionCase, CountOptionCase, FilterOptionCase } = ReadReq.Options;
  const isAll = options.getStreamOptionCase() === StreamOptionCase.ALL;
  const isSubscription = options.getCountOptionCase() === CountOptionCase.SUBSCRIPTION;
  const isFiltered = options.getFilterOptionCase() === FilterOptionCase.FILTER;
  const isBackwards = options.getReadDirection() === ReadReq.Options.ReadDirection.BACKWARDS;
  if (options.getStreamOptionCase() === StreamOptionCase.STREAM_OPTION_NOT_SET)
    throw invalid('A read names a stream or all.');
  if (options.getCountOptionCase() === CountOptionCase.COUNT_OPTION_NOT_SET)
    throw invalid('A read has a count or is a subscription.');
  if (options.getFilterOptionCase() === FilterOptionCase.FILTER_OPTION_NOT_SET)
    throw invalid('A read has a filter or none.');
  if (!options.hasUuidOption()) throw invalid('A read says the form of ids.');
  if (isSubscription && isBackwards) throw invalid('A subscription runs forwards.');
  if (isFiltered && !isAll) throw invalid('Only reads of all events have a filter.');
}

/** The records that a read of pages asks for. @throws ServiceError */
export function pageOf(log: StandInLog, options: Options): readonly LogRecord[] | 'missing' {
  const count = BigInt(options.getCount());
  const limit = count > BigInt(Number.MAX_SAFE_INTEGER) ? Infinity : Number(count);
  const backwards = options.getReadDirection() === ReadReq.Options.ReadDirection.BACKWARDS;
  if (options.hasAll()) return cut(allFrom(log, options, backwards), limit);
  const stream = options.getStream();
  const name = nameOf(stream?.getStreamIdentifier());
  const visible = log.visible(name);
  if (visible === 'deleted') throw streamDeleted(name);
  if (visible.length === 0) return 'missing';
  if (backwards) {
    const from = stream?.hasEnd() === true ? NONE : BigInt(stream?.getRevision() ?? 0);
    return cut(visible.filter((r) => r.revision <= from).toReversed(), limit);
  }
  if (stream?.hasEnd() === true) return [];
  const from = stream?.hasStart() === true ? 0n : BigInt(stream?.getRevision() ?? 0);
  return cut(
    visible.filter((r) => r.revision >= from),
    limit,
  );
}

const cut = (records: readonly LogRecord[], limit: number) =>
  limit === Infinity ? records : records.slice(0, limit);

function allFrom(log: StandInLog, options: Options, backwards: boolean): readonly LogRecord[] {
  const all = options.getAll();
  if (all?.hasStart() === true) return backwards ? [] : log.records;
  if (all?.hasEnd() === true) return backwards ? log.records.toReversed() : [];
  const { commit, prepare } = positionOf(options);
  const at = firstAt(log.records, commit, prepare);
  const isThere = log.records[at]?.commit === commit;
  return backwards
    ? log.records.slice(0, isThere ? at + 1 : at).toReversed()
    : log.records.slice(at);
}

function positionOf(options: Options): { commit: bigint; prepare: bigint } {
  const position = options.getAll()?.getPosition();
  const commit = BigInt(position?.getCommitPosition() ?? 0);
  const prepare = BigInt(position?.getPreparePosition() ?? 0);
  if (prepare > commit || commit === NONE) throw invalid('The position is not one of this log.');
  return { commit, prepare };
}

/** Index of the first record at or behind a position. */
export function firstAt(records: readonly LogRecord[], commit: bigint, prepare: bigint): number {
  let [low, high] = [0, records.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const record = records[middle] as LogRecord;
    const isBefore =
      record.commit < commit || (record.commit === commit && record.prepare < prepare);
    if (isBefore) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function serveRead(call: ReadCall, log: StandInLog, faults: Faults): void {
  const options = call.request.getOptions() as Options;
  const page = pageOf(log, options);
  if (page === 'missing') {
    call.write(notFoundReply(nameOf(options.getStream()?.getStreamIdentifier())));
    call.end();
    return;
  }
  void new Subscriber(call, faults).finish(page);
}

/** Writes with back-pressure, and ends as the faults say. */
class Subscriber {
  private written = 0;

  constructor(
    private readonly call: ReadCall,
    private readonly faults: Faults,
  ) {}

  get isOver(): boolean {
    return this.call.cancelled || this.call.destroyed || this.call.writableEnded;
  }

  async finish(records: readonly LogRecord[]): Promise<void> {
    for (const record of records) {
      if (!(await this.write(eventReply(record, this.faults.brokenRecord)))) return;
    }
    if (!this.isOver) this.call.end();
  }

  /** @returns false when the call is over */
  async write(message: ReadResp): Promise<boolean> {
    if (this.isOver || this.endsNow()) return false;
    this.written += 1;
    if (!this.call.write(message)) {
      await new Promise<void>((resolve) => {
        for (const name of ['drain', 'close', 'cancelled', 'finish']) this.call.once(name, resolve);
      });
    }
    return !this.isOver;
  }

  private endsNow(): boolean {
    const { endReads } = this.faults;
    if (endReads === undefined || this.written < endReads.after) return false;
    if (endReads.with === 'ok') this.call.end();
    else {
      const code = endReads.with === 'unavailable' ? 'UNAVAILABLE' : 'CANCELLED';
      this.call.emit('error', failure(grpc.status[code], 'The stand-in ends this call.'));
    }
    return true;
  }
}

type Matches = (record: LogRecord) => boolean;

function matcherOf(options: Options): Matches {
  const filter = options.getFilter();
  if (filter === undefined) return () => true;
  const byStream = filter.getStreamIdentifier();
  const expression = byStream ?? filter.getEventType();
  const textOf = (record: LogRecord) => (byStream === undefined ? record.type : record.stream);
  const regex = expression?.getRegex() ?? '';
  if (regex !== '') {
    const compiled = new RegExp(regex);
    return (record) => compiled.test(textOf(record));
  }
  const prefixes = expression?.getPrefixList() ?? [];
  return (record) => prefixes.some((prefix) => textOf(record).startsWith(prefix));
}

/** A catch-up subscription: history, `caught_up`, live. @throws ServiceError for what it cannot serve */
export function serveSubscription(call: ReadCall, log: StandInLog, faults: Faults): void {
  const options = call.request.getOptions() as Options;
  const filter = options.getFilter();
  if (filter !== undefined && filter.getCheckpointintervalmultiplier() === 0) {
    throw invalid('A checkpoint interval is at least one.');
  }
  if (options.hasAll() && options.getAll()?.hasPosition() === true) positionOf(options);
  void new Subscription(call, log, faults).run();
}

class Subscription {
  private readonly out: Subscriber;
  private readonly options: Options;
  private readonly matches: Matches;
  private readonly window: number;
  private considered = 0;
  private checkpointed: bigint | undefined;
  private next: number;
  private lastSeen: LogRecord | undefined;

  constructor(
    private readonly call: ReadCall,
    private readonly log: StandInLog,
    private readonly faults: Faults,
  ) {
    this.out = new Subscriber(call, faults);
    this.options = call.request.getOptions() as Options;
    const filter = this.options.getFilter();
    this.matches = this.options.hasAll() ? matcherOf(this.options) : this.streamMatcher();
    const max = filter?.getMax() ?? 0;
    this.window = (max === 0 ? 32 : max) * (filter?.getCheckpointintervalmultiplier() ?? 1);
    this.next = this.start();
  }

  async run(): Promise<void> {
    if (this.faults.noConfirmation) return;
    if (!(await this.out.write(confirmationReply(crypto.randomUUID())))) return;
    for (let isLive = false; ;) {
      if (!(await this.deliver())) return;
      if (!isLive) {
        isLive = true;
        if (!(await this.endCatchUp())) return;
      }
      if (!(await this.more())) return;
    }
  }

  /** A position is where a record was: the index is found again, since a restored log is shorter. */
  private start(): number {
    const { records } = this.log;
    const all = this.options.getAll();
    const stream = this.options.getStream();
    if (all?.hasEnd() === true || stream?.hasEnd() === true) return records.length;
    if (stream?.getRevision() !== undefined && stream.hasRevision()) {
      const name = nameOf(stream.getStreamIdentifier());
      const after = BigInt(stream.getRevision());
      const at = records.findIndex((r) => r.stream === name && r.revision > after);
      return at < 0 ? records.length : at;
    }
    if (all?.hasPosition() !== true) return 0;
    const { commit, prepare } = positionOf(this.options);
    const at = firstAt(records, commit, prepare);
    const there = records[at];
    return there?.commit === commit && there.prepare === prepare ? at + 1 : at;
  }

  private streamMatcher(): Matches {
    const name = nameOf(this.options.getStream()?.getStreamIdentifier());
    return ({ stream }) => stream === name;
  }

  private async deliver(): Promise<boolean> {
    while (this.next < this.log.records.length) {
      if (this.faults.muteSubscriptions) return !this.out.isOver;
      const record = this.log.records[this.next] as LogRecord;
      this.next += 1;
      this.lastSeen = record;
      if (this.matches(record) && !(await this.send(record))) return false;
      this.considered += 1;
      if (this.options.hasFilter() && this.considered % this.window === 0) {
        if (!(await this.checkpoint(record))) return false;
      }
    }
    return !this.out.isOver;
  }

  private async send(record: LogRecord): Promise<boolean> {
    const following = this.log.records[this.next];
    if (this.faults.deliver === 'swapped' && following !== undefined && this.matches(following)) {
      this.next += 1;
      if (!(await this.out.write(eventReply(following)))) return false;
    }
    const reply = eventReply(record, this.faults.brokenRecord);
    if (!(await this.out.write(reply))) return false;
    return this.faults.deliver === 'twice' ? this.out.write(reply) : true;
  }

  private async endCatchUp(): Promise<boolean> {
    const last = this.lastSeen;
    if (this.options.hasFilter() && last !== undefined && !(await this.checkpoint(last))) {
      return false;
    }
    return this.out.write(caughtUpReply());
  }

  /** Never the same twice. */
  private async checkpoint(record: LogRecord): Promise<boolean> {
    if (this.checkpointed === record.commit) return true;
    this.checkpointed = record.commit;
    return this.out.write(checkpointReply(record));
  }

  private async more(): Promise<boolean> {
    if (this.next < this.log.records.length && !this.faults.muteSubscriptions) return true;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        forget();
        resolve();
      };
      const forget = this.log.onAppend(done);
      for (const name of ['cancelled', 'close', 'finish']) this.call.once(name, done);
    });
    return !this.out.isOver;
  }
}
