import { createHash } from 'node:crypto';
import { type Randomness } from '../../src/kernel/runtime';

/** Random bytes that a test can repeat: a counter under SHA-256. */
export function seededRandomness(seed = 'seed'): Randomness {
  let counter = 0;
  return {
    bytes(length) {
      const blocks: Buffer[] = [];
      for (let made = 0; made < length; made += 32) {
        blocks.push(createHash('sha256').update(`${seed} ${counter++}`).digest());
      }
      return Buffer.concat(blocks).subarray(0, length);
    },
  };
}
