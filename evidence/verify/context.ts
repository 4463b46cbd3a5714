import { type Finding, type Findings } from '../../src/sealing/check-report';
import { findingOf } from '../../src/sealing/findings';
import { type PackSource } from './pack-source';

/** What the steps of one verification share. */
export interface Context {
  readonly pack: PackSource;
  readonly findings: Findings;
  readonly notes: string[];
  readonly checked: Record<string, number>;
  /** how often a changed byte may still be searched for: it takes a second */
  searchesLeft: number;
  /** called now and then with the number of bytes and entries done */
  readonly onProgress?: (done: number, what: string) => void;
}

/**
 * Runs one step. What a strict reader refuses becomes a finding, so that the steps after it still run; any other error is a
 * fault of reading and ends the verification.
 */
export function step<T>(context: Context, place: Partial<Finding>, run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    context.findings.add({ ...findingOf(error), ...place });
    return undefined;
  }
}

export function count(context: Context, what: string, n = 1): void {
  context.checked[what] = (context.checked[what] ?? 0) + n;
}
