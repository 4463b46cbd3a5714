import { TieoutError } from '../kernel/errors';

/**
 * A whole number from a path or query.
 *
 * @param name for the message, as the caller wrote it
 * @throws TieoutError `malformed`
 */
export function wholeNumber(text: string | undefined, name: string): number {
  if (text === undefined || !/^(0|[1-9]\d{0,14})$/.test(text)) {
    throw new TieoutError('malformed', `${name} is a whole number from 0.`, { parameter: name });
  }
  return Number(text);
}
