import { type BreakFacts, type MatchFacts } from '../../evidence/pack';
import { type ReadDb } from '../read-model';
import { findBreak } from '../reconciliation-board/breaks.view';
import { type LineView } from '../reconciliation-board/lines.view';
import { findMatch } from '../reconciliation-board/matches.view';

const LIST_BREAKS_ON = `
  SELECT DISTINCT b.id
    FROM book_line AS l JOIN break_line AS bl ON bl.line = l.id JOIN break AS b ON b.id = bl.break
         JOIN run AS r ON r.id = b.first_run
   WHERE l.stream = :stream AND r.log_index < :size
   ORDER BY b.id`;

const LIST_MATCHES_ON = `
  SELECT DISTINCT g.id
    FROM book_line AS l JOIN allocation AS a ON a.line = l.id
         JOIN match_group AS g ON g.definition = a.definition AND g.id = a.match_group
         JOIN run AS r ON r.id = g.first_run
   WHERE l.stream = :stream AND r.log_index < :size
   ORDER BY g.id`;

/**
 * Breaks that runs below the size opened on lines of these objects, by id. What was decided about one since is shown as
 * it stands: the board keeps no earlier states.
 */
export function lineageBreaks(db: ReadDb, streams: readonly string[], size: number): BreakFacts[] {
  return idsOn(db, LIST_BREAKS_ON, streams, size).flatMap((id) => {
    const found = findBreak(db, id);
    if (found === undefined) return [];
    const { definition, type, status, amount, lines, explanation } = found;
    return [
      { id, definition, type, status, amount, lines: lines.map(lineText), sentence: explanation },
    ];
  });
}

/** Groups in which runs below the size matched lines of these objects, by id. */
export function lineageMatches(db: ReadDb, streams: readonly string[], size: number): MatchFacts[] {
  return idsOn(db, LIST_MATCHES_ON, streams, size).flatMap((id) => {
    const found = findMatch(db, id);
    if (found === undefined) return [];
    const { definition, pass, status, clearingDate, members, explanation } = found;
    return [
      {
        id,
        definition,
        pass,
        status,
        clearingDate,
        lines: members.map(lineText),
        sentence: explanation,
      },
    ];
  });
}

function idsOn(db: ReadDb, sql: string, streams: readonly string[], size: number): string[] {
  const ids = streams.flatMap((stream) =>
    db.all<{ id: string }>(sql, { stream, size }).map(({ id }) => id),
  );
  return [...new Set(ids)].sort();
}

/** One line in words. The free text of a statement may name persons, so it stays in the statement. */
function lineText({ side, object, account, amount, bookDate, references }: LineView): string {
  const what =
    object === undefined
      ? `statement line on ${account}`
      : `${object.type} ${object.id} in the books`;
  const named = references.map(({ kind, value }) => `${kind} ${value}`);
  const money = `${amount.amount} ${amount.currency}`;
  return [`${side}: ${what}`, money, `booked ${bookDate}`, ...named].join(', ');
}
