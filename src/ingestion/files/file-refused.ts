import { TieoutError } from '../../kernel/errors';

/** Why a file as a whole cannot be read on. Reasons are stable; they are values, not problem codes. */
export type FileRefusal =
  | 'doctype'
  | 'encoding-invalid'
  | 'encoding-unknown'
  | 'not-well-formed'
  | 'truncated'
  | 'not-gzip'
  | 'too-deep'
  | 'too-long'
  | 'wrong-root'
  | 'attribute-after-events'
  | 'columns-differ'
  | 'column-missing';

/**
 * The error of a file that cannot be read on. What was read before it stands; after a repair the file is sent again from
 * its beginning, and what is recorded already is answered as such.
 *
 * @param line from 1, in the decoded text
 */
export function fileRefused(reason: FileRefusal, detail: string, line?: number): TieoutError {
  const where = line === undefined ? '' : ` (line ${line})`;
  return new TieoutError('contract-violation', `${detail}${where}`, {
    reason,
    ...(line === undefined ? {} : { line }),
  });
}
