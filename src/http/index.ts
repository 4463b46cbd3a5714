export {
  CONFIG,
  CLOCK,
  RANDOMNESS,
  STORE,
  EXECUTOR,
  READ_MODEL,
  BLOBS,
  LOG_READER,
  RECEIPTS,
  PSEUDONYMS,
  PERSONAL_VALUES,
  PRIVACY,
  CURSORS,
  HEADS,
  ASK_TIMESTAMP,
} from './tokens';
export { AUTHENTICATOR, AuthGuard, isLoopback, type Authenticator } from './auth.guard';
export { bodyStream, readBody } from './body';
export { type Caller } from './caller';
export { ConsistencyInterceptor, type AwaitedReadModel } from './consistency.interceptor';
export { Cursors } from './cursors';
export {
  CallerParam,
  Command,
  type ContextOf,
  idempotencyKeyOf,
  hashMatch,
  JsonBody,
  JsonBodyOf,
  Public,
  revisionOf,
  Scopes,
  ValidQuery,
} from './decorators';
export { JsonBodyPipe, pointerOf, QueryPipe, validated } from './pipes';
export { putContext } from './put-context';
export { problemOf, type Problem } from './problem';
export { ProblemFilter } from './problem.filter';
export { PROBLEMS } from './problem-table';
export { PageQuery, type PageRequest, Paging, type ViewedPage } from './page-query';
export { type AmountRange, amountRange, type InstantRange, instantRange } from './query-values';
export {
  exportList,
  type ListColumn,
  type ListExport,
  type ListFormat,
  listFormat,
} from './list-export';
export { wholeNumber } from './number-parameter';
export { ndjson } from './stream-reply';
export { etag, isNotModified, sendPage, writeHeaders, type Page, type Written } from './reply';
