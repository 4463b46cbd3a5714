export type MixClass =
  'referenced' | 'unreferenced' | 'cents' | 'carried-sum' | 'day-sum' | 'missing';
export type Trouble =
  | 'cut-reference'
  | 'digit-swapped'
  | 'instalments'
  | 'split-in-pool'
  | 'netting'
  | 'fee'
  | 'fx'
  | 'reversal'
  | 'duplicate'
  | 'cut-off'
  | 'late'
  | 'twins';
export type Puzzle = 'rivals' | 'surplus-twins' | 'coincidence';
export type LineClass = MixClass | Trouble | Puzzle;

export const TROUBLES: readonly Trouble[] = [
  'cut-reference',
  'digit-swapped',
  'instalments',
  'split-in-pool',
  'netting',
  'fee',
  'fx',
  'reversal',
  'duplicate',
  'cut-off',
  'late',
  'twins',
];
export const PUZZLES: readonly Puzzle[] = ['rivals', 'surplus-twins', 'coincidence'];

/** What happened in fact: `groups` are the ways in which its lines may be confirmed, `break` the type it must be reported as. */
export interface Transaction {
  readonly class: LineClass;
  readonly lines: readonly string[];
  /** sets of lines that belong together; empty when nothing may be confirmed */
  readonly groups: readonly (readonly string[])[];
  /** identical lines: any pair across the sides is right */
  readonly isInterchangeable?: boolean;
  readonly break?: string;
}
