import { mkdirSync } from 'node:fs';
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

const LEAF_BYTES = 32;

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
    let lock: WriterLock | undefined;
    try {
      mkdirSync(options.folder, { recursive: true });
      lock = takeWriterLock(options.folder);
      return new Writer(options, lock, openLedgerFile(options));
    } catch (error) {
      lock?.release();
      throw storeFailure(error) ?? error;
    }
  }

  /** Commits a group of appends in one transaction. Never throws for what a store can meet. */
  commit(appends: readonly PackedAppend[]): Committed {
    if (this.finding !== undefined) return refused(appends, halted(this.finding));
    try {
      this.file ??= this.reopen();
    } catch (error) {
      return this.stopped(appends, storeFailure(error) ?? broken(error));
    }
    try {
      return this.attempt(this.file, appends, false);
    } catch (error) {
      return this.failed(this.file, appends, error);
    }
  }

  /** When no append waits. */
  idle(): void {
    this.tidy(() => this.wal.idle());
  }

  /** Copies the WAL into the file and gives the lock back. A WAL that stays is read at the next opening. */
  close(): void {
    this.tidy(() => this.file?.sql.get('PRAGMA wal_checkpoint(TRUNCATE)'));
    this.drop();
    this.lock.release();
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
    } catch (error) {
      this.finding = storeFailure(error) ?? broken(error);
    }
    this.tidy(() => this.wal.committed(notice.count, bytes));
  }

  /** A checkpoint that fails leaves all in the WAL; after a failed fsync the handle is not used again. */
  private tidy(checkpoint: () => void): void {
    if (this.file === undefined) return;
    try {
      checkpoint();
    } catch (error) {
      if (storeFailure(error) === undefined) throw error;
      if (isIoError(error)) this.drop();
    }
  }

  private failed(file: LedgerFile, appends: readonly PackedAppend[], error: unknown): Committed {
    if (isIoError(error)) return this.afterIoError(appends, error);
    const failure = storeFailure(error) ?? broken(error);
    if (!isTieoutError(failure, 'store-unavailable')) return this.stopped(appends, failure);
    try {
      return found(file, appends, failure);
    } catch {
      // The transaction was rolled back, so nothing of it is stored whether or not it can be looked up.
      return refused(appends, failure);
    }
  }

  /** A finding halts the ledger; what is merely unavailable may come back. */
  private stopped(appends: readonly PackedAppend[], failure: TieoutError): Committed {
    if (isTieoutError(failure, 'store-unavailable')) return refused(appends, failure);
    this.finding = failure;
    return refused(appends, halted(failure));
  }

  /**
   * The disk failed during a transaction. A failed fsync is never tried again on the same handle: the system may have
   * dropped the pages and would then report success. The file is opened anew, which writes a row and so settles what
   * the WAL holds, and read.
   */
  private afterIoError(appends: readonly PackedAppend[], cause: unknown): Committed {
    this.drop();
    try {
      this.file = this.reopen();
      const absent = storeUnavailable('connect', 'The disk failed; nothing was stored.', cause);
      return found(this.file, appends, absent);
    } catch (error) {
      if (!isTieoutError(error, 'store-unavailable') && isTieoutError(error)) this.finding = error;
      return { outcomes: appends.map(({ stream }) => refuse(outcomeUnknown(stream, error))) };
    }
  }

  private reopen(): LedgerFile {
    const file = openLedgerFile(this.options);
    this.wal = new WalPages(file.sql);
    return file;
  }

  private drop(): void {
    this.file?.sql.close();
    this.file = undefined;
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
  const streams = group.accepted.map(({ stream }) => stream.name);
  const given = beforeCommit(() => participant.beforeCommit(sql, { firstIndex, leaves, streams }));
  return { firstIndex, count: leaves.length, leaves: joined(leaves), participant: given };
}

/** Memory of its own: the leaves are views into whole packets, which they would keep alive. */
function joined(leaves: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(leaves.length * LEAF_BYTES);
  for (const [i, leaf] of leaves.entries()) bytes.set(leaf, i * LEAF_BYTES);
  return bytes;
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
): Committed {
  const outcomes = appends.map((append) => {
    const group = new Group(sql, false);
    group.add(append);
    const [repeat] = group.repeats;
    return repeat === undefined ? (group.outcomes[0] ?? refuse(absent)) : answerRepeat(sql, repeat);
  });
  return { outcomes };
}

const halted = (finding: TieoutError): TieoutError =>
  storeUnavailable('read-only', `The ledger is halted: ${finding.message}`, finding);

const broken = (cause: unknown): TieoutError =>
  new TieoutError('internal', 'The writer of the ledger failed.', {}, { cause });

const refuse = (error: TieoutError): Outcome => ({ ok: false, error });

const refused = (appends: readonly PackedAppend[], error: TieoutError): Committed => ({
  outcomes: appends.map(() => refuse(error)),
});
