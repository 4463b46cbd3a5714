import { type CommitNotice } from './commit-participant';
import { type FailureData, fromFailure, toFailure } from './failures';
import { type Outcome } from './group';
import { type Settings } from './pragmas';
import { type Committed } from './writer';

/** What a writer thread is started with. */
export interface WriterData {
  readonly folder: string;
  readonly ledger: string;
  /** for the worker file's own participant */
  readonly data: unknown;
}

export type ToWriter =
  | {
      readonly kind: 'append';
      /** ticket of the packet's first append; the others follow it */
      readonly first: number;
      readonly packet: Uint8Array;
    }
  | { readonly kind: 'close' };

export type FromWriter =
  | { readonly kind: 'ready'; readonly settings: Settings }
  | { readonly kind: 'refused'; readonly failure: FailureData }
  | CommittedMessage
  | { readonly kind: 'halted'; readonly failure: FailureData }
  | { readonly kind: 'closed' };

export interface CommittedMessage {
  readonly kind: 'committed';
  readonly tickets: readonly number[];
  /** revision and sequence of each append, two numbers each; a failed one has zeros */
  readonly places: BigInt64Array;
  readonly failures: readonly (readonly [index: number, failure: FailureData])[];
  readonly notice?: CommitNotice;
}

export function toMessage(
  tickets: readonly number[],
  { outcomes, notice }: Committed,
): CommittedMessage {
  const places = new BigInt64Array(outcomes.length * 2);
  const failures: [number, FailureData][] = [];
  outcomes.forEach((outcome, i) => {
    if (outcome.ok) {
      places[2 * i] = outcome.revision;
      places[2 * i + 1] = outcome.sequence;
    } else {
      failures.push([i, toFailure(outcome.error)]);
    }
  });
  const message = { kind: 'committed', tickets, places, failures } as const;
  return notice === undefined ? message : { ...message, notice };
}

export function outcomesOf({ places, failures }: CommittedMessage): Outcome[] {
  const outcomes: Outcome[] = [];
  for (let i = 0; i < places.length; i += 2) {
    outcomes.push({ ok: true, revision: places[i] ?? 0n, sequence: places[i + 1] ?? 0n });
  }
  for (const [i, failure] of failures) outcomes[i] = { ok: false, error: fromFailure(failure) };
  return outcomes;
}
