import { storeUnavailable } from '../../../src/kernel/errors';
import { type Erasures } from '../../../src/privacy/erasures';
import { type EntryLog } from '../../../src/privacy/recorded-values';
import { type SideStore } from '../../../src/privacy/side-store';
import { Upkeep } from '../../../src/privacy/upkeep';
import { TestClock } from '../../support/test-app';

const HOUR_MS = 60 * 60 * 1_000;

describe('the upkeep of personal values', () => {
  let clock: TestClock;
  let rounds: number;
  let reported: string[];
  let upkeep: Upkeep;
  let fail: (() => void) | undefined;
  beforeEach(() => {
    clock = new TestClock();
    rounds = 0;
    reported = [];
    fail = undefined;
    const erasures = {
      upkeep: async () => {
        rounds += 1;
        fail?.();
      },
    } as unknown as Erasures;
    const sideStore = {
      sweptUntil: () => '',
      rows: () => [],
      noteSwept: () => undefined,
    } as unknown as SideStore;
    const report = (what: string): void => void reported.push(what);
    upkeep = new Upkeep({ erasures, sideStore, log: {} as EntryLog, clock, report });
  });
  afterEach(() => upkeep.close());
  const tick = async (): Promise<number> => {
    upkeep.tick();
    await upkeep.idle();
    return rounds;
  };

  it('runs at the start and then once a day, by the clock that it is given', async () => {
    upkeep.start();
    await upkeep.idle();
    expect(rounds).toBe(1);
    clock.advance(23 * HOUR_MS);
    expect(await tick()).toBe(1);
    clock.advance(HOUR_MS);
    expect(await tick()).toBe(2);
    expect(await tick()).toBe(2);
  });

  it('tells what went wrong, and tries again at the next tick', async () => {
    fail = () => {
      throw new Error('no such table');
    };
    expect(await tick()).toBe(1);
    expect(reported).toHaveLength(1);
    fail = undefined;
    expect(await tick()).toBe(2);
    expect(await tick()).toBe(2);
  });

  it('waits for a store that is away, and ends when the service does', async () => {
    fail = () => {
      throw storeUnavailable('busy', 'The store is busy.');
    };
    upkeep.tick();
    await upkeep.close();
    expect(rounds).toBeLessThanOrEqual(1);
    expect(reported).toEqual([]);
  });
});
