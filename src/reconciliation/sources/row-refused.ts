import { clip } from './clip';
import { type TextPlace } from './refused-file';
import { type RejectedRow, type RowRefusal } from './statement';

/** A row that cannot become a line; caught where the row is read, and nowhere else. */
export class RowRefused extends Error {
  constructor(
    readonly reason: RowRefusal,
    readonly detail: string,
  ) {
    super(reason);
  }
}

/** A text of the file inside a sentence or a rejected row. */
export const quoted = (text: string) => clip(text, 200);

export interface RowPlace {
  readonly statement: number;
  readonly entry: number;
  readonly place: TextPlace;
}

export function rejectedRow(
  { reason, detail }: RowRefused,
  { statement, entry, place }: RowPlace,
  raw: Readonly<Record<string, string>>,
): RejectedRow {
  return { kind: 'rejected', statement, entry, place, reason, detail, raw };
}
