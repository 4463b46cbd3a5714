import { instantOf } from '../kernel/instant';
import { type Findings } from './check-report';
import { type LogCopy } from './fsck-copy';
import { placeOf } from './row-check';

/** How far the clock may step back without an event that says so. */
const CLOCK_BACK_MS = 2_000;
const CLOCK_REGRESSED = 'ledger.clock-regressed ';
const ANCHORED = 'ledger.anchored ';

/**
 * Follows the times of recording: they may not fall behind the last anchor, nor behind an earlier event without an event
 * that says that the clock stepped back. For a ledger in service that is a warning: a clock's word is no damage that
 * recording must stop for.
 */
export class FsckTimes {
  /** the newest time since the clock last stepped back, milliseconds since 1970 */
  newest = -Infinity;
  /** the highest that counts so far */
  private latest = -Infinity;
  /** the highest before the clock stepped back: an event that was under way then may still say so */
  private excused = -Infinity;
  /** events in a row that are behind one before them: one finding */
  private run: { readonly index: number; count: number } | undefined;
  /** when the log was last anchored: witnesses or an authority vouch that what is behind it came later */
  private anchored = -Infinity;

  constructor(
    private readonly findings: Findings,
    private readonly copy: Pick<LogCopy, 'copies'>,
    private readonly isLive = false,
  ) {}

  /** @param kind type, space, source system */
  next(recordedAt: number, index: number, kind = ''): void {
    if (kind.startsWith(CLOCK_REGRESSED)) this.regress(recordedAt, index);
    else if (this.anchored - recordedAt > CLOCK_BACK_MS) {
      this.endRun();
      const at = instantOf(this.anchored);
      this.tell(
        index,
        `It says it was recorded before ${at}, when the log was anchored without it.`,
      );
    } else if (this.latest - recordedAt > CLOCK_BACK_MS) {
      this.run ??= { index, count: 0 };
      this.run.count += 1;
    } else {
      this.endRun();
      if (recordedAt > Math.max(this.latest, this.excused)) this.latest = recordedAt;
    }
    if (kind.startsWith(ANCHORED)) this.anchored = recordedAt;
    if (recordedAt > this.newest) this.newest = recordedAt;
  }

  end(): void {
    this.endRun();
  }

  private regress(recordedAt: number, index: number): void {
    this.endRun();
    this.excused = Math.max(this.excused, this.latest);
    if (recordedAt < this.excused) {
      const [from, to] = [instantOf(this.excused), instantOf(recordedAt)];
      this.findings.warn(
        `time-regress: the clock stepped back from ${from} to ${to}, as index ${index} says.`,
      );
    }
    this.latest = recordedAt;
    this.newest = recordedAt;
    this.anchored = Math.min(this.anchored, recordedAt);
  }

  private endRun(): void {
    if (this.run === undefined) return;
    const { index, count } = this.run;
    const more = count === 1 ? '' : ` So do ${count - 1} more behind it.`;
    const latest = instantOf(this.latest);
    this.run = undefined;
    this.tell(
      index,
      `It says it was recorded before ${latest}, which an earlier event says, and no event says that the clock stepped back.${more}`,
    );
  }

  private tell(index: number, detail: string): void {
    if (this.isLive) {
      this.findings.warn(`time-regress: index ${index}. ${detail}`);
      return;
    }
    const [place] = this.copy.copies(index, index + 1);
    const where = place === undefined ? { index } : placeOf(place);
    this.findings.add({ code: 'time-regress', ...where, pointer: '/recordedAt', detail });
  }
}
