import { fieldError } from './errors';

/** Control, format and surrogate characters anywhere, or a space of any kind at an end. */
const FORBIDDEN = /[\p{Cc}\p{Cf}\p{Cs}]|^[\p{Z}\s]|[\p{Z}\s]$/u;
/** What a refused identifier is told. */
export const IDENTIFIER_DETAIL =
  'an identifier is not empty, in Unicode NFC, without control or format characters and without spaces at its ends.';
const PLAIN = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/**
 * True for text that may name something: not empty, NFC, no control or format characters, no space at either end. Two
 * identifiers that look the same to a person are then the same bytes in all but the cases that Unicode cannot settle.
 *
 * @see docs/reference/ledger-format.md, section 1.3
 */
export function isIdentifier(text: string): boolean {
  if (PLAIN.test(text)) return true;
  return text !== '' && !FORBIDDEN.test(text) && text.normalize('NFC') === text;
}

/**
 * @param pointer JSON Pointer of the value
 * @throws TieoutError `identifier-form`
 */
export function assertIdentifier(text: string, pointer: string): void {
  if (isIdentifier(text)) return;
  throw fieldError('identifier-form', pointer, IDENTIFIER_DETAIL);
}
