import { decodeEntry } from '../../kernel/entry';
import { isTieoutError } from '../../kernel/errors';
import { hex, leafHash } from '../../kernel/hash';
import { type EventStore, type RecordedEvent } from '../../event-store';
import { foldState, initialState, type ObjectState, type TransitionFact } from '../workflow.policy';
import { type WorkflowDefinition } from '../workflow-definitions.policy';

/** The end of one stream and the object's state there. */
export interface ObjectHead {
  /** -1n when the stream has no event */
  readonly revision: bigint;
  /** 64 hex; of the last event */
  readonly leaf: string | undefined;
  readonly state: ObjectState;
}

/** Streams of one generation; two are kept. */
const STREAMS_KEPT_MAX = 16_384;

/**
 * Folded states of objects, each kept under the leaf it ends at. A leaf commits to the whole history before it, so a kept
 * state is exact as long as the store has that leaf at that revision. A load reads it there and goes on; who builds on a
 * kept state without a load names its leaf to the store, which refuses the append when it has another.
 */
export class ObjectStates {
  private younger = new Map<string, ObjectHead>();
  /**
   * The generation before. A full one is forgotten whole: taking the oldest out of a map one by one makes every search for
   * the next oldest pass over the places of all that went before.
   */
  private older = new Map<string, ObjectHead>();

  constructor(private readonly store: Pick<EventStore, 'readStream'>) {}

  /** The head as it was last seen; it may have moved since. */
  kept(stream: string): ObjectHead | undefined {
    return this.younger.get(stream) ?? this.older.get(stream);
  }

  keep(stream: string, head: ObjectHead): void {
    this.younger.set(stream, head);
    if (this.younger.size < STREAMS_KEPT_MAX) return;
    this.older = this.younger;
    this.younger = new Map();
  }

  drop(stream: string): void {
    this.younger.delete(stream);
    this.older.delete(stream);
  }

  /** The head as the store has it now. @throws TieoutError `store-unavailable`, `store-corrupt` */
  async load(stream: string, workflow: WorkflowDefinition): Promise<ObjectHead> {
    const kept = this.kept(stream);
    const onward = kept === undefined ? undefined : await this.readOn(stream, kept);
    const head = onward ?? (await this.readWhole(stream, workflow));
    if (head.revision >= 0n) this.keep(stream, head);
    return head;
  }

  /** @returns undefined when the store does not show the kept leaf, so that the whole is read */
  private async readOn(stream: string, kept: ObjectHead): Promise<ObjectHead | undefined> {
    let head: ObjectHead | undefined;
    for await (const event of this.store.readStream(stream, kept.revision)) {
      if (head === undefined) {
        if (leafOf(event) !== kept.leaf) return undefined;
        head = kept;
      } else {
        head = onto(head, event);
      }
    }
    return head;
  }

  private async readWhole(stream: string, workflow: WorkflowDefinition): Promise<ObjectHead> {
    let head: ObjectHead = emptyHead(workflow);
    try {
      for await (const event of this.store.readStream(stream)) head = onto(head, event);
    } catch (error) {
      if (!isTieoutError(error, 'stream-missing')) throw error;
    }
    return head;
  }
}

export function emptyHead(workflow: WorkflowDefinition): ObjectHead {
  return { revision: -1n, leaf: undefined, state: initialState(workflow) };
}

/** The head of a stream that ends with an event just stored. @param leaf 32 bytes */
export function headAfter(last: {
  readonly revision: bigint;
  readonly leaf: Uint8Array;
  readonly state: ObjectState;
}): ObjectHead {
  return { revision: last.revision, leaf: hex(last.leaf), state: last.state };
}

function onto(head: ObjectHead, event: RecordedEvent): ObjectHead {
  const entry = decodeEntry(event.entry);
  const state = foldState(head.state, entry as unknown as TransitionFact);
  return { revision: event.revision, leaf: leafOf(event), state };
}

function leafOf(event: RecordedEvent): string {
  return hex(leafHash(event.entry));
}
