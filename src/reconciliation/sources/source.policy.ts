/** Where statement files come from and how their lines are counted. */
export interface StatementSource {
  readonly id: string;
  readonly name: string;
  readonly format: 'camt.053';
  /** a file holds all lines of each of its days, so that equal lines are counted within a file */
  readonly coverage: 'whole-day';
}

const SOURCES: readonly StatementSource[] = [
  { id: 'bank', name: 'Bank statements in camt.053', format: 'camt.053', coverage: 'whole-day' },
];

/** A source by its id; `undefined` when none is registered under it. */
export const sourceOf = (id: string): StatementSource | undefined =>
  SOURCES.find((s) => s.id === id);

export const sourceIds = (): readonly string[] => SOURCES.map(({ id }) => id);
