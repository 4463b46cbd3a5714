import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isTieoutError, storeCorrupt, TieoutError } from '../kernel/errors';
import { readCheckpoint } from './checkpoint';
import { type LogReader } from './log-reader';
import { verifyConsistency } from './merkle-verify';
import { type SignedCheckpoint } from './signed-checkpoint';

/** Name of the mark in the anchor folder: the newest released checkpoint that was noted there, as a signed note. */
export const MARK_FILE = 'mark';

export const markPath = (anchorDir: string): string => join(anchorDir, MARK_FILE);

/**
 * The newest checkpoint that is known to have left the service. A lower bound: it is written after commits, at most once
 * a second.
 *
 * Its signature is not judged. A mark can only make the service refuse to sign, and who could forge one could remove it.
 *
 * @returns undefined when nothing was ever noted
 * @throws TieoutError `configuration` when the folder cannot be read; `proof-invalid` when the mark is no checkpoint
 */
export function readAnchorMark(anchorDir: string): SignedCheckpoint | undefined {
  const path = markPath(anchorDir);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new TieoutError('configuration', `${path} cannot be read (${String(code)}).`, { path });
  }
  return readCheckpoint(bytes);
}

/** What the mark of a ledger says about it. */
export interface MarkCheck {
  readonly mark?: SignedCheckpoint;
  /** why the ledger may be read and not written */
  readonly finding?: TieoutError;
}

/**
 * Compares a ledger with the mark outside it. A ledger that was put back from an older copy, or that another history was
 * put in place of, must not sign again: two different events would get one index, each with a valid receipt.
 *
 * @throws TieoutError `configuration` when the mark is another ledger's, or cannot be read
 */
export function checkAgainstMark(log: LogReader, origin: string, anchorDir: string): MarkCheck {
  let mark: SignedCheckpoint | undefined;
  try {
    mark = readAnchorMark(anchorDir);
  } catch (error) {
    if (!isTieoutError(error, 'proof-invalid')) throw error;
    return { finding: unreadable(error) };
  }
  if (mark === undefined) return {};
  if (mark.origin !== origin) throw foreign(anchorDir, mark.origin, origin);
  const size = log.size();
  if (size < mark.size) return { mark, finding: behind(size, mark.size) };
  if (!extendsMark(log, size, mark)) return { mark, finding: forked(size, mark.size) };
  return { mark };
}

/**
 * An empty data folder beside a mark is a lost ledger, not a new one.
 *
 * @throws TieoutError `configuration`, before keys or a ledger are made
 */
export function refuseFoundingBelowMark(anchorDir: string): void {
  let known: string;
  try {
    const mark = readAnchorMark(anchorDir);
    if (mark === undefined) return;
    known = `a ledger ${mark.origin} with ${mark.size} events`;
  } catch (error) {
    if (!isTieoutError(error, 'proof-invalid')) throw error;
    known = 'a ledger whose mark is damaged';
  }
  throw new TieoutError(
    'configuration',
    `The data folder has no ledger, but the anchor folder ${anchorDir} knows ${known}. ` +
      'Put a copy of that ledger and its keys back, or give a new ledger another origin and anchor folder.',
    { anchorDir },
  );
}

function extendsMark(log: LogReader, size: number, mark: SignedCheckpoint): boolean {
  if (mark.size === 0) return true;
  const { root } = log.checkpoint();
  if (size === mark.size) return Buffer.compare(root, mark.root) === 0;
  return verifyConsistency({
    from: mark.size,
    to: size,
    fromRoot: mark.root,
    toRoot: root,
    hashes: log.consistencyProof(mark.size, size),
  });
}

const WAYS_OUT =
  'Nothing is signed here. Put back the newest copy, or found a new ledger that names the last checkpoint of this one ' +
  '(docs/how-to/restore-a-ledger.md).';

const behind = (size: number, markSize: number) =>
  storeCorrupt(
    `It ends at ${size} events, but a checkpoint of ${markSize} was released. ${WAYS_OUT}`,
    { finding: 'checkpoint-rollback', size, releasedSize: markSize },
  );

const forked = (size: number, markSize: number) =>
  storeCorrupt(
    `Its ${size} events do not continue the checkpoint of ${markSize} that was released. ${WAYS_OUT}`,
    { finding: 'checkpoint-inconsistent', size, releasedSize: markSize },
  );

const unreadable = (cause: unknown) =>
  storeCorrupt(
    `The file ${MARK_FILE} in the anchor folder is no checkpoint. Put the file back, or compare the ledger with a checkpoint ` +
      'that a witness or an auditor holds and then remove the file.',
    { finding: 'checkpoint-syntax', cause: String((cause as Error).message) },
  );

const foreign = (anchorDir: string, found: string, origin: string) =>
  new TieoutError(
    'configuration',
    `The anchor folder ${anchorDir} belongs to ${found}, not to ${origin}. Correct TIEOUT_ANCHOR_DIR.`,
  );
