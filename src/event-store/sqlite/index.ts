export {
  type CommitBatch,
  type CommitNotice,
  type CommitParticipant,
  type CommitParticipantFactory,
  type SchemaAddition,
} from './commit-participant';
export { ledgerSchemaDifferences } from './ledger-file';
export { schemaDifferences } from './open-checks';
export { openSqlite, type SqliteOptions } from './open-sqlite';
export { openReplicaFile, type ReplicaFile } from './replica-file';
export { openSideFile } from './side-file';
export { type Sql, type SqlParams, type SqlValue } from './sql';
export { indexOfPosition, sqlitePositions, toNumber } from './sqlite-positions';
export { serveWriter } from './serve-writer';
export { type LedgerReader } from './sqlite-reader';
export {
  openSqliteReader,
  openSqliteStore,
  type SqliteStore,
  type SqliteStoreOptions,
} from './sqlite-store';
export { streamNames } from './stream-names';
