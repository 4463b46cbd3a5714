import { parseDecimal } from '../../kernel/decimal';
import { isTieoutError } from '../../kernel/errors';
import { isIdentifier } from '../../kernel/identifier';
import { isJsonObject, type Json } from '../../kernel/json';
import { minorDigits } from '../../kernel/money';

/** Lines of one event; a longer document comes in several events, whose lines add up by their number. */
export const DOCUMENT_LINES_MAX = 500;

const TEXT_MAX = 64;
const SCALE_MAX = 9;
const TEXTS: ReadonlySet<string> = new Set([
  'line',
  'order',
  'orderLine',
  'receipt',
  'receiptLine',
  'account',
  'costCenter',
  'document',
]);
const DECIMALS: ReadonlySet<string> = new Set([
  'quantity',
  'unitPrice',
  'amount',
  'tax',
  'debit',
  'credit',
]);

/** What is wrong with the lines of a document, as a predicate of the member; `undefined` when they are whole. */
export function linesFault(value: Json): string | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > DOCUMENT_LINES_MAX)
    return `is a list of 1 to ${DOCUMENT_LINES_MAX} lines`;
  const numbers = new Set<string>();
  for (const [at, line] of value.entries()) {
    const fault = lineFault(line);
    if (fault !== undefined) return `has a line ${at} that ${fault}`;
    const { line: number } = line as { readonly line: string };
    if (numbers.has(number)) return `has two lines numbered "${number}"`;
    numbers.add(number);
  }
  return undefined;
}

function lineFault(line: Json): string | undefined {
  if (!isJsonObject(line)) return 'is not an object';
  if (typeof line.line !== 'string') return 'has no number: "line" is text';
  for (const [name, value] of Object.entries(line)) {
    if (typeof value !== 'string') return `has a member "${name}" that is not text`;
    if (TEXTS.has(name)) {
      if (!isIdentifier(value) || value.length > TEXT_MAX)
        return `has a member "${name}" that is not text of at most ${TEXT_MAX} characters`;
    } else if (name === 'currency') {
      if (minorDigits(value) === undefined) return 'has a currency that ISO 4217 does not have';
    } else if (!DECIMALS.has(name)) return `has a member "${name}" that lines do not have`;
    else if (!isDecimal(value))
      return `has a member "${name}" that is not an exact decimal with at most ${SCALE_MAX} digits after the point`;
  }
  return undefined;
}

function isDecimal(text: string): boolean {
  try {
    parseDecimal(text, '', SCALE_MAX);
    return true;
  } catch (error) {
    if (!isTieoutError(error)) throw error;
    return false;
  }
}
