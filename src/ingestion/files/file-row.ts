/** One event of a file, before it is mapped. */
export interface FileRow {
  /** from 1: where it ends (CSV) or begins (XES) */
  readonly line: number;
  /** true for the first event of a case, and for every row of a file without cases */
  readonly isFirstOfCase: boolean;
  /** columns of a CSV row, attributes of an XES event */
  readonly own: ReadonlyMap<string, string>;
  /** attributes of the XES trace, and of the log */
  readonly trace: ReadonlyMap<string, string>;
  readonly log: ReadonlyMap<string, string>;
}

export const NO_VALUES: ReadonlyMap<string, string> = new Map();
