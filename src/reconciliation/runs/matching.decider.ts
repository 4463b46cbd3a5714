import { type CivilDate } from '../../kernel/civil-date';
import { type Decider } from '../../kernel/decider';
import { TieoutError } from '../../kernel/errors';
import { type JsonObject } from '../../kernel/json';
import { streamName } from '../../kernel/stream-name';
import { type Decisions, membersKey } from '../matching/decisions.policy';
import { type LinesDecided, type MatchingEvent, type RunCommitted } from './matching.events';

/** `basedOn`: events of the stream that were seen when the rows behind the command were read. */
export type MatchingCommand =
  | { readonly kind: 'commit'; readonly basedOn: number; readonly run: RunCommitted }
  | {
      readonly kind: 'confirm' | 'unmatch';
      readonly basedOn: number;
      readonly decided: LinesDecided;
    };

/** All claims of one definition, over all its runs. */
export interface MatchingState {
  readonly events: number;
  readonly cutoff?: CivilDate;
  /** sets of lines by their key; a set is confirmed or unmatched, never both */
  readonly confirmed: ReadonlyMap<string, LinesDecided>;
  readonly unmatched: ReadonlyMap<string, LinesDecided>;
}

export const matchingStream = (definition: string): string =>
  streamName('matching', '_', definition);

export const decisionsOf = ({ confirmed, unmatched }: MatchingState): Decisions => ({
  confirmed: [...confirmed.values()].map(({ lines }) => lines),
  rejected: [...unmatched.values()].map(({ lines }) => lines),
});

/**
 * The claims of a definition are one stream, so that no two of them can use a line without one seeing the other: a line
 * is in at most one set that a person confirmed, and a run counts only on the decisions that it saw.
 */
export const matching: Decider<MatchingCommand, MatchingEvent, MatchingState> = {
  initial: { events: 0, confirmed: new Map(), unmatched: new Map() },
  decide(command, state) {
    if (command.kind === 'commit') return [commit(command.run, command.basedOn, state)];
    const { decided, basedOn } = command;
    const already = command.kind === 'confirm' ? state.confirmed : state.unmatched;
    if (already.has(membersKey(decided.lines))) return [];
    checkUnchanged(basedOn, state);
    return command.kind === 'confirm'
      ? [confirm(decided, state)]
      : [{ type: 'group.unmatched', data: asData(decided) }];
  },
  evolve(state, event) {
    const next = { ...state, events: state.events + 1 };
    if (event.type === 'run.committed') return { ...next, cutoff: event.data.cutoff };
    const key = membersKey(event.data.lines);
    const confirmed = new Map(state.confirmed);
    const unmatched = new Map(state.unmatched);
    confirmed.delete(key);
    unmatched.delete(key);
    (event.type === 'group.confirmed' ? confirmed : unmatched).set(key, event.data);
    return { ...next, confirmed, unmatched };
  },
};

function commit(run: RunCommitted, basedOn: number, state: MatchingState): MatchingEvent {
  checkUnchanged(basedOn, state);
  if (state.cutoff !== undefined && run.cutoff < state.cutoff) {
    throw new TieoutError(
      'range-invalid',
      `${run.definition} was matched up to ${state.cutoff}. An earlier cut-off can be tried as a dry run only.`,
      { cutoff: state.cutoff },
    );
  }
  return { type: 'run.committed', data: run as RunCommitted & JsonObject };
}

function checkUnchanged(basedOn: number, { events }: MatchingState): void {
  if (events === basedOn) return;
  throw new TieoutError(
    'concurrent-change',
    'Other matches were decided meanwhile. Send the same request again.',
  );
}

function confirm(decided: LinesDecided, state: MatchingState): MatchingEvent {
  const lines = new Set(decided.lines);
  for (const other of state.confirmed.values()) {
    const shared = other.lines.find((line) => lines.has(line));
    if (shared !== undefined) throw lineInUse(shared, other.group);
  }
  return { type: 'group.confirmed', data: asData(decided) };
}

const asData = (decided: LinesDecided) => decided as LinesDecided & JsonObject;

export const lineInUse = (line: string, group: string) =>
  new TieoutError('line-in-use', `Line ${line} is in group ${group}. Unmatch that first.`, {
    line,
    group,
  });
