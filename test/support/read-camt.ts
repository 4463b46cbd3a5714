import { type TieoutError, isTieoutError } from '../../src/kernel/errors';
import {
  type CamtFile,
  type CamtOptions,
  readCamt,
} from '../../src/reconciliation/sources/camt/camt-reader';
import {
  type RejectedRow,
  type StatementItem,
  type StatementLine,
  type StatementSummary,
} from '../../src/reconciliation/sources/statement';

export interface ReadFile {
  readonly file: CamtFile;
  readonly lines: readonly StatementLine[];
  readonly rejected: readonly RejectedRow[];
  readonly statements: readonly StatementSummary[];
}

/** Reads a whole text or bytes, in pieces of `pieceBytes`. */
export async function readAll(
  content: string | Uint8Array,
  { pieceBytes = 65_536, ...options }: CamtOptions & { readonly pieceBytes?: number } = {},
): Promise<ReadFile> {
  const items: StatementItem[] = [];
  const reader = readCamt(pieces(Buffer.from(content as string), pieceBytes), options);
  for (;;) {
    const next = await reader.next();
    if (next.done === true) {
      const of = <K extends StatementItem['kind']>(kind: K) =>
        items.filter((item): item is Extract<StatementItem, { kind: K }> => item.kind === kind);
      return {
        file: next.value,
        lines: of('line'),
        rejected: of('rejected'),
        statements: of('statement'),
      };
    }
    items.push(...next.value);
  }
}

/** The error of a file that must not be read. */
export async function refusalOf(
  content: string | Uint8Array,
  options: CamtOptions & { readonly pieceBytes?: number } = {},
): Promise<TieoutError> {
  const error: unknown = await readAll(content, options).then(
    () => undefined,
    (refused: unknown) => refused,
  );
  if (!isTieoutError(error, 'contract-violation')) throw new Error(`not refused: ${String(error)}`);
  return error;
}

export async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
