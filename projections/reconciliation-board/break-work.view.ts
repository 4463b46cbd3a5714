import { type AdjustableBreak } from '../../src/reconciliation/adjustments/adjustment-reader';
import { type BreakFacts, periodOf } from '../../src/reconciliation/breaks/break-work.policy';
import { minorOf } from '../../src/reconciliation/matching/result-file';
import { type ReadDb } from '../read-model';
import { latestCutoff } from './runs.view';

export interface CauseView {
  readonly period: string;
  readonly cause: string;
  readonly explanation?: string;
  readonly at: string;
  readonly by: string;
}

export interface CommentView {
  readonly at: string;
  readonly by: string;
  readonly text: string;
}

export interface AttachmentView {
  readonly sha256: string;
  readonly bytes: number;
  readonly mediaType: string;
  readonly at: string;
  readonly by: string;
}

const LIST_CAUSES = `
  SELECT period, cause, explanation, at, by FROM break_cause WHERE break = :id ORDER BY period`;
const LIST_COMMENTS = `
  SELECT at, by, text FROM break_comment WHERE break = :id ORDER BY revision DESC LIMIT 100`;
const COUNT_COMMENTS = `SELECT count(*) AS n FROM break_comment WHERE break = :id`;
const LIST_ATTACHMENTS = `
  SELECT sha256, bytes, media_type, at, by FROM break_attachment WHERE break = :id ORDER BY at, sha256`;
const FIND_FACTS = `SELECT status, resolution, class, revision FROM break WHERE id = :id`;

export function causesOf(db: ReadDb, id: string): CauseView[] {
  return db
    .all<CauseView & { readonly explanation: string | null }>(LIST_CAUSES, { id })
    .map(({ explanation, ...cause }) => ({
      ...cause,
      ...(explanation === null ? {} : { explanation }),
    }));
}

/** What was written and filed beside a break: its latest 100 comments, the newest first, and all its attachments. */
export function breakPapers(
  db: ReadDb,
  id: string,
): {
  readonly comments: readonly CommentView[];
  readonly commentCount: number;
  readonly attachments: readonly AttachmentView[];
} {
  const files = db.all<Omit<AttachmentView, 'bytes'> & { bytes: bigint; media_type: string }>(
    LIST_ATTACHMENTS,
    { id },
  );
  return {
    comments: db.all<CommentView & { text: string }>(LIST_COMMENTS, { id }),
    commentCount: Number(db.get<{ n: bigint }>(COUNT_COMMENTS, { id })?.n ?? 0n),
    attachments: files.map(({ sha256, bytes, media_type, at, by }) => ({
      ...{ sha256, bytes: Number(bytes), mediaType: media_type, at, by },
    })),
  };
}

/** What a decision on a break rests on. */
export function breakFacts(db: ReadDb, id: string): BreakFacts | undefined {
  const row = db.get<{
    status: string;
    resolution: string | null;
    class: string;
    revision: bigint;
  }>(FIND_FACTS, { id });
  if (row === undefined) return undefined;
  const { status, resolution, class: kind, revision } = row;
  return {
    ...{ status, class: kind, revision: Number(revision) },
    ...(resolution === null ? {} : { resolution }),
  };
}

const FIND_ADJUSTABLE = `
  SELECT id, definition, status, entity, currency, a, b, book_date FROM break WHERE id = :id`;

/** What an adjustment of a break rests on; its period is that of the definition's last run. */
export function adjustableBreak(db: ReadDb, id: string): AdjustableBreak | undefined {
  const row = db.get<Readonly<Record<string, string>>>(FIND_ADJUSTABLE, { id });
  if (row === undefined) return undefined;
  const { definition = '', status = '', entity = '', currency = '', a = '', b = '' } = row;
  const cutoff = latestCutoff(db, definition) ?? row['book_date'] ?? '';
  const open = { minor: minorOf(a) - minorOf(b), currency };
  return { id, definition, status, entity, open, period: periodOf(cutoff) };
}
