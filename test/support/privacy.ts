import { join } from 'node:path';
import { openPrivacy, type Privacy } from '../../src/privacy';
import { seededRandomness } from './seeded-randomness';

export const KEK = Buffer.alloc(32, 7);

/** Opens `privacy.db` in a folder, with random numbers that the test can repeat. */
export function openPrivacyIn(
  folder: string,
  changes: { seed?: string; kek?: Uint8Array } = {},
): Privacy {
  return openPrivacy({
    path: join(folder, 'privacy.db'),
    kek: changes.kek ?? KEK,
    clock: { now: () => '2026-01-05T10:41:07.055Z' },
    randomness: seededRandomness(changes.seed),
  });
}
