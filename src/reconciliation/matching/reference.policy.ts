/** Raised when the same raw reference would give another key: results of two versions are not comparable. */
export const NORMALISER_VERSION = 2;

/** What senders write where they have nothing to say; an agreement on it means nothing. */
const PLACEHOLDERS = new Set([
  'NONREF',
  'NOTPROVIDED',
  'NOTAVAILABLE',
  'NOREF',
  'NOREFERENCE',
  'NONE',
  'UNKNOWN',
]);

const NOT_LETTER_OR_DIGIT = /[^\p{L}\p{N}]/gu;

/** A token of free text says something only if it is this long and has a digit. */
const TOKEN_LENGTH_MIN = 5;

/** Of one text; what stands later is not read. */
const TOKENS_MAX = 64;

/**
 * A reference as it is compared: upper case, letters and digits only, no leading zeros. `INV-10023` and `inv 10023` are
 * one reference; a placeholder or zeros are none.
 */
export function normaliseReference(raw: string): string | undefined {
  const key = raw
    .normalize('NFKC')
    .toUpperCase()
    .replace(NOT_LETTER_OR_DIGIT, '')
    .replace(/^0+/, '');
  return key === '' || PLACEHOLDERS.has(key) ? undefined : key;
}

/** References inside a remittance text: its words, and the parts of words that a slash or colon joins. */
export function textReferences(text: string): readonly string[] {
  const keys = new Set<string>();
  for (const word of text.split(/[\s,;]+/, TOKENS_MAX)) {
    for (const token of [word, ...word.split(/[/:+|]+/)]) {
      const key = normaliseReference(token);
      if (key !== undefined && key.length >= TOKEN_LENGTH_MIN && /\p{N}/u.test(key)) keys.add(key);
    }
  }
  return [...keys].sort(byText);
}

/** Accounts as they are compared: an IBAN is printed in groups and in either case. */
export const normaliseAccount = (account: string): string =>
  account.toUpperCase().replace(/[\s-]/g, '');

/** Order of UTF-16 code units, which no locale can change. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
