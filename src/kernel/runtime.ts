/** UTC, milliseconds, exactly 24 characters: `2026-01-05T10:41:07.055Z`. Text order is time order. */
export type Instant = string;

/** Time comes in as a parameter: nothing below the composition roots reads the machine's clock. */
export interface Clock {
  now(): Instant;
}

/**
 * Waits in a background loop: resolves after `ms`, or as soon as the signal is aborted. Never rejects.
 */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

/** Randomness comes in as a parameter. Implementations for production draw from the system's CSPRNG. */
export interface Randomness {
  /** @param length number of bytes, at least 1 */
  bytes(length: number): Uint8Array;
}
