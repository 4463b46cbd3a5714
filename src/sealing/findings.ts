import { isTieoutError, TieoutError } from '../kernel/errors';

/** What `tieout verify` and the verifier inside a pack report. Values of their pages, not problem codes. */
export type FindingCode =
  | 'schema-changed'
  | 'store-damaged'
  | 'pack-file'
  | 'limit-exceeded'
  | 'checkpoint-syntax'
  | 'checkpoint-origin'
  | 'checkpoint-signature'
  | 'checkpoint-key-window'
  | 'checkpoint-rollback'
  | 'checkpoint-equivocation'
  | 'checkpoint-inconsistent'
  | 'checkpoint-stale'
  | 'key-handover'
  | 'cosignature-quorum'
  | 'timestamp-token'
  | 'log-short'
  | 'bundle-framing'
  | 'entry-not-canonical'
  | 'entry-schema'
  | 'leaf-mismatch'
  | 'stream-gap'
  | 'stream-duplicate'
  | 'prev-mismatch'
  | 'id-duplicate'
  | 'contract-downgrade'
  | 'time-regress'
  | 'root-mismatch'
  | 'tile-mismatch'
  | 'heads-mismatch'
  | 'pack-incomplete'
  | 'opening-mismatch'
  | 'opening-missing'
  | 'column-mismatch'
  | 'store-extra'
  | 'blob-mismatch'
  | 'proof-malformed'
  | 'proof-mismatch';

/** A proof, note or key that is refused: what a strict reader throws. */
export const refused = (finding: FindingCode, detail: string): TieoutError =>
  new TieoutError('proof-invalid', detail, { finding });

/** The finding code of an error that a strict reader threw; rethrows everything else. */
export function findingOf(error: unknown): { readonly code: FindingCode; readonly detail: string } {
  if (!isTieoutError(error, 'proof-invalid')) throw error;
  return { code: error.members['finding'] as FindingCode, detail: error.message };
}
