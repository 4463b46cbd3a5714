import { type JsonObject } from './json';

/** Codes of refused JSON, in the order of `docs/reference/problems.md`. */
export type JsonCode =
  | 'json-encoding'
  | 'json-syntax'
  | 'json-duplicate-name'
  | 'json-name'
  | 'json-number'
  | 'json-number-range'
  | 'json-string'
  | 'json-depth';

/** Every code that may leave the service. Codes are stable for ever; the text beside them may change. */
export type ProblemCode =
  | JsonCode
  | 'identifier-form'
  | 'malformed'
  | 'parameter-unknown'
  | 'cursor-invalid'
  | 'token-invalid'
  | 'idempotency-key-required'
  | 'unauthenticated'
  | 'credential-expired'
  | 'scope-missing'
  | 'scope-exceeded'
  | 'source-not-allowed'
  | 'same-person'
  | 'duty-conflict'
  | 'authority-exceeded'
  | 'not-found'
  | 'method-not-allowed'
  | 'not-acceptable'
  | 'media-type-unknown'
  | 'event-id-conflict'
  | 'state-conflict'
  | 'line-in-use'
  | 'filter-moved'
  | 'version-exists'
  | 'file-imported'
  | 'period-closed'
  | 'held'
  | 'idempotency-key-reused'
  | 'concurrent-change'
  | 'in-progress'
  | 'not-sealed'
  | 'value-erased'
  | 'revision-conflict'
  | 'hash-moved'
  | 'precondition-required'
  | 'too-large'
  | 'uri-too-long'
  | 'headers-too-large'
  | 'unknown-field'
  | 'contract-violation'
  | 'time-form'
  | 'money-form'
  | 'state-unmapped'
  | 'guard-unmet'
  | 'hash-differs'
  | 'range-invalid'
  | 'proof-invalid'
  | 'rate-limited'
  | 'quota-exceeded'
  | 'internal'
  | 'lane-full'
  | 'ledger-halted'
  | 'newer-software-needed'
  | 'store-unavailable'
  | 'outcome-unknown'
  | 'read-model-behind'
  | 'read-model-stopped'
  | 'draining'
  | 'storage-full'
  | 'results-unread';

/** Codes that are caught inside the service and never leave it. */
export type InternalCode =
  'stream-missing' | 'store-corrupt' | 'dropped' | 'seal-refused' | 'configuration';

export type ErrorCode = ProblemCode | InternalCode;

/** One field of a refused request. */
export interface FieldError {
  /** JSON Pointer into the body, or the name of a query parameter without a slash */
  readonly pointer: string;
  readonly code: ProblemCode;
  readonly detail: string;
}

/**
 * The one error class. Programs read `code`, people read `message`, which says what is so and what to do.
 *
 * Errors cross thread boundaries as plain objects, so recognise one by its code with `isTieoutError`, never by
 * `instanceof`.
 */
export class TieoutError extends Error {
  override readonly name = 'TieoutError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    /** further members of the problem document; JSON values only, never a personal value */
    readonly members: JsonObject = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Recognises a `TieoutError` by its shape, also one that came from another thread. */
export function isTieoutError<C extends ErrorCode>(
  error: unknown,
  ...codes: readonly C[]
): error is TieoutError & { readonly code: C } {
  if (typeof error !== 'object' || error === null) return false;
  const { name, code } = error as { name?: unknown; code?: unknown };
  return name === 'TieoutError' && (codes.length === 0 || codes.includes(code as C));
}

/** The error of one refused field. */
export function fieldError(code: ProblemCode, pointer: string, detail: string): TieoutError {
  return new TieoutError(code, `${pointer === '' ? 'The body' : pointer}: ${detail}`, {
    pointer,
    errors: [{ pointer, code, detail }],
  });
}

/** One error for several refused fields; its code is the first field's. At most 100 fields are named. */
export function fieldErrors(errors: readonly FieldError[]): TieoutError {
  const [first] = errors;
  if (first === undefined) throw new TypeError('fieldErrors needs at least one error');
  const detail =
    errors.length === 1
      ? `${first.pointer}: ${first.detail}`
      : `${errors.length} fields are not as the contract says; the first is ${first.pointer}: ${first.detail}`;
  return new TieoutError(first.code, detail, {
    pointer: first.pointer,
    errors: errors.slice(0, 100).map((e) => ({ ...e })),
  });
}

/** Revisions in errors: decimal text, or `none` for a stream without events. */
export const revisionConflict = (
  stream: string,
  expected: bigint | 'no-stream',
  actual: bigint | 'no-stream',
) =>
  new TieoutError(
    'revision-conflict',
    `${stream} is at revision ${String(actual)}, not at ${String(expected)}. Read it again, then decide again.`,
    { stream, expected: String(expected), actual: String(actual) },
  );

export const outcomeUnknown = (stream: string, cause?: unknown) =>
  new TieoutError(
    'outcome-unknown',
    'The store did not say whether this was recorded. Send the same request again: it is recorded once.',
    { stream },
    { cause },
  );

export type UnavailableReason =
  'connect' | 'timeout' | 'busy' | 'denied' | 'full' | 'locked' | 'read-only' | 'closed';

export const storeUnavailable = (reason: UnavailableReason, detail: string, cause?: unknown) =>
  new TieoutError('store-unavailable', detail, { reason }, { cause });

export const tooLarge = (what: string, limit: number, actual: number, unit: string) =>
  new TieoutError('too-large', `${what} is ${actual} ${unit}; the limit is ${limit}.`, {
    limit,
    actual,
    unit,
  });

export const streamMissing = (stream: string) =>
  new TieoutError('stream-missing', `${stream} has no event.`, { stream });

export const storeCorrupt = (detail: string, members: JsonObject = {}) =>
  new TieoutError('store-corrupt', detail, members);

export const dropped = (after: string | null, cause: unknown) =>
  new TieoutError('dropped', 'The subscription ended and can be resumed.', { after }, { cause });

export const notFound = (what: string) =>
  new TieoutError('not-found', `${what} is not known here.`);
