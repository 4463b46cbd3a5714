/** The parts of a field 61 as written. */
export interface EntryLine {
  readonly valueDate: string;
  readonly entryDate?: string;
  /** C and D; RC and RD reverse them; EC and ED are expected */
  readonly mark: 'C' | 'D' | 'RC' | 'RD' | 'EC' | 'ED';
  readonly fundsCode?: string;
  readonly amount: string;
  readonly type?: string;
  readonly customerReference?: string;
  readonly bankReference?: string;
  readonly supplement?: string;
}

/**
 * By grammar and not by column: date, date without a year or four spaces, mark, funds code, amount, type, references.
 * `CR` is a credit with the funds code R and `RD` a reversed debit, so the two-letter marks are tried first.
 */
const ENTRY =
  /^(\d{6})(\d{4}| {4})?(RC|RD|EC|ED|C|D)([A-Z])?(\d[\d.,]*)(?:([A-Z][A-Z0-9 ]{3})([^\n]*))?(?:\n([\s\S]*))?$/;

/** A field 61; lines of it are joined by a line feed. `undefined` when the grammar does not hold. */
export function readEntryLine(field: string): EntryLine | undefined {
  // One bank breaks the field before the amount; joined, its two lines are one by the grammar.
  const parts = ENTRY.exec(field) ?? ENTRY.exec(field.replace('\n', ''));
  if (parts === null) return undefined;
  const [, valueDate = '', entryDate, mark, fundsCode, amount = '', type, rest = '', more] = parts;
  const cut = rest.indexOf('//');
  const own = (cut < 0 ? rest : rest.slice(0, cut)).trim();
  const bank = cut < 0 ? '' : rest.slice(cut + 2).trim();
  return {
    valueDate,
    mark: mark as EntryLine['mark'],
    amount,
    ...(entryDate === undefined || entryDate.trim() === '' ? {} : { entryDate }),
    ...(fundsCode === undefined ? {} : { fundsCode }),
    ...(type === undefined ? {} : { type: type.trim() }),
    ...(own === '' ? {} : { customerReference: own }),
    ...(bank === '' ? {} : { bankReference: bank }),
    ...(more === undefined || more.trim() === '' ? {} : { supplement: more.trim() }),
  };
}
