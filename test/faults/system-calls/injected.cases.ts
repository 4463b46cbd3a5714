import { LARGE_PLAN, type PlanSize, SMALL_PLAN } from '../../support/chained-plan';
import { FaultedRuns } from '../../support/faulted-run';
import {
  type Fault,
  type Injection,
  type Observed,
  requireStrace,
  type WriteCall,
} from '../../support/strace';

/** `npm run test:faults` meets every call of a run; otherwise every sync is met and a sample of the others. */
const IS_FULL = process.env['FAULTS'] === 'full';
const SAMPLE = IS_FULL ? Infinity : 4;
const LASTING_SAMPLE = IS_FULL ? Infinity : 2;
/** Of the large plan, which makes thousands of calls. */
const LARGE_SAMPLE = IS_FULL ? 40 : 1;
const LARGE_SYNC_SAMPLE = IS_FULL ? Infinity : 3;
const LASTING_CALLS = 4;

const isSync = (call: WriteCall): boolean => call === 'fsync' || call === 'fdatasync';

/** Up to `size` numbers of 1…count, the last one among them, spread by a fixed sequence so that a failure comes again. */
function sample(count: number, size: number): number[] {
  if (count <= size) return Array.from({ length: count }, (_, i) => i + 1);
  const chosen = new Set([count]);
  let state = count;
  while (chosen.size < size) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    chosen.add((state % count) + 1);
  }
  return [...chosen].sort((a, b) => a - b);
}

/** Every chosen call of a run of the plan meets the fault, one run for each. */
export function everyCallFails(fault: Fault): void {
  walk(`a small ledger, one call with ${fault}`, SMALL_PLAN, (call, count) =>
    sample(count, isSync(call) ? Infinity : SAMPLE).map((n) => ({ call, fault, from: n, to: n })),
  );
  walk(`a WAL that is copied between commits, one call with ${fault}`, LARGE_PLAN, (call, count) =>
    sample(count, isSync(call) ? LARGE_SYNC_SAMPLE : LARGE_SAMPLE).map((n) => ({
      ...{ call, fault, from: n, to: n },
    })),
  );
}

/** The fault stays for some calls, and then for ever. */
export function faultsThatLast(fault: Exclude<Fault, 'SIGKILL'>): void {
  const until = (last: (from: number) => number) => (call: WriteCall, count: number) =>
    sample(count, LASTING_SAMPLE).map((from) => ({ call, fault, from, to: last(from) }));
  const passing = until((from) => from + LASTING_CALLS - 1);
  walk(`${LASTING_CALLS} calls in a row with ${fault}`, SMALL_PLAN, passing);
  const lasting = until(() => Infinity);
  walk(`all calls from one on with ${fault}`, SMALL_PLAN, lasting);
}

function walk(
  title: string,
  size: PlanSize,
  injectionsOf: (call: WriteCall, count: number) => readonly Injection[],
): void {
  describe(title, () => {
    let runs: FaultedRuns;
    let seen: Observed;
    beforeAll(async () => {
      requireStrace();
      runs = new FaultedRuns(size);
      seen = await runs.observe();
    }, 60_000);
    afterAll(() => runs.remove());

    it('loses nothing acknowledged, leaves nothing half there, seals nothing that is not stored', async () => {
      const injections = [...seen.counts].flatMap(([call, count]) => injectionsOf(call, count));
      // Opening, writing, syncing, closing: at least one of each call that a run makes.
      expect(seen.counts.size).toBeGreaterThanOrEqual(5);
      expect(injections.length).toBeGreaterThanOrEqual(seen.counts.size);
      const problems: string[] = [];
      for (const injection of injections) problems.push(...(await runs.problems(injection, seen)));
      expect(problems).toEqual([]);
    }, 3_600_000);
  });
}
