import { TieoutError } from '../../kernel/errors';

/** Why a statement file as a whole cannot be read. Reasons are stable; they are values, not problem codes. */
export type FileRefusal =
  | 'doctype'
  | 'encoding-unknown'
  | 'encoding-invalid'
  | 'not-well-formed'
  | 'truncated'
  | 'too-deep'
  | 'too-many-attributes'
  | 'token-too-long'
  | 'format-unknown'
  | 'wrong-root'
  | 'message-not-supported'
  | 'no-statement'
  | 'entry-too-long'
  | 'column-missing'
  | 'columns-differ'
  | 'mapping-missing'
  | 'too-many-statements';

/** A place in the decoded text: lines from 1, columns from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** The error of a file that cannot be read at all; nothing of it is imported. */
export function fileRefused(reason: FileRefusal, detail: string, place?: TextPlace): TieoutError {
  const where = place === undefined ? '' : ` (line ${place.line}, column ${place.column})`;
  return new TieoutError('contract-violation', `${detail}${where}`, {
    reason,
    ...(place === undefined ? {} : { line: place.line, column: place.column }),
  });
}
