import { encodeForStore, type EncodedEntry, type Entry } from '../../kernel/entry';
import { isTieoutError, revisionConflict, type TieoutError } from '../../kernel/errors';
import { hex, leafHash } from '../../kernel/hash';
import { type Instant } from '../../kernel/runtime';
import { STORE_LIMITS } from '../../event-store';
import {
  flagsOf,
  foldState,
  type Flag,
  type ObjectState,
  type TransitionFact,
} from '../workflow.policy';
import { type Draft, type DraftEntry, type Writable } from './entry-draft';
import { type ObjectHead } from './object-states';

/** An event with its place in the stream, ready for the append. */
export interface Built {
  readonly draft: Draft;
  readonly revision: bigint;
  readonly recordedAt: Instant;
  readonly encoded: EncodedEntry;
  readonly leaf: Uint8Array;
  readonly flags: readonly Flag[];
  /** of the object after this event */
  readonly state: ObjectState;
}

export interface Rejected {
  readonly draft: Draft;
  readonly error: TieoutError;
}

export interface BuildOptions {
  readonly recordedAt: Instant;
  readonly commitmentsOf: (id: string) => Readonly<Record<string, string>> | undefined;
}

/**
 * Gives each draft the next place after `head`, in order. One that pins another revision, or whose entry is too large,
 * steps out and takes no place; the others are facts all the same.
 */
export function buildOnto(
  head: ObjectHead,
  drafts: readonly Draft[],
  options: BuildOptions,
): { readonly built: readonly Built[]; readonly rejected: readonly Rejected[] } {
  const built: Built[] = [];
  const rejected: Rejected[] = [];
  let { revision, leaf, state } = head;
  for (const draft of drafts) {
    const made = missesPin(draft, revision) ?? build(draft, { revision, leaf, state }, options);
    if (!('encoded' in made)) {
      rejected.push({ draft, error: made });
      continue;
    }
    built.push(made);
    revision = made.revision;
    leaf = hex(made.leaf);
    state = made.state;
  }
  return { built, rejected };
}

function missesPin({ expected, entry }: Draft, revision: bigint): TieoutError | undefined {
  if (expected === undefined) return undefined;
  const actual = revision < 0n ? 'no-stream' : revision;
  return expected === actual ? undefined : revisionConflict(entry.stream, expected, actual);
}

function build(draft: Draft, head: ObjectHead, options: BuildOptions): Built | TieoutError {
  const { recordedAt } = options;
  const revision = head.revision + 1n;
  const commitments = options.commitmentsOf(draft.entry.id);
  const entry = placed(draft.entry, Number(revision), recordedAt);
  if (commitments !== undefined) entry.commitments = commitments;
  if (head.leaf !== undefined) entry.prev = head.leaf;
  try {
    const encoded = encodeForStore(entry);
    const fact = entry as unknown as TransitionFact;
    return {
      draft,
      revision,
      recordedAt,
      encoded,
      leaf: leafHash(encoded.entry),
      flags: flagsOf(draft.workflow, fact, head.state, draft.startsAt),
      state: foldState(head.state, fact),
    };
  } catch (error) {
    if (!isTieoutError(error)) throw error;
    return error;
  }
}

function placed(draft: DraftEntry, revision: number, recordedAt: Instant): Writable<Entry> {
  const { v, stream, id, type, contract, occurredAt, actor, source, data } = draft;
  const entry: Writable<Entry> = {
    v,
    stream,
    revision,
    id,
    type,
    contract,
    occurredAt,
    recordedAt,
    actor,
    source,
    data,
  };
  if (draft.correlation !== undefined) entry.correlation = draft.correlation;
  if (draft.causation !== undefined) entry.causation = draft.causation;
  if (draft.rules !== undefined) entry.rules = draft.rules;
  if (draft.overrides !== undefined) entry.overrides = draft.overrides;
  if (draft.attempt !== undefined) entry.attempt = draft.attempt;
  if (draft.attachments !== undefined) entry.attachments = draft.attachments;
  return entry;
}

/** Parts built events into appends that the store takes: at most 1,000 events and 921,600 bytes each. */
export function appendsOf(built: readonly Built[]): Built[][] {
  const appends: Built[][] = [];
  let current: Built[] = [];
  let bytes = 0;
  for (const event of built) {
    const size = event.encoded.entry.length + 2 * event.encoded.type.length;
    const isFull =
      current.length === STORE_LIMITS.appendEventsMax || bytes + size > STORE_LIMITS.appendBytesMax;
    if (isFull && current.length > 0) {
      appends.push(current);
      current = [];
      bytes = 0;
    }
    current.push(event);
    bytes += size;
  }
  if (current.length > 0) appends.push(current);
  return appends;
}
