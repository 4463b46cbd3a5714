import { type LedgerStore, type StoreLimits } from '../port';
import { type CommitNotice, type CommitParticipantFactory } from './commit-participant';
import { type Sql } from './sql';

export interface SqliteStoreOptions {
  /** folder of the ledger: `ledger.db` and `writer.lock`; made if missing */
  readonly folder: string;
  readonly ledger: string;
  /** inline mode: takes part in each commit; in worker mode the worker file makes its own from `workerData` */
  readonly participant?: CommitParticipantFactory;
  readonly mode: 'inline' | 'worker';
  /** built JavaScript of `src/writer.worker.ts` */
  readonly workerFile?: string;
  /** handed to the worker file's participant factory; structured-cloneable */
  readonly workerData?: unknown;
  readonly limits?: Partial<StoreLimits>;
}

export interface SqliteStore extends LedgerStore {
  /** Called after each commit, before its appends are answered. A listener must not throw. */
  onCommit(listener: (notice: CommitNotice) => void): void;
  /** The store's read-only connection. Never held over an await by an open iteration. */
  reader(): Sql;
  /** path of `ledger.db` */
  readonly path: string;
}

/**
 * Opens or makes the ledger of a folder.
 *
 * @throws TieoutError `store-unavailable` reason `locked` when another process holds it; `store-corrupt` when an opening
 *   check fails; `configuration` when the file belongs to another ledger
 */
export function openSqliteStore(options: SqliteStoreOptions): Promise<SqliteStore> {
  return Promise.reject(new Error(`not built yet: ${options.mode}`));
}
