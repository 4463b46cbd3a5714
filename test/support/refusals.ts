import { isTieoutError, type ErrorCode, type TieoutError } from '../../src/kernel/errors';

/** The refusal that `act` throws; fails the test when it throws none or something else. */
export function refusalOf(act: () => unknown): TieoutError {
  try {
    act();
  } catch (error) {
    if (isTieoutError(error)) return error;
    throw error;
  }
  throw new Error('expected a refusal, but it was accepted');
}

export function codeOf(act: () => unknown): ErrorCode {
  return refusalOf(act).code;
}
