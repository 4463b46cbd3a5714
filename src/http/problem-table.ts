import { type ProblemCode } from '../kernel/errors';

/** n: do not send again; s: send the same again after `Retry-After`; r: read the state first. */
export type Retry = 'n' | 's' | 'r';

export interface ProblemKind {
  readonly status: number;
  readonly retry: Retry;
  readonly title: string;
}

const kind = (status: number, retry: Retry, title: string): ProblemKind => ({
  status,
  retry,
  title,
});

/** Every code that leaves the service, with its status. The codes are stable; titles are for people. */
export const PROBLEMS: Readonly<Record<ProblemCode, ProblemKind>> = {
  'json-encoding': kind(400, 'n', 'The bytes are not UTF-8'),
  'json-syntax': kind(400, 'n', 'Not JSON'),
  'json-duplicate-name': kind(400, 'n', 'A member stands twice'),
  'json-name': kind(400, 'n', 'A member name is not allowed'),
  'json-number': kind(400, 'n', 'A number is not a plain integer'),
  'json-number-range': kind(400, 'n', 'An integer is too large'),
  'json-string': kind(400, 'n', 'A string holds a character that is not allowed'),
  'json-depth': kind(400, 'n', 'Nested too deeply'),
  'identifier-form': kind(400, 'n', 'An identifier is not in normal form'),
  malformed: kind(400, 'n', 'The request is malformed'),
  'parameter-unknown': kind(400, 'n', 'A query parameter is unknown'),
  'cursor-invalid': kind(400, 'n', 'The cursor is not one of this query'),
  'token-invalid': kind(400, 'n', 'The consistency token is not one of this ledger'),
  'idempotency-key-required': kind(400, 'n', 'An Idempotency-Key is required'),
  unauthenticated: kind(401, 'n', 'No valid credential'),
  'credential-expired': kind(401, 'n', 'The credential has ended'),
  'scope-missing': kind(403, 'n', 'A scope is missing'),
  'scope-exceeded': kind(403, 'n', 'More than the caller may give'),
  'source-not-allowed': kind(403, 'n', 'Not a source of this credential'),
  'same-person': kind(403, 'n', 'Two persons are needed'),
  'duty-conflict': kind(403, 'n', 'Duties of one person conflict'),
  'authority-exceeded': kind(403, 'n', 'More than the limit allows'),
  'not-found': kind(404, 'n', 'Not found'),
  'method-not-allowed': kind(405, 'n', 'Method not allowed'),
  'not-acceptable': kind(406, 'n', 'No such representation'),
  'media-type-unknown': kind(415, 'n', 'Unknown media type'),
  'event-id-conflict': kind(409, 'n', 'The event id is taken by other content'),
  'state-conflict': kind(409, 'r', 'Not possible in this state'),
  'line-in-use': kind(409, 'r', 'The line is in another group'),
  'filter-moved': kind(409, 'r', 'The filter matches another number of items'),
  'version-exists': kind(409, 'n', 'The version exists'),
  'file-imported': kind(409, 'n', 'The file was imported before'),
  'period-closed': kind(409, 'n', 'The period is closed'),
  held: kind(409, 'n', 'A hold is in force'),
  'idempotency-key-reused': kind(409, 'n', 'The Idempotency-Key was used for another request'),
  'concurrent-change': kind(409, 's', 'Others changed it at the same time'),
  'in-progress': kind(409, 's', 'Still running'),
  'not-sealed': kind(409, 's', 'Not sealed yet'),
  'value-erased': kind(410, 'n', 'The value was erased'),
  'revision-conflict': kind(412, 'r', 'Another revision'),
  'hash-moved': kind(412, 'r', 'The figures moved'),
  'precondition-required': kind(428, 'r', 'If-Match is required'),
  'too-large': kind(413, 'n', 'Over the limit'),
  'uri-too-long': kind(414, 'n', 'The address is too long'),
  'headers-too-large': kind(431, 'n', 'The headers are too large'),
  'unknown-field': kind(422, 'n', 'A member is unknown'),
  'contract-violation': kind(422, 'n', 'The contract is violated'),
  'time-form': kind(422, 'n', 'Not an exact instant or date'),
  'money-form': kind(422, 'n', 'Not an exact amount'),
  'state-unmapped': kind(422, 'n', 'A status code is not mapped'),
  'guard-unmet': kind(422, 'r', 'A condition is not met'),
  'hash-differs': kind(422, 'n', 'The hash differs'),
  'range-invalid': kind(422, 'n', 'The range is not valid'),
  'proof-invalid': kind(422, 'n', 'The proof does not hold'),
  'rate-limited': kind(429, 's', 'Too many requests'),
  'quota-exceeded': kind(429, 's', 'Quota exceeded'),
  internal: kind(500, 'n', 'Internal error'),
  'lane-full': kind(503, 's', 'The queue is full'),
  'ledger-halted': kind(503, 's', 'The ledger takes no writes'),
  'newer-software-needed': kind(503, 's', 'Newer software is needed'),
  'store-unavailable': kind(503, 's', 'The store is not available'),
  'outcome-unknown': kind(503, 's', 'The outcome is not known'),
  'read-model-behind': kind(503, 's', 'The read model is behind'),
  'read-model-stopped': kind(503, 's', 'The read model has stopped'),
  draining: kind(503, 's', 'The service is stopping'),
  'storage-full': kind(507, 'n', 'Storage is full'),
  'results-unread': kind(503, 's', 'Results were not read'),
};
