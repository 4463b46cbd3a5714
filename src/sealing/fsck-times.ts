import { instantOf } from '../kernel/instant';
import { type Findings } from './check-report';
import { type LogCopy } from './fsck-copy';
import { placeOf } from './row-check';

/** How far the clock may step back without an event that says so. */
const CLOCK_BACK_MS = 2_000;
const CLOCK_REGRESSED = 'ledger.clock-regressed ';
const ANCHORED = 'ledger.anchored ';

/**
 * Follows the times of recording: they may not fall without an event that says that the clock did. A fall behind the last
 * anchor is a finding, any other a warning.
 */
export class FsckTimes {
  /** the highest so far, milliseconds since 1970 */
  latest = -Infinity;
  private first: { readonly index: number; readonly latest: number } | undefined;
  private count = 0;

  /** when the log was last anchored: witnesses or an authority vouch that what is behind it came later */
  private anchored = -Infinity;

  constructor(
    private readonly findings: Findings,
    private readonly copy: Pick<LogCopy, 'copies'>,
  ) {}

  /** @param kind type, space, source system */
  next(recordedAt: number, index: number, kind = ''): void {
    if (kind.startsWith(CLOCK_REGRESSED)) {
      this.latest = recordedAt;
      this.anchored = Math.min(this.anchored, recordedAt);
    } else if (this.anchored - recordedAt > CLOCK_BACK_MS) {
      this.backdated(index);
    } else if (recordedAt >= this.latest) {
      this.latest = recordedAt;
    } else if (this.latest - recordedAt > CLOCK_BACK_MS) {
      this.first ??= { index, latest: this.latest };
      this.count += 1;
    }
    if (kind.startsWith(ANCHORED)) this.anchored = recordedAt;
  }

  private backdated(index: number): void {
    const [place] = this.copy.copies(index, index + 1);
    const detail = `It says it was recorded before ${instantOf(this.anchored)}, when the log was anchored without it.`;
    const where = place === undefined ? { index } : placeOf(place);
    this.findings.add({ code: 'time-regress', ...where, pointer: '/recordedAt', detail });
  }

  end(): void {
    if (this.first === undefined) return;
    const { index, latest } = this.first;
    const more = this.count === 1 ? '' : `, and ${this.count - 1} more after it`;
    this.findings.warn(
      `time-regress: index ${index} was recorded before ${instantOf(latest)}, by its own word${more}.`,
    );
  }
}
