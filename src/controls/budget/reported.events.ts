/** Columns of figures that a system may state; an empty cell states nothing. */
export const REPORTED_FIGURES = ['planned', 'committed', 'actual'] as const;
export type ReportedFigure = (typeof REPORTED_FIGURES)[number];

type Stored = { readonly sha256: string; readonly bytes: number };

/** What another system says its figures are on a date. */
export type FiguresReported = {
  readonly system: string;
  /** last civil date that its figures hold */
  readonly asOf: string;
  /** the file as it was sent */
  readonly file: Stored;
  /** its lines as they were read, one canonical JSON object a line */
  readonly lines: Stored & { readonly count: number };
  readonly totals: readonly {
    readonly figure: string;
    readonly amount: string;
    readonly currency: string;
  }[];
  readonly by: string;
};

/** In the stream `budget_figures-<entity>.<system>`. */
export type ReportedEvent = {
  readonly type: 'budget-figures.reported';
  readonly data: FiguresReported;
};
