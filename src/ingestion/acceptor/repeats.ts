import {
  contentOf,
  decodeEntry,
  differingPointers,
  type Entry,
  type TransitionData,
} from '../../kernel/entry';
import { isTieoutError, storeCorrupt, TieoutError } from '../../kernel/errors';
import { hex, leafHash } from '../../kernel/hash';
import { type JsonObject } from '../../kernel/json';
import { type EventStore, type Placed, type RecordedEvent } from '../../event-store';
import { type PersonalValues, type Pseudonyms } from '../../privacy';
import {
  flagsOf,
  foldState,
  initialState,
  type Flag,
  type TransitionFact,
} from '../workflow.policy';
import { workflowOf } from '../workflow-definitions.policy';
import { type Draft } from './entry-draft';
import { type LedgerIndex } from './ledger-index';
import { type ItemResult } from './submission';

/** One recorded event with what the workflow said of it. */
interface Told {
  readonly recorded: RecordedEvent;
  readonly entry: Entry;
  readonly flags: readonly Flag[];
}

/** The recorded history of one object. */
interface History {
  readonly events: readonly Told[];
  readonly state: string;
}

export interface RepeatDependencies {
  readonly store: Pick<EventStore, 'readStream'>;
  readonly ledgerIndex: LedgerIndex;
  readonly personalValues: Pick<PersonalValues, 'differing'>;
  readonly pseudonyms: Pick<Pseudonyms, 'accountOf'>;
}

/** Answers events whose id is recorded: the first receipt for the same content, a conflict for any other. */
export class Repeats {
  constructor(private readonly deps: RepeatDependencies) {}

  /** @param placed where the event's id is recorded */
  async answerAll(repeats: readonly { draft: Draft; placed: Placed }[]): Promise<ItemResult[]> {
    // One reading of a stream serves all repeats in it: a whole file sent again costs one pass.
    const histories = new Map<string, Promise<History>>();
    return Promise.all(
      repeats.map(async ({ draft, placed }) => {
        const { stream } = placed;
        const reading = histories.get(stream) ?? this.historyOf(stream, draft);
        histories.set(stream, reading);
        return this.answer(draft, placed, await reading);
      }),
    );
  }

  private answer(draft: Draft, placed: Placed, history: History): ItemResult {
    const told = history.events[Number(placed.revision)];
    if (told === undefined) throw missing(placed);
    const { entry, recorded, flags } = told;
    const leaf = leafHash(recorded.entry);
    const pointers = this.differences(draft, entry);
    if (pointers.length > 0) return { result: 'conflict', error: conflict(leaf, pointers) };
    const index = this.deps.ledgerIndex.indexOf(recorded.position);
    return {
      result: 'duplicate',
      event: {
        stream: entry.stream,
        revision: entry.revision,
        id: entry.id,
        type: entry.type,
        recordedAt: entry.recordedAt,
        leaf,
        position: this.deps.ledgerIndex.positionAt(index),
        index,
      },
      objectState: history.state,
      flags,
      entry: recorded.entry,
    };
  }

  /** Pointers into the entry, and for personal values into the event as sent; never a value. */
  private differences(draft: Draft, entry: Entry): string[] {
    const sent = { ...draft.entry, revision: 0, recordedAt: entry.recordedAt } as Entry;
    const open = differingPointers(
      comparable(entry, draft.wasMapped),
      comparable(sent, draft.wasMapped),
    );
    const named = open.filter((pointer) => !this.isErased(pointer, entry));
    const personal = this.deps.personalValues.differing(
      entry.id,
      entry.commitments ?? {},
      draft.personal,
    );
    return [...named, ...personal];
  }

  /** An account whose pseudonym was erased counts as equal: nobody can tell any more. */
  private isErased(pointer: string, entry: Entry): boolean {
    const id = accountAt(pointer, entry);
    return id !== undefined && this.deps.pseudonyms.accountOf(id) === undefined;
  }

  private async historyOf(stream: string, { workflow, startsAt }: Draft): Promise<History> {
    const events: Told[] = [];
    // An id may be recorded for an object of another type; its own workflow tells of it.
    let definition = workflow;
    let state = initialState(workflow);
    try {
      for await (const recorded of this.deps.store.readStream(stream)) {
        const entry = decodeEntry(recorded.entry);
        const fact = entry as unknown as TransitionFact;
        if (events.length === 0) {
          definition = workflowOf(entry.type.split('.', 1)[0] ?? '') ?? workflow;
          state = initialState(definition);
        }
        events.push({ recorded, entry, flags: flagsOf(definition, fact, state, startsAt) });
        state = foldState(state, fact);
      }
    } catch (error) {
      if (!isTieoutError(error, 'stream-missing')) throw error;
    }
    return { events, state: state.state };
  }
}

/** Content without the commitments, which are salted and so compared by their values. */
function comparable(entry: Entry, wasMapped: boolean): JsonObject {
  const content = without(contentOf(entry), 'commitments');
  // What a source's code meant when it came first is recorded; the code sent again is the same content.
  return wasMapped ? { ...content, data: without(entry.data, 'transition') } : content;
}

/** The pseudonym that an entry has at a pointer, if it is a place of one. */
function accountAt(pointer: string, { actor, data, overrides }: Entry): string | undefined {
  if (pointer === '/actor/id') return actor.id;
  if (pointer === '/actor/onBehalfOf') return actor.onBehalfOf;
  if (pointer === '/data/initiatedBy')
    return (data as Partial<Pick<TransitionData, 'initiatedBy'>>).initiatedBy;
  const approver = /^\/overrides\/(\d+)\/approver$/.exec(pointer)?.[1];
  return approver === undefined ? undefined : overrides?.[Number(approver)]?.approver;
}

function without(object: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([member]) => member !== name));
}

function conflict(leaf: Uint8Array, pointers: readonly string[]): TieoutError {
  return new TieoutError(
    'event-id-conflict',
    `This id is recorded with other content: ${pointers.slice(0, 5).join(', ')}. An event that is different needs an id of its own.`,
    { leaf: hex(leaf), pointers },
  );
}

function missing({ stream, revision }: Placed): TieoutError {
  return storeCorrupt(`${stream} has no revision ${revision}, but the index of ids names it.`, {
    stream,
  });
}
