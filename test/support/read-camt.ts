import { type TieoutError, isTieoutError } from '../../src/kernel/errors';
import { type CamtOptions, readCamt } from '../../src/reconciliation/sources/camt/camt-reader';
import { readStatement } from '../../src/reconciliation/sources/read-statement';
import { sourceOf } from '../../src/reconciliation/sources/source.policy';
import {
  type RejectedRow,
  type StatementFile,
  type StatementItem,
  type StatementItems,
  type StatementLine,
  type StatementSummary,
} from '../../src/reconciliation/sources/statement';

export interface ReadFile {
  readonly file: StatementFile;
  readonly lines: readonly StatementLine[];
  readonly rejected: readonly RejectedRow[];
  readonly statements: readonly StatementSummary[];
}

/** Reads a whole text or bytes, in pieces of `pieceBytes`. */
export async function readAll(
  content: string | Uint8Array,
  { pieceBytes = 65_536, ...options }: CamtOptions & { readonly pieceBytes?: number } = {},
): Promise<ReadFile> {
  return collect(readCamt(pieces(Buffer.from(content as string), pieceBytes), options));
}

/** Reads a whole text or bytes as an import for this source would. */
export function readFor(
  source: string,
  content: string | Uint8Array,
  pieceBytes = 65_536,
): Promise<ReadFile> {
  const known = sourceOf(source);
  if (known === undefined) throw new Error(`no source ${source}`);
  return collect(readStatement(pieces(Buffer.from(content as string), pieceBytes), known));
}

export async function collect(reader: StatementItems): Promise<ReadFile> {
  const items: StatementItem[] = [];
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
  return refusedBy(readAll(content, options));
}

/** The error of a reading that must not succeed. */
export async function refusedBy(reading: Promise<unknown>): Promise<TieoutError> {
  const error: unknown = await reading.then(
    () => undefined,
    (refused: unknown) => refused,
  );
  if (!isTieoutError(error, 'contract-violation')) throw new Error(`not refused: ${String(error)}`);
  return error;
}

export async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
