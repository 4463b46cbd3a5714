import { type Randomness } from '../kernel/runtime';

const BLOCK_BYTES = 8_192;

/**
 * Hands out random bytes from blocks: one call into the system's generator costs as much as a cipher, and a batch needs
 * three draws a value. Every byte is handed out once.
 */
export class DrawnBytes {
  private block: Uint8Array = new Uint8Array();
  private used = 0;

  constructor(private readonly randomness: Randomness) {}

  /** @param length at most 8,192 */
  take(length: number): Uint8Array {
    if (this.used + length > this.block.length) {
      this.block = this.randomness.bytes(BLOCK_BYTES);
      this.used = 0;
    }
    this.used += length;
    return this.block.subarray(this.used - length, this.used);
  }
}
