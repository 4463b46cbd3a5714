import { type Act } from '../standing.policy';

/** Whether a left and a right act are a pair. */
export interface Meets {
  readonly test: (left: Act, right: Act) => boolean;
  /** present when being at most so many days apart is all that `test` asks: pairs are then found by searching */
  readonly within?: {
    readonly day: (act: Act) => number;
    readonly days: number;
    /** the later of the two is not before this day */
    readonly since?: number;
  };
}

export interface Paired {
  readonly act: Act;
  readonly side: 'left' | 'right';
}

/**
 * Every act that meets one of the other side. An act is kept at its first opposite, so a chain on which one person did
 * thousands of things costs their number and not its square; so does a busy vendor, whose days are searched.
 */
export function meetingActs(left: readonly Act[], right: readonly Act[], meets: Meets): Paired[] {
  const { test } = meets;
  const hasLeft = near(left, meets) ?? ((r: Act): boolean => left.some((l) => test(l, r)));
  const hasRight = near(right, meets) ?? ((l: Act): boolean => right.some((r) => test(l, r)));
  return [
    ...left.filter(hasRight).map((act) => ({ act, side: 'left' as const })),
    ...right.filter(hasLeft).map((act) => ({ act, side: 'right' as const })),
  ];
}

/** Tells whether any of the acts is near enough in time, by binary search. */
function near(acts: readonly Act[], { within }: Meets): ((act: Act) => boolean) | undefined {
  if (within === undefined) return undefined;
  const { day, days, since = -Infinity } = within;
  const sorted = acts.map(day).sort((a, b) => a - b);
  return (act) => {
    const first = day(act) < since ? since : day(act) - days;
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((sorted[middle] ?? Infinity) < first) low = middle + 1;
      else high = middle;
    }
    return (sorted[low] ?? Infinity) <= day(act) + days;
  };
}
