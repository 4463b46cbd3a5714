import { type ReadReq } from '@eventstore/db-client/generated/streams_pb';
import { type Faults } from './faults';
import { type LogRecord, type StandInLog } from './log';
import { caughtUpReply, checkpointReply, confirmationReply, eventReply, nameOf } from './messages';
import { CallWriter, firstAt, invalid, positionOf, type ReadCall } from './reader';

type Options = ReadReq.Options;
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
  private readonly out: CallWriter;
  private readonly options: Options;
  private readonly matches: Matches;
  private readonly window: number;
  private considered = 0;
  private checkpointed: bigint | undefined;
  private next: number;
  private lastSeen: LogRecord | undefined;

  constructor(
    call: ReadCall,
    private readonly log: StandInLog,
    private readonly faults: Faults,
  ) {
    this.out = new CallWriter(call, faults);
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
    await this.out.wait((wake) => this.log.onAppend(wake));
    return !this.out.isOver;
  }
}
