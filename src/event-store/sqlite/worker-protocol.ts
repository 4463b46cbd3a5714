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
  readonly notice?: NoticeData;
}

interface NoticeData {
  readonly firstIndex: number;
  readonly count: number;
  /** 32 bytes each, joined: one copy instead of a thousand */
  readonly leaves: Uint8Array;
  readonly participant: unknown;
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
  return notice === undefined ? message : { ...message, notice: joinLeaves(notice) };
}

/** A notice whose leaves stand on their own: the writer's are views into whole packets, which they would keep alive. */
export const ownLeaves = (notice: CommitNotice): CommitNotice => noticeOf(joinLeaves(notice));

const joinLeaves = (notice: CommitNotice): NoticeData => ({
  ...notice,
  leaves: new Uint8Array(Buffer.concat(notice.leaves)),
});

export function noticeOf({ firstIndex, count, leaves, participant }: NoticeData): CommitNotice {
  const parts = Array.from({ length: count }, (_, i) => leaves.subarray(32 * i, 32 * i + 32));
  return { firstIndex, count, leaves: parts, participant };
}

export function outcomesOf({ places, failures }: CommittedMessage): Outcome[] {
  const outcomes: Outcome[] = [];
  for (let i = 0; i < places.length; i += 2) {
    outcomes.push({ ok: true, revision: places[i] ?? 0n, sequence: places[i + 1] ?? 0n });
  }
  for (const [i, failure] of failures) outcomes[i] = { ok: false, error: fromFailure(failure) };
  return outcomes;
}
