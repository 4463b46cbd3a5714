import { type CheckpointLine, withLines } from './checkpoint';
import { type SignedCheckpoint } from './signed-checkpoint';

/** What sealing tells the appenders of a commit. Structured-cloneable: it crosses from the writer's thread. */
export interface SealNotice {
  readonly kind: 'seal';
  /** leaves after the commit */
  readonly size: number;
  readonly root: Uint8Array;
  /** of every key in service, the oldest first */
  readonly lines: readonly CheckpointLine[];
  /** right edge before the commit, 32 bytes a hash, largest subtree first */
  readonly edgeBefore: Uint8Array;
}

/** Recognises a notice after it crossed a thread, where it has lost its type. */
export function isSealNotice(value: unknown): value is SealNotice {
  return (
    typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'seal'
  );
}

/** The checkpoint that the commit released. @param origin of the log */
export const releasedCheckpoint = (origin: string, notice: SealNotice): SignedCheckpoint =>
  withLines({ origin, size: notice.size, root: notice.root }, notice.lines);
