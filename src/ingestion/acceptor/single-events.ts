import { type Acceptor } from './acceptor';
import { type Earlier } from './fresh-appender';
import { type Deliverer, type ItemResult, type Submission } from './submission';
import { isReading, type Reading, type Unread } from './transition-reader';

/** As many appends as the writer takes into one commit. */
const TOGETHER_MAX = 512;

interface Waiting {
  readonly submission: Submission;
  readonly deliverer: Deliverer;
  readonly resolve: (result: ItemResult) => void;
  readonly reject: (reason: unknown) => void;
}

/** A round has at most one event of an object, so that no caller's result rests on another caller's event. */
interface Round {
  readonly waiting: Waiting[];
  readonly read: (Reading | Unread)[];
  readonly streams: Set<string>;
}

/**
 * Events that callers send one by one. Those that arrive in the same turn of the event loop are accepted together: doing
 * each step for all of them costs a third less than all steps for each. Nothing waits for company.
 */
export class SingleEvents {
  private waiting: Waiting[] = [];

  constructor(private readonly acceptor: Pick<Acceptor, 'read' | 'accept'>) {}

  accept(submission: Submission, deliverer: Deliverer): Promise<ItemResult> {
    return new Promise((resolve, reject) => {
      if (this.waiting.length === 0) setImmediate(() => this.begin());
      this.waiting.push({ submission, deliverer, resolve, reject });
      if (this.waiting.length === TOGETHER_MAX) this.begin();
    });
  }

  private begin(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const together of byDeliverer(waiting)) this.acceptRounds(together);
  }

  private acceptRounds(together: readonly Waiting[]): void {
    let after: Earlier | undefined;
    for (const round of this.roundsOf(together)) {
      const done = this.acceptRound(round, after);
      const streams = new Set([...(after?.streams ?? []), ...round.streams]);
      after = { streams, done: Promise.all([after?.done, done]).then(() => undefined) };
    }
  }

  private roundsOf(together: readonly Waiting[]): Round[] {
    const rounds: Round[] = [];
    for (const one of together) {
      const [read] = this.acceptor.read([one.submission], one.deliverer) as [Reading | Unread];
      const stream = isReading(read) ? read.stream : undefined;
      let round = rounds.find(({ streams }) => stream === undefined || !streams.has(stream));
      if (round === undefined) {
        round = { waiting: [], read: [], streams: new Set() };
        rounds.push(round);
      }
      round.waiting.push(one);
      round.read.push(read);
      if (stream !== undefined) round.streams.add(stream);
    }
    return rounds;
  }

  /** Never rejects. */
  private async acceptRound({ waiting, read }: Round, after: Earlier | undefined): Promise<void> {
    const [first] = waiting;
    if (first === undefined) return;
    const submissions = waiting.map(({ submission }) => submission);
    const options = { oneAppend: true, after };
    try {
      const results = await this.acceptor.accept(submissions, read, first.deliverer, options);
      waiting.forEach(({ resolve }, i) => resolve(results[i] as ItemResult));
    } catch (error) {
      if (waiting.length === 1) first.reject(error);
      else await this.oneByOne(waiting);
    }
  }

  /** A defect that one event meets is answered to its caller alone; what was recorded already is found again. */
  private async oneByOne(waiting: readonly Waiting[]): Promise<void> {
    for (const one of waiting) {
      const read = this.acceptor.read([one.submission], one.deliverer);
      await this.acceptor
        .accept([one.submission], read, one.deliverer, { oneAppend: true })
        .then(([result]) => one.resolve(result as ItemResult), one.reject);
    }
  }
}

/** Who delivers decides what may be delivered and stands beside what is kept. */
function byDeliverer(waiting: readonly Waiting[]): Waiting[][] {
  const groups = new Map<string, Waiting[]>();
  for (const one of waiting) {
    const { client, sources } = one.deliverer;
    const key = `${client} ${sources === 'all' ? sources : JSON.stringify([...sources].sort())}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()];
}
