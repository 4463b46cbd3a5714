/** What persons have decided; it is part of the input of every run. */
export interface Decisions {
  /** sets of lines that a person matched */
  readonly confirmed: readonly (readonly string[])[];
  /** sets of lines that a person said do not belong together */
  readonly rejected: readonly (readonly string[])[];
}

export const NO_DECISIONS: Decisions = { confirmed: [], rejected: [] };

/** Names a set of lines, whatever found it: what a person rejected stays rejected in every pass. */
export const membersKey = (lines: readonly string[]): string => [...lines].sort().join(' ');
