import { type CivilDate } from '../../kernel/civil-date';
import { type Decider } from '../../kernel/decider';
import { TieoutError } from '../../kernel/errors';
import { type JsonObject } from '../../kernel/json';
import { type Decisions, membersKey } from '../matching/decisions.policy';
import { type LinesDecided, type MatchingEvent, type RunCommitted } from './matching.events';

export type MatchingCommand =
  /** `basedOn`: events of the stream that the run had seen */
  | { readonly kind: 'commit'; readonly basedOn: number; readonly run: RunCommitted }
  | { readonly kind: 'confirm' | 'reject' | 'unmatch'; readonly decided: LinesDecided };

/** All claims of one definition, over all its runs. */
export interface MatchingState {
  readonly events: number;
  readonly cutoff?: CivilDate;
  /** sets of lines by their key; a set is confirmed or rejected, never both */
  readonly confirmed: ReadonlyMap<string, LinesDecided>;
  readonly rejected: ReadonlyMap<string, LinesDecided>;
}

export const decisionsOf = ({ confirmed, rejected }: MatchingState): Decisions => ({
  confirmed: [...confirmed.values()].map(({ lines }) => lines),
  rejected: [...rejected.values()].map(({ lines }) => lines),
});

/**
 * The claims of a definition are one stream, so that no two of them can use a line without one seeing the other: a line
 * is in at most one set that a person confirmed, and a run counts only on the decisions that it saw.
 */
export const matching: Decider<MatchingCommand, MatchingEvent, MatchingState> = {
  initial: { events: 0, confirmed: new Map(), rejected: new Map() },
  decide(command, state) {
    switch (command.kind) {
      case 'commit':
        return [commit(command.run, command.basedOn, state)];
      case 'confirm':
        return confirm(command.decided, state);
      case 'reject':
        return reject(command.decided, state);
      case 'unmatch':
        return unmatch(command.decided, state);
    }
  },
  evolve(state, event) {
    const next = { ...state, events: state.events + 1 };
    if (event.type === 'run.committed') return { ...next, cutoff: event.data.cutoff };
    const key = membersKey(event.data.lines);
    const confirmed = new Map(state.confirmed);
    const rejected = new Map(state.rejected);
    confirmed.delete(key);
    rejected.delete(key);
    if (event.type === 'group.confirmed') confirmed.set(key, event.data);
    else rejected.set(key, event.data);
    return { ...next, confirmed, rejected };
  },
};

function commit(run: RunCommitted, basedOn: number, state: MatchingState): MatchingEvent {
  if (state.events !== basedOn) {
    throw new TieoutError(
      'concurrent-change',
      `Decisions on ${run.definition} were made while it was matched. Run it again.`,
    );
  }
  if (state.cutoff !== undefined && run.cutoff < state.cutoff) {
    throw new TieoutError(
      'range-invalid',
      `${run.definition} was matched up to ${state.cutoff}. An earlier cut-off can be tried as a dry run only.`,
      { cutoff: state.cutoff },
    );
  }
  return { type: 'run.committed', data: run as RunCommitted & JsonObject };
}

function confirm(decided: LinesDecided, state: MatchingState): readonly MatchingEvent[] {
  const key = membersKey(decided.lines);
  if (state.confirmed.has(key)) return [];
  const lines = new Set(decided.lines);
  for (const other of state.confirmed.values()) {
    const shared = other.lines.find((line) => lines.has(line));
    if (shared !== undefined) throw lineInUse(shared, other.group);
  }
  return [{ type: 'group.confirmed', data: asData(decided) }];
}

function reject(decided: LinesDecided, state: MatchingState): readonly MatchingEvent[] {
  const key = membersKey(decided.lines);
  if (state.rejected.has(key)) return [];
  const confirmed = state.confirmed.get(key);
  if (confirmed !== undefined) {
    throw new TieoutError('state-conflict', 'A person confirmed this group. Unmatch it first.', {
      state: 'confirmed',
      group: confirmed.group,
    });
  }
  return [{ type: 'group.rejected', data: asData(decided) }];
}

function unmatch(decided: LinesDecided, state: MatchingState): readonly MatchingEvent[] {
  return state.rejected.has(membersKey(decided.lines))
    ? []
    : [{ type: 'group.unmatched', data: asData(decided) }];
}

const asData = (decided: LinesDecided) => decided as LinesDecided & JsonObject;

export const lineInUse = (line: string, group: string) =>
  new TieoutError('line-in-use', `Line ${line} is in group ${group}. Unmatch that first.`, {
    line,
    group,
  });
