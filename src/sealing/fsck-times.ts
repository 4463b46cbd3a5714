import { instantOf } from '../kernel/instant';
import { type Findings } from './check-report';

/** How far the clock may step back without an event that says so. */
const CLOCK_BACK_MS = 2_000;
const CLOCK_REGRESSED = 'ledger.clock-regressed ';

/** Follows the times of recording: they may not fall without an event that says that the clock did. */
export class FsckTimes {
  /** the highest so far, milliseconds since 1970 */
  latest = -Infinity;
  private first: { readonly index: number; readonly latest: number } | undefined;
  private count = 0;

  constructor(private readonly findings: Findings) {}

  /** @param kind type, space, source system */
  next(recordedAt: number, index: number, kind: string | undefined): void {
    if (recordedAt >= this.latest || kind?.startsWith(CLOCK_REGRESSED) === true) {
      this.latest = recordedAt;
    } else if (this.latest - recordedAt > CLOCK_BACK_MS) {
      this.first ??= { index, latest: this.latest };
      this.count += 1;
    }
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
