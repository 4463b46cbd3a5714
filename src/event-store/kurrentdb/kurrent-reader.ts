import { isTieoutError, storeCorrupt } from '../../kernel/errors';
import { assertLimit, assertRevision, assertStreamName } from '../append-rules';
import { type Position, type RecordedEvent, type Revision } from '../port';
import { type KurrentCalls } from './kurrent-calls';
import { type KurrentPosition, kurrentPositions } from './kurrent-positions';
import { readFailure } from './outcomes';
import { eventOf, type ServerRecord } from './record';
import { type StreamPrefix } from './stream-prefix';

const PAGE_EVENTS = 500;
const HEAD_EVENTS = 256;
/** Streams whose next revision a read of everything remembers. */
const STREAMS_REMEMBERED = 65_536;

/** Reads a ledger's events from the leader, in pages that are whole before the first event is given. */
export class KurrentReader {
  constructor(
    private readonly calls: KurrentCalls,
    private readonly prefix: StreamPrefix,
    private readonly assertOpen: () => void,
  ) {}

  async *readStream(
    stream: string,
    from: Revision = 0n,
    limit?: number,
  ): AsyncGenerator<RecordedEvent> {
    assertStreamName(stream);
    assertRevision(from);
    assertLimit(limit);
    this.assertOpen();
    let next = from;
    for (let left = limit ?? Infinity; left > 0;) {
      const size = Math.min(left, PAGE_EVENTS);
      const page = await this.streamPage(stream, next, size);
      for (const record of page) {
        if (record.revision !== next) throw gap(stream, next, record);
        next += 1n;
        yield eventOf(record, stream);
      }
      if (page.length < size) return;
      left -= page.length;
    }
  }

  async *readAll(after?: Position, limit?: number): AsyncGenerator<RecordedEvent> {
    assertLimit(limit);
    let last = after === undefined ? undefined : kurrentPositions.own(after);
    this.assertOpen();
    const revisions = new Revisions(after === undefined);
    for (let left = limit ?? Infinity; left > 0;) {
      const page = await this.asked(() => this.calls.readAll(last, PAGE_EVENTS));
      for (const record of page) {
        if (last !== undefined && kurrentPositions.compare(record.position, last) === 0) continue;
        const event = this.ownEvent(record);
        if (event !== undefined && left > 0) {
          revisions.check(event.stream, record);
          left -= 1;
          yield event;
        }
      }
      last = page.at(-1)?.position ?? last;
      if (page.length < PAGE_EVENTS) return;
    }
  }

  /** The newest event of the ledger among the last 256 of the server, else the oldest of those. */
  async head(): Promise<KurrentPosition | undefined> {
    this.assertOpen();
    let found: KurrentPosition | undefined;
    await this.asked(() =>
      this.calls.readBack(HEAD_EVENTS, ({ name, position }) => {
        found = position;
        return this.prefix.belongs(name).kind === 'entry' ? 'enough' : 'more';
      }),
    );
    return found;
  }

  /** Last revision of a stream, as a conflict tells it. */
  async lastRevision(stream: string): Promise<Revision | 'no-stream'> {
    try {
      const last = await this.asked(() => this.calls.lastOf(this.prefix.nameOf(stream)), stream);
      return last?.revision ?? 'no-stream';
    } catch (error) {
      if (isTieoutError(error, 'stream-missing')) return 'no-stream';
      throw error;
    }
  }

  /** @returns undefined where nothing is stored */
  async eventAt(stream: string, revision: Revision): Promise<RecordedEvent | undefined> {
    try {
      const [record] = await this.streamPage(stream, revision, 1);
      return record?.revision === revision ? eventOf(record, stream) : undefined;
    } catch (error) {
      if (isTieoutError(error, 'stream-missing')) return undefined;
      throw error;
    }
  }

  private streamPage(stream: string, from: Revision, limit: number): Promise<ServerRecord[]> {
    if (limit === 0) return Promise.resolve([]);
    const name = this.prefix.nameOf(stream);
    return this.asked(() => this.calls.readStream(name, from, limit), stream);
  }

  private ownEvent(record: ServerRecord): RecordedEvent | undefined {
    const belongs = this.prefix.belongs(record.name);
    return belongs.kind === 'entry' ? eventOf(record, belongs.stream) : undefined;
  }

  private async asked<T>(call: () => Promise<T>, stream?: string): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw readFailure(error, stream);
    }
  }
}

/** What is missing in the middle of a stream is seen in the global order too, for the streams remembered. */
class Revisions {
  private readonly next = new Map<string, Revision>();

  constructor(private readonly fromStart: boolean) {}

  check(stream: string, record: ServerRecord): void {
    const known = this.next.get(stream);
    const isFirst = known === undefined && this.fromStart && this.next.size < STREAMS_REMEMBERED;
    const expected = known ?? (isFirst ? 0n : record.revision);
    if (record.revision !== expected) throw gap(stream, expected, record);
    if (known !== undefined || this.next.size < STREAMS_REMEMBERED) {
      this.next.set(stream, expected + 1n);
    }
  }
}

function gap(stream: string, expected: Revision, { revision, position }: ServerRecord) {
  return storeCorrupt(`${stream} has a gap: revision ${expected} is missing.`, {
    stream,
    position: kurrentPositions.print(position),
    expected: String(expected),
    found: String(revision),
  });
}
