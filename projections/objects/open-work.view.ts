import { type JsonObject } from '../../src/kernel/json';
import { type ReadDb } from '../read-model';
import { findBreak } from '../reconciliation-board/breaks.view';
import { findingsOf } from '../sod-findings';

/** Something that people have to deal with, and what it says in one sentence. */
export interface OpenWork {
  readonly kind: 'finding' | 'break';
  /** occurred-at of the last event behind a finding; first moment a break was seen */
  readonly at: string;
  readonly summary: JsonObject;
}

/** A payment or receipt is a line of the books under its stream's name. */
const LIST_BREAKS_OF_OBJECT = `
  SELECT break.id
    FROM book_line
    JOIN break_line ON break_line.line = book_line.id
    JOIN break ON break.id = break_line.break
   WHERE book_line.stream = :stream AND break.status <> 'resolved'
   ORDER BY break.first_seen, break.id`;

/** Findings that an event of the object proves and breaks that it is a line of: those that nothing has settled. */
export function openWorkOf(db: ReadDb, stream: string): OpenWork[] {
  return [...openFindings(db, stream), ...openBreaks(db, stream)];
}

function openFindings(db: ReadDb, stream: string): OpenWork[] {
  return findingsOf(db, [stream])
    .filter(({ status }) => status !== 'clear')
    .map(({ id, rule, title, severity, status, person, lastAt = '', explanation }) => {
      const [sentence = title] = explanation;
      const summary = { id, rule, title, severity, status, person, sentence };
      return { kind: 'finding' as const, at: lastAt, summary };
    });
}

function openBreaks(db: ReadDb, stream: string): OpenWork[] {
  return db.all<{ id: string }>(LIST_BREAKS_OF_OBJECT, { stream }).flatMap(({ id }) => {
    const found = findBreak(db, id);
    if (found === undefined) return [];
    const { type, status, definition, amount, firstSeen, explanation: sentence } = found;
    const summary = { id, type, status, definition, amount: { ...amount }, sentence };
    return [{ kind: 'break' as const, at: firstSeen, summary }];
  });
}
