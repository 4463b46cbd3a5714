import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { instantOf } from './kernel/instant';
import { type Clock, type Pause, type Randomness } from './kernel/runtime';

/** The machine's own clock and random numbers, for composition roots. */
export const systemClock: Clock = { now: () => instantOf(Date.now()) };
export const systemRandomness: Randomness = { bytes: (length) => randomBytes(length) };
export const sleep = (ms: number): Promise<void> => delay(ms);
export const pause: Pause = async (ms, signal) => {
  // An abort is the end of the wait that the caller asked for.
  await delay(ms, undefined, { signal }).catch(() => undefined);
};
