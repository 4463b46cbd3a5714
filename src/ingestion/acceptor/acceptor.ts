import { isUuid, sourceEventId } from '../../kernel/ids';
import { type EntryIds, type Placed } from '../../event-store';
import { type Privacy } from '../../privacy';
import { type SourceRegister } from '../sources/source-register';
import { type Draft, draftOf } from './entry-draft';
import { type AcceptOptions, type FreshAppender } from './fresh-appender';
import { inParallel } from './in-parallel';
import { nameAccounts } from './naming';
import { type Keep, type Keeper, keepOne } from './keeping';
import { type Repeats } from './repeats';
import { type Deliverer, type ItemResult, type NotAccepted, type Submission } from './submission';
import {
  isReading,
  namesUnknownSource,
  type Reading,
  type TransitionReader,
  type Unread,
} from './transition-reader';

export interface AcceptorDependencies {
  readonly origin: string;
  readonly ids: EntryIds;
  readonly reader: TransitionReader;
  readonly sources: SourceRegister;
  readonly pseudonyms: Privacy['pseudonyms'];
  readonly fresh: FreshAppender;
  readonly repeats: Repeats;
  readonly keeper: Keeper;
}

const KEEPING_IN_FLIGHT_MAX = 16;
/** From one repeat among so many on, the ids of the next window are looked up before it is appended. */
const REPEATS_SHARE = 8;

/**
 * Takes reported facts into the ledger. Every event gets its own result; what cannot be accepted is kept in quarantine;
 * nothing is lost between the two.
 */
export class Acceptor {
  /** the last window held events that were recorded before: a file is being sent again */
  private meetsRepeats = false;

  constructor(private readonly deps: AcceptorDependencies) {}

  /** Reads a window of events, without accepting them yet: pure work while an earlier window is being written. */
  read(submissions: readonly Submission[], deliverer: Deliverer): (Reading | Unread)[] {
    return submissions.map((submission) => this.deps.reader.read(submission, deliverer));
  }

  /**
   * Accepts a window of events. The results stand in the order of the submissions.
   *
   * @param read what `read` gave for the same submissions
   */
  async accept(
    submissions: readonly Submission[],
    read: readonly (Reading | Unread)[],
    deliverer: Deliverer,
    options: AcceptOptions,
  ): Promise<ItemResult[]> {
    const readings = await this.withFreshSources(submissions, read, deliverer);
    const results = new Array<ItemResult | undefined>(submissions.length);
    const drafts = await this.draftsOf(submissions, readings);
    await this.settle(drafts, results, options);
    await this.keepUnread(submissions, readings, results, (submission, unread) =>
      options.keeps === false
        ? Promise.resolve(undefined)
        : this.deps.keeper.keep(submission, unread, deliverer),
    );
    return results as ItemResult[];
  }

  /** Keeps what was refused before it could be parted into events. */
  refuse(submission: Submission, unread: Unread, deliverer: Deliverer): Promise<NotAccepted> {
    return keepOne(submission, unread, () => this.deps.keeper.keep(submission, unread, deliverer));
  }

  /** A source that another process registered just now is found before its event is refused. */
  private async withFreshSources(
    submissions: readonly Submission[],
    read: readonly (Reading | Unread)[],
    deliverer: Deliverer,
  ): Promise<readonly (Reading | Unread)[]> {
    const { sources, reader } = this.deps;
    if (!read.some((one) => namesUnknownSource(one, sources))) return read;
    if (!(await sources.refresh())) return read;
    return read.map((one, i) => {
      const submission = submissions[i];
      return isReading(one) || submission === undefined ? one : reader.read(submission, deliverer);
    });
  }

  private async draftsOf(
    submissions: readonly Submission[],
    readings: readonly (Reading | Unread)[],
  ): Promise<Draft[]> {
    const { origin, pseudonyms, ids } = this.deps;
    const good = readings.flatMap((reading, place) =>
      isReading(reading) ? [{ reading, place }] : [],
    );
    if (good.length === 0) return [];
    const naming = await nameAccounts(
      good.map(({ reading }) => reading),
      { origin, ids, pseudonyms },
    );
    const causes = good.flatMap(({ reading: { event } }) =>
      event.causationid !== undefined && isUuid(event.causationid) ? [event.causationid] : [],
    );
    const recorded = causes.length === 0 ? new Map<string, Placed>() : await ids.find(causes);
    const own = new Set(
      causes.length === 0
        ? []
        : good.map(({ reading: { source, event } }) => sourceEventId(origin, source.id, event.id)),
    );
    return good.map(({ reading, place }) =>
      draftOf(reading, {
        origin,
        place,
        expected: submissions[place]?.expected,
        isRepeat: naming.isRepeat(reading),
        nameOf: naming.nameOf(reading),
        isRecorded: (id) => recorded.has(id) || own.has(id),
      }),
    );
  }

  /**
   * Answers repeats and appends the rest; what was overtaken by its own repeat comes round again. In the first round new
   * events are taken for new, for the store refuses an id that it has; what it refused is looked up.
   */
  private async settle(
    drafts: readonly Draft[],
    results: (ItemResult | undefined)[],
    options: AcceptOptions,
  ): Promise<void> {
    let open = drafts;
    for (let round = 0; open.length > 0; round += 1) {
      const asked = round > 0 || this.meetsRepeats ? open : open.filter(isAskedFirst);
      const placed = await this.placesOf(asked);
      const repeats: { draft: Draft; placed: Placed }[] = [];
      const fresh = new Map<string, Draft>();
      const again: Draft[] = [];
      for (const draft of open) {
        const at = placed.get(draft.entry.id);
        if (at !== undefined) repeats.push({ draft, placed: at });
        else if (fresh.has(draft.entry.id)) again.push(draft);
        else fresh.set(draft.entry.id, draft);
      }
      const answered = await this.deps.repeats.answerAll(repeats);
      repeats.forEach(({ draft }, i) => (results[draft.place] = answered[i]));
      const settled = await this.deps.fresh.append([...fresh.values()], options, round === 0);
      for (const { draft, result } of settled) {
        if (result === 'look-up-again') again.push(draft);
        else results[draft.place] = result;
      }
      if (round === 0) {
        this.meetsRepeats = (repeats.length + again.length) * REPEATS_SHARE > drafts.length;
      }
      open = again;
    }
  }

  private async placesOf(drafts: readonly Draft[]): Promise<ReadonlyMap<string, Placed>> {
    return drafts.length === 0
      ? new Map()
      : this.deps.ids.find(drafts.map(({ entry }) => entry.id));
  }

  private async keepUnread(
    submissions: readonly Submission[],
    readings: readonly (Reading | Unread)[],
    results: (ItemResult | undefined)[],
    keep: Keep,
  ): Promise<void> {
    const unread = readings.flatMap((reading, place) =>
      isReading(reading) ? [] : [{ reading, place }],
    );
    await inParallel(unread, KEEPING_IN_FLIGHT_MAX, async ({ reading, place }) => {
      const submission = submissions[place];
      if (submission === undefined) throw new TypeError('a reading without its submission');
      results[place] = await keepOne(submission, reading, keep);
    });
  }
}

/** Values are stored, and revisions compared, before the append: who sends such an event again must be known by then. */
function isAskedFirst({ personal, expected, isRepeat }: Draft): boolean {
  return isRepeat || personal.length > 0 || expected !== undefined;
}
