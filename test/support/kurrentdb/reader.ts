import * as grpc from '@grpc/grpc-js';
import { ReadReq, type ReadResp } from '@eventstore/db-client/generated/streams_pb';
import { type Faults } from './faults';
import { type LogRecord, type StandInLog } from './log';
import { eventReply, failure, nameOf, notFoundReply, streamDeleted } from './messages';

export type ReadCall = grpc.ServerWritableStream<ReadReq, ReadResp>;
type Options = ReadReq.Options;

const NONE = 2n ** 64n - 1n;
export const invalid = (details: string) => failure(grpc.status.INVALID_ARGUMENT, details);

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

export function positionOf(options: Options): { commit: bigint; prepare: bigint } {
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
  void new CallWriter(call, faults).finish(page);
}

/** Writes with back-pressure, and ends as the faults say. */
export class CallWriter {
  private written = 0;
  private wake: () => void = () => undefined;

  constructor(
    private readonly call: ReadCall,
    private readonly faults: Faults,
  ) {
    for (const name of ['drain', 'close', 'cancelled', 'finish']) {
      call.on(name, () => this.wake());
    }
  }

  /** Until something happens to the call, or `hint` calls back. */
  wait(hint: (wake: () => void) => () => void = () => () => undefined): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        forget();
        this.wake = () => undefined;
        resolve();
      };
      const forget = hint(done);
      this.wake = done;
    });
  }

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
    if (!this.call.write(message)) await this.wait();
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
