import { type FileRow, readCsv } from '../../ingestion/files';
import { canonicalJson } from '../../kernel/canonical-json';
import { isTieoutError, TieoutError, tooLarge } from '../../kernel/errors';
import { isIdentifier } from '../../kernel/identifier';
import { type JsonObject } from '../../kernel/json';
import { formatMinor, minorDigits, parseAmount } from '../../kernel/money';
import { BUDGET_DIMENSIONS } from './budget-line.policy';

/** One line of a file of figures: its dimensions, its currency and its amounts; plain JSON. */
export type FigureLine = JsonObject & {
  readonly currency: string;
};

export interface FigureFile {
  /** canonical JSON, one object a line, in the order of the file */
  readonly text: string;
  readonly count: number;
  /** minor units by column and currency */
  readonly totals: ReadonlyMap<string, ReadonlyMap<string, bigint>>;
}

export const FIGURE_FILE_BYTES_MAX = 16 * 1024 * 1024;
export const FIGURE_LINES_MAX = 50_000;

const CURRENCY = 'currency';
const PERIOD = /^(?:\d{4}(?:-(?:0[1-9]|1[0-3]))?)?$/;
const DIMENSION_CHARACTERS_MAX = 64;

/**
 * Reads a CSV file of figures by line: the four dimensions, `currency` and the columns that are asked for. An empty
 * dimension is for all of its values; an empty amount is not stated.
 *
 * @param columns names of the columns with amounts
 * @throws TieoutError `contract-violation` or `money-form` with the line, `too-large`
 */
export async function readFigureFile(
  bytes: AsyncIterable<Uint8Array>,
  columns: readonly string[],
): Promise<FigureFile> {
  const wanted = [...BUDGET_DIMENSIONS, CURRENCY, ...columns];
  const lines: string[] = [];
  const seen = new Map<string, number>();
  const totals = new Map(columns.map((column) => [column, new Map<string, bigint>()]));
  for await (const row of readCsv(bytes, wanted)) {
    if (lines.length === 0) refuseUnknown(row, wanted);
    if (lines.length === FIGURE_LINES_MAX)
      throw tooLarge('The file', FIGURE_LINES_MAX, lines.length + 1, 'lines');
    const key = keyOf(row);
    const first = seen.get(key);
    if (first !== undefined)
      throw refused(row.line, `its dimensions and currency are those of line ${first}.`);
    seen.set(key, row.line);
    lines.push(`${canonicalJson(lineOf(row, columns, totals))}\n`);
  }
  if (lines.length === 0) throw refused(1, 'the file has no lines below its header.');
  return { text: lines.join(''), count: lines.length, totals };
}

const refused = (line: number, detail: string) =>
  new TieoutError('contract-violation', `Line ${line}: ${detail}`, { line });

/** A column that is not read would be figures left out in silence. */
function refuseUnknown({ own }: FileRow, wanted: readonly string[]): void {
  const unknown = [...own.keys()].find((column) => !wanted.includes(column));
  if (unknown !== undefined)
    throw refused(1, `the header names a column ${unknown}; the columns are ${wanted.join(', ')}.`);
}

const keyOf = ({ own }: FileRow): string =>
  JSON.stringify([...BUDGET_DIMENSIONS, CURRENCY].map((name) => own.get(name) ?? ''));

function lineOf(
  { own, line }: FileRow,
  columns: readonly string[],
  totals: FigureFile['totals'],
): FigureLine {
  const currency = own.get(CURRENCY) ?? '';
  if (minorDigits(currency) === undefined)
    throw refused(line, `the currency "${currency}" is not an ISO 4217 code.`);
  const told: Record<string, string> = {};
  for (const name of BUDGET_DIMENSIONS) {
    const value = own.get(name) ?? '';
    checkDimension(name, value, line);
    if (value !== '') told[name] = value;
  }
  for (const column of columns) {
    const value = own.get(column) ?? '';
    if (value === '') continue;
    const minor = amountOf(value, currency, { column, line });
    told[column] = formatMinor(minor, currency);
    const sums = totals.get(column) as Map<string, bigint>;
    sums.set(currency, (sums.get(currency) ?? 0n) + minor);
  }
  if (!columns.some((column) => column in told))
    throw refused(line, `it states no amount: ${columns.join(', ')}.`);
  return { ...told, currency };
}

function checkDimension(name: string, value: string, line: number): void {
  if (value === '') return;
  if (value.length > DIMENSION_CHARACTERS_MAX || !isIdentifier(value))
    throw refused(
      line,
      `${name} is no identifier of at most ${DIMENSION_CHARACTERS_MAX} characters.`,
    );
  if (name === 'period' && !PERIOD.test(value))
    throw refused(
      line,
      `the period "${value}" is no fiscal period or year, such as 2026-03 or 2026.`,
    );
}

function amountOf(
  text: string,
  currency: string,
  { column, line }: { readonly column: string; readonly line: number },
): bigint {
  try {
    return parseAmount(text, currency, `/${column}`);
  } catch (error) {
    if (isTieoutError(error, 'money-form'))
      throw new TieoutError('money-form', `Line ${line}, ${column}: ${error.message}`, { line });
    throw error;
  }
}
