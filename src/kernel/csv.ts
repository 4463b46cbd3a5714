/** UTF-8 with BOM, CRLF: what spreadsheet programs of every locale open without asking. */
const BOM = '\ufeff';
const LINE_END = '\r\n';

/** What a spreadsheet may run as a formula, after leading white space, at the start of the text or of a line in it. */
const FORMULA =
  /(^|[\r\n])[\s\u00a0\ufeff]*[=+\-@\t\uff1d\uff0b\uff0d\uff20]|(^|\n)[ \u00a0]*[\t\r]/;

export interface CsvColumn {
  readonly name: string;
  /** `text` is defused against formulas; the others must match the grammar and stay as they are */
  readonly type: 'text' | 'integer' | 'decimal' | 'instant' | 'date' | 'hex' | 'code';
}

const GRAMMAR: Readonly<Record<Exclude<CsvColumn['type'], 'text'>, RegExp>> = {
  integer: /^-?(0|[1-9]\d*)$/,
  decimal: /^-?(0|[1-9]\d*)(\.\d+)?$/,
  instant: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  date: /^\d{4}-\d\d-\d\d$/,
  hex: /^([0-9a-f]{2})*$/,
  code: /^[A-Za-z0-9][A-Za-z0-9._:/ -]*$/,
};

/** `'` before text that a spreadsheet would run as a formula; other text unchanged. */
export function defuse(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

const quote = (cell: string): string =>
  /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;

/** The line with the names of the columns, behind the byte order mark. */
export function csvHeader(columns: readonly CsvColumn[]): string {
  return BOM + [...columns.map((column) => column.name), 'escaped'].join(',') + LINE_END;
}

/**
 * One row; its last cell, `escaped`, counts the cells that were prefixed with `'`.
 *
 * @throws TypeError when a typed cell does not match its grammar: a wrong number must not leave as text
 */
export function csvLine(columns: readonly CsvColumn[], row: readonly string[]): string {
  let escaped = 0;
  const cells = columns.map(({ name, type }, i) => {
    const value = row[i] ?? '';
    if (type === 'text') {
      const safe = defuse(value);
      if (safe !== value) escaped += 1;
      return quote(safe);
    }
    if (value !== '' && !GRAMMAR[type].test(value)) {
      throw new TypeError(`Column ${name} holds ${type} values; ${JSON.stringify(value)} is none.`);
    }
    return quote(value);
  });
  return [...cells, String(escaped)].join(',') + LINE_END;
}

/** RFC 4180 with a header. @throws TypeError as `csvLine` */
export function csv(columns: readonly CsvColumn[], rows: readonly (readonly string[])[]): Buffer {
  return Buffer.from(csvHeader(columns) + rows.map((row) => csvLine(columns, row)).join(''));
}
