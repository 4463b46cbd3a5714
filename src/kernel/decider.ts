import { type JsonObject } from './json';

/** What a decision produces: a fact in the past tense, not yet an entry of the ledger. */
export interface DomainEvent {
  /** `<object>.<past-tense>`, as in the entry */
  readonly type: string;
  readonly data: JsonObject;
}

/**
 * A decision as three pure values: no I/O, no clock, no random numbers. Who and when are in the command.
 *
 * `decide` throws a `TieoutError` for an expected refusal and returns `[]` when nothing changes.
 */
export interface Decider<Command, Event extends DomainEvent, State> {
  readonly initial: State;
  decide(command: Command, state: State): readonly Event[];
  evolve(state: State, event: Event): State;
}
