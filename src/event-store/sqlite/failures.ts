import {
  type ErrorCode,
  isTieoutError,
  storeCorrupt,
  storeUnavailable,
  TieoutError,
} from '../../kernel/errors';
import { type JsonObject } from '../../kernel/json';

/** A failure as it crosses the thread boundary. */
export interface FailureData {
  readonly name: 'TieoutError';
  readonly code: ErrorCode;
  readonly message: string;
  readonly members: JsonObject;
  /** the cause's text, for the log */
  readonly cause?: string;
}

export function toFailure(error: TieoutError): FailureData {
  const { code, message, members, cause } = error;
  return {
    name: 'TieoutError',
    code,
    message,
    members,
    ...(cause === undefined
      ? {}
      : { cause: cause instanceof Error ? cause.message : String(cause) }),
  };
}

export const fromFailure = ({ code, message, members, cause }: FailureData): TieoutError =>
  new TieoutError(code, message, members, cause === undefined ? undefined : { cause });

const driverCode = (error: unknown): string => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : '';
};

/** What the operating system said to a call of our own, beside the driver's. */
const systemCode = (error: unknown): string => {
  const { code, syscall } = (error ?? {}) as { code?: unknown; syscall?: unknown };
  return typeof code === 'string' && typeof syscall === 'string' ? code : '';
};

/** A trigger or a unique index refused a row. */
export const isConstraint = (error: unknown): boolean =>
  driverCode(error).startsWith('SQLITE_CONSTRAINT');

/** The disk failed: whether the commit is there is open until the file was opened anew. */
export const isIoError = (error: unknown): boolean => driverCode(error).startsWith('SQLITE_IOERR');

/** Another connection or process holds the file. */
export const isBusy = (error: unknown): boolean => /^SQLITE_(BUSY|LOCKED)/.test(driverCode(error));

const isDamage = (error: unknown): boolean => /^SQLITE_(CORRUPT|NOTADB)/.test(driverCode(error));

/**
 * The store's error for one of the driver or of the operating system.
 *
 * @returns undefined when it is neither's or means a fault of our own, which is thrown on
 */
export function storeFailure(error: unknown): TieoutError | undefined {
  if (isTieoutError(error)) return error;
  const code = driverCode(error);
  if (isDamage(error)) return storeCorrupt(`SQLite says: ${(error as Error).message}.`);
  if (isBusy(error)) {
    return storeUnavailable('locked', 'Something else holds the ledger for more than 5 s.', error);
  }
  if (code === 'SQLITE_FULL' || /^(ENOSPC|EDQUOT)$/.test(systemCode(error))) {
    return storeUnavailable('full', 'The disk is full; nothing was stored.', error);
  }
  if (
    /^SQLITE_(READONLY|PERM|AUTH)/.test(code) ||
    /^(EACCES|EPERM|EROFS)$/.test(systemCode(error))
  ) {
    return storeUnavailable('denied', 'The ledger may not be written here.', error);
  }
  if (isIoError(error) || code.startsWith('SQLITE_CANTOPEN') || systemCode(error) !== '') {
    return storeUnavailable('connect', 'The disk failed; nothing was stored.', error);
  }
  return undefined;
}
