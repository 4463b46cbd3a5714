import { isTieoutError, outcomeUnknown, storeUnavailable, TieoutError } from '../../kernel/errors';
import { type PackedAppend } from './append-packet';
import { type CommitNotice } from './commit-participant';
import { isConstraint, isIoError, storeFailure } from './failures';
import { answerRepeat, Group, type Outcome } from './group';
import { insertRows } from './insert-rows';
import { type LedgerFile, type LedgerFileOptions, openLedgerFile } from './ledger-file';
import { type Settings } from './pragmas';
import { WalPages } from './wal-pages';
import { takeWriterLock, type WriterLock } from './writer-lock';

/** What one transaction gave: an outcome for each append, in order, and a notice if anything was stored. */
export interface Committed {
  readonly outcomes: readonly Outcome[];
  readonly notice?: CommitNotice;
}

const START_OF_TRANSACTION = `
  SELECT (SELECT max(epoch) FROM writer) AS epoch,
         (SELECT coalesce(max(position), 0) FROM event) AS last`;

/** The only writer of a ledger. Synchronous; runs in a worker thread, or inline in tests and small tools. */
export class Writer {
  private file: LedgerFile | undefined;
  private wal: WalPages;

  private constructor(
    private readonly options: LedgerFileOptions,
    private readonly lock: WriterLock,
    file: LedgerFile,
  ) {
    this.file = file;
    this.wal = new WalPages(file.sql);
    this.settings = file.sql.settings;
  }

  /** the writing connection's pragmas as SQLite says they are */
  readonly settings: Settings;
  /** why appends are refused from now on */
  finding: TieoutError | undefined;

  /** @throws TieoutError `store-unavailable` reason `locked`, `store-corrupt`, `configuration` */
  static open(options: LedgerFileOptions): Writer {
    const lock = takeWriterLock(options.folder);
    try {
      return new Writer(options, lock, openLedgerFile(options));
    } catch (error) {
      lock.release();
      throw storeFailure(error) ?? error;
    }
  }

  /** Commits a group of appends in one transaction. Never throws for what a store can meet. */
  commit(appends: readonly PackedAppend[]): Committed {
    if (this.finding !== undefined) {
      return { outcomes: refused(appends, halted(this.finding)) };
    }
    try {
      const file = (this.file ??= this.reopen());
      return this.attempt(file, appends, false);
    } catch (error) {
      return this.failed(appends, error);
    }
  }

  /** When no append waits. */
  idle(): void {
    if (this.file !== undefined) this.wal.idle();
  }

  /** Copies the WAL into the file and gives the lock back. */
  close(): void {
    try {
      this.file?.sql.get('PRAGMA wal_checkpoint(TRUNCATE)');
    } finally {
      this.file?.sql.close();
      this.file = undefined;
      this.lock.release();
    }
  }

  private attempt(
    file: LedgerFile,
    appends: readonly PackedAppend[],
    checkIds: boolean,
  ): Committed {
    const { sql } = file;
    let committed: Committed;
    sql.run('BEGIN IMMEDIATE');
    try {
      committed = decideAndStore(file, appends, checkIds);
      sql.run('COMMIT');
    } catch (error) {
      // A full disk leaves the transaction open, other failures end it by themselves.
      if (sql.inTransaction) sql.run('ROLLBACK');
      file.participant.rolledBack();
      if (isConstraint(error) && !checkIds) return this.attempt(file, appends, true);
      throw error;
    }
    if (committed.notice !== undefined) this.released(file, committed.notice, appends);
    return committed;
  }

  /** COMMIT returned: nothing after it may turn a success into an error. */
  private released(file: LedgerFile, notice: CommitNotice, appends: readonly PackedAppend[]): void {
    const bytes = appends.reduce((sum, append) => sum + append.bytes, 0);
    try {
      file.participant.committed();
      this.wal.committed(notice.count, bytes);
    } catch (error) {
      this.finding = storeFailure(error) ?? broken(error);
    }
  }

  private failed(appends: readonly PackedAppend[], error: unknown): Committed {
    if (isIoError(error)) return this.afterIoError(appends, error);
    const failure = storeFailure(error) ?? broken(error);
    if (isTieoutError(failure, 'store-unavailable')) {
      return {
        outcomes:
          this.file === undefined ? refused(appends, failure) : found(this.file, appends, failure),
      };
    }
    this.finding = failure;
    return { outcomes: refused(appends, halted(failure)) };
  }

  /**
   * The disk failed during a transaction. A failed fsync is never tried again on the same handle: the system may have
   * dropped the pages and would then report success. The file is opened anew and read.
   */
  private afterIoError(appends: readonly PackedAppend[], cause: unknown): Committed {
    this.file?.sql.close();
    this.file = undefined;
    try {
      this.file = this.reopen();
      const absent = storeUnavailable('connect', 'The disk failed; nothing was stored.', cause);
      return { outcomes: found(this.file, appends, absent) };
    } catch (error) {
      if (isTieoutError(error, 'store-corrupt', 'seal-refused')) this.finding = error;
      return { outcomes: appends.map(({ stream }) => refuse(outcomeUnknown(stream, error))) };
    }
  }

  private reopen(): LedgerFile {
    const file = openLedgerFile(this.options);
    this.wal = new WalPages(file.sql);
    return file;
  }
}

function decideAndStore(
  file: LedgerFile,
  appends: readonly PackedAppend[],
  checkIds: boolean,
): Committed {
  const last = lastPosition(file);
  const group = new Group(file.sql, checkIds);
  for (const append of appends) group.add(append);
  if (group.accepted.length === 0) return { outcomes: answers(file, group) };
  const notice = store(file, group, last);
  return { outcomes: answers(file, group), notice };
}

function lastPosition({ sql, epoch }: LedgerFile): bigint {
  const row = sql.get<{ epoch: bigint; last: bigint }>(START_OF_TRANSACTION);
  if (row === undefined || row.epoch !== epoch) {
    throw storeUnavailable('locked', 'Another writer took this ledger over.');
  }
  return row.last;
}

function store(file: LedgerFile, group: Group, last: bigint): CommitNotice {
  const { sql, participant } = file;
  const { leaves, outcomes } = insertRows(sql, group.accepted, last);
  for (const [index, outcome] of outcomes) group.outcomes[index] = outcome;
  const firstIndex = Number(last);
  const given = beforeCommit(() => participant.beforeCommit(sql, { firstIndex, leaves }));
  return { firstIndex, count: leaves.length, leaves, participant: given };
}

/** Whatever stops the seal, but the disk, stops the ledger: an unsealed append must not become visible. */
function beforeCommit<T>(seal: () => T): T {
  try {
    return seal();
  } catch (error) {
    if (isTieoutError(error) || (storeFailure(error) !== undefined && !isConstraint(error)))
      throw error;
    throw new TieoutError('seal-refused', 'The append could not be sealed.', {}, { cause: error });
  }
}

function answers({ sql }: LedgerFile, group: Group): Outcome[] {
  for (const repeat of group.repeats) group.outcomes[repeat.index] = answerRepeat(sql, repeat);
  return group.outcomes.map((outcome, index) => {
    if (outcome === undefined) throw new Error(`append ${index} of the group has no outcome`);
    return outcome;
  });
}

/** After a failure: what is stored is a success, a conflict is one, and the rest is certainly not there. */
function found(
  { sql }: LedgerFile,
  appends: readonly PackedAppend[],
  absent: TieoutError,
): Outcome[] {
  return appends.map((append) => {
    const group = new Group(sql, false);
    group.add(append);
    const [repeat] = group.repeats;
    return repeat === undefined ? (group.outcomes[0] ?? refuse(absent)) : answerRepeat(sql, repeat);
  });
}

const halted = (finding: TieoutError): TieoutError =>
  storeUnavailable('read-only', `The ledger is halted: ${finding.message}`, finding);

const broken = (cause: unknown): TieoutError =>
  new TieoutError('internal', 'The writer of the ledger failed.', {}, { cause });

const refuse = (error: TieoutError): Outcome => ({ ok: false, error });

const refused = (appends: readonly PackedAppend[], error: TieoutError): Outcome[] =>
  appends.map(() => refuse(error));
