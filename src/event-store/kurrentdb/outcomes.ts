import { isCommandError } from '@eventstore/db-client';
import {
  isTieoutError,
  outcomeUnknown,
  revisionConflict,
  storeCorrupt,
  storeUnavailable,
  streamMissing,
  TieoutError,
} from '../../kernel/errors';
import { type Expected } from '../port';
import { NotAnswered } from './timed';

/** Some calls of the client give gRPC's errors as they came. */
const TYPE_OF_CODE: Readonly<Record<number, string>> = {
  1: 'cancelled',
  4: 'deadline-exceeded',
  10: 'timeout',
  14: 'unavailable',
  16: 'access-denied',
};
/** gRPC codes that have no class of their own in the client. */
const PERMISSION_DENIED = 7;
const RESOURCE_EXHAUSTED = 8;
/** The call never left this machine: nothing can have been stored. */
const NEVER_SENT = /^(\d+ UNAVAILABLE: )?(No connection established|Name resolution failed)/;

interface Described {
  readonly type: string;
  readonly code: number | undefined;
  readonly detail: string;
  readonly error: unknown;
}

interface ClientError {
  readonly type?: string;
  readonly code?: number;
  readonly message?: string;
  readonly _raw?: { readonly details?: string; readonly metadata?: Trailers };
  readonly actualVersion?: bigint | 'no_stream';
  readonly maxAppendSize?: number;
}

interface Trailers {
  getMap(): Readonly<Record<string, { toString(): string }>>;
}

function describe(error: unknown): Described {
  if (error instanceof NotAnswered) {
    return { type: 'not-answered', code: undefined, detail: error.message, error };
  }
  const { type, code, message, _raw } = (error ?? {}) as ClientError;
  const detail = _raw?.details ?? message ?? String(error);
  if (code === PERMISSION_DENIED) return { type: 'access-denied', code, detail, error };
  if (error instanceof Error && isCommandError(error) && type !== undefined)
    return { type, code, detail, error };
  const isDiscovery = /^Failed to discover/.test(detail);
  const known = typeof code === 'number' ? TYPE_OF_CODE[code] : undefined;
  return { type: isDiscovery ? 'no-leader' : (known ?? 'none'), code, detail, error };
}

/** An append, as its errors tell of it. */
export interface AppendOf {
  readonly stream: string;
  readonly expected: Expected;
  readonly bytes: number;
}

/**
 * What an append's failure means. Nothing is taken for "not stored" that the server did not say.
 *
 * @returns the store's error, or what came, when it is a fault of our own
 */
export function appendFailure(error: unknown, { stream, expected, bytes }: AppendOf): unknown {
  if (isTieoutError(error)) return error;
  const { type, code, detail } = describe(error);
  switch (type) {
    case 'wrong-expected-version': {
      const actual = (error as ClientError).actualVersion;
      return revisionConflict(stream, expected, typeof actual === 'bigint' ? actual : 'no-stream');
    }
    case 'maximum-append-size-exceeded':
      return serverLimit((error as ClientError).maxAppendSize ?? 0, bytes);
    case 'stream-deleted':
      return deleted(stream);
    case 'access-denied':
      return denied(detail, error);
    case 'not-leader':
    case 'no-leader':
      return away(detail, error);
    case 'unavailable':
      return NEVER_SENT.test(detail) ? away(detail, error) : outcomeUnknown(stream, error);
    case 'not-answered':
    case 'deadline-exceeded':
    case 'cancelled':
    case 'timeout':
      return outcomeUnknown(stream, error);
    case 'unknown':
      if (code === RESOURCE_EXHAUSTED) return full(detail, error);
      if (isNewerSizeError(error)) return serverLimit(0, bytes);
      return isOurFault(code) ? error : outcomeUnknown(stream, error);
    default:
      return error;
  }
}

/** What the failure of a read means. @param stream of a read of one stream */
export function readFailure(error: unknown, stream?: string): unknown {
  if (isTieoutError(error)) return error;
  const { type, code, detail } = describe(error);
  switch (type) {
    case 'stream-not-found':
      return stream === undefined ? error : streamMissing(stream);
    case 'stream-deleted':
      return deleted(stream ?? 'a stream');
    case 'access-denied':
      return denied(detail, error);
    case 'not-answered':
    case 'deadline-exceeded':
      return storeUnavailable('timeout', `KurrentDB did not answer: ${detail}.`, error);
    case 'unknown':
      return isOurFault(code) ? error : away(detail, error);
    case 'unavailable':
    case 'cancelled':
    case 'timeout':
    case 'not-leader':
    case 'no-leader':
      return away(detail, error);
    default:
      return error;
  }
}

export const isNotLeader = (error: unknown): boolean => describe(error).type === 'not-leader';
export const isDenied = (error: unknown): boolean => describe(error).type === 'access-denied';

const INVALID_ARGUMENT = 3;
const isOurFault = (code: number | undefined): boolean => code === INVALID_ARGUMENT;

function isNewerSizeError(error: unknown): boolean {
  const exception = (error as ClientError)._raw?.metadata?.getMap()['exception']?.toString();
  return exception === 'maximum-append-event-size-exceeded';
}

const serverLimit = (limit: number, actual: number): TieoutError =>
  new TieoutError(
    'too-large',
    `KurrentDB takes less in one append than this ledger needs (${actual} bytes). Raise MaxAppendSize and MaxAppendEventSize of the server to 1 MiB or more.`,
    { limit, actual, unit: 'bytes', server: true },
  );

const deleted = (stream: string): TieoutError =>
  storeCorrupt(`${stream} was deleted on the server for ever (tombstone).`, { stream });

const denied = (detail: string, cause: unknown): TieoutError =>
  storeUnavailable(
    'denied',
    `KurrentDB refuses this account (${detail}). Check user and password, and its rights on the ledger's streams and on $all.`,
    cause,
  );

const full = (detail: string, cause: unknown): TieoutError =>
  storeUnavailable('full', `KurrentDB has no room: ${detail}. Nothing was stored.`, cause);

const away = (detail: string, cause: unknown): TieoutError =>
  storeUnavailable('connect', `KurrentDB cannot be reached: ${detail}.`, cause);
