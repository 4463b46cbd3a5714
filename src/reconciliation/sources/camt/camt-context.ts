import { fileRefused, type TextPlace } from '../refused-file';
import { type StatementItem } from '../statement';
import { type EntryDraft, newStatement, type StatementDraft } from './camt-draft';
import { readEntry } from './camt-entry';
import { StatementTotals } from './camt-totals';

/** The place in the message where the reader is, and what it has found since it was last asked. */
export class CamtContext {
  statement: StatementDraft | undefined;
  entry: EntryDraft | undefined;
  /** `camt.053` of the namespace, or of the message element where there is none */
  message = '';
  statements = 0;
  #totals = new StatementTotals();
  #found: StatementItem[] = [];

  constructor(readonly accepts: ReadonlySet<string>) {}

  enterMessage(message: string): void {
    this.message = message;
    if (this.accepts.has(message)) return;
    const wanted = [...this.accepts].join(', ');
    throw fileRefused(
      'message-not-supported',
      `The file is a ${message}; this source takes ${wanted}.`,
    );
  }

  openStatement(place: TextPlace): void {
    this.statement = newStatement(place);
    this.#totals = new StatementTotals();
  }

  closeEntry(): void {
    const { entry, statement } = this;
    this.entry = undefined;
    if (entry === undefined || statement === undefined) return;
    const read = readEntry(entry, {
      statement: this.statements,
      entry: this.#totals.entries + 1,
      account: statement.account ?? '',
    });
    this.#totals.add(entry, read);
    this.#found.push(...read.rows);
  }

  closeStatement(): void {
    const { statement } = this;
    this.statement = undefined;
    if (statement === undefined) return;
    this.#found.push(this.#totals.summary(statement, this.message, this.statements));
    this.statements += 1;
  }

  /** What was completed since the last call. */
  take(): readonly StatementItem[] {
    const found = this.#found;
    if (found.length > 0) this.#found = [];
    return found;
  }
}
