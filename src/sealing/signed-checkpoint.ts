/** A checkpoint whose signature this process made or verified. */
export interface SignedCheckpoint {
  /** the log's name: a URL without scheme, equal to the name of its key */
  readonly origin: string;
  /** number of leaves */
  readonly size: number;
  /** 32 bytes */
  readonly root: Uint8Array;
  /** the whole signed note, text in C2SP form, ending in LF */
  readonly note: string;
}
