import Database from 'better-sqlite3';
import { type ReadDb, type SqlParams, type SqlRow, type SqlValue } from './projection';

const NO_PARAMS: SqlParams = {};

/** The disk is full or fails: nothing of the transaction was written, and the same again may succeed later. */
export function isDiskFailure(error: unknown): boolean {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' && /^SQLITE_(FULL|IOERR|CANTOPEN)/u.test(code);
}

/** The same, or a folder that could not be made: told with what is so and what to do, as a start must be. */
export function diskFailureText(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  if (!isDiskFailure(error) && !/^(ENOSPC|EDQUOT|EIO|EROFS)$/u.test(String(code))) return undefined;
  return (
    `The read model cannot be written: the disk that holds the folder read-model of the ledger is full or fails (${String(code)}). ` +
    'What was recorded is safe. Make room there, or put the disk in order, and start the service again.'
  );
}

/** A statement and the names of its parameters in the order of their places; one may stand in several. */
interface Prepared {
  readonly statement: Database.Statement<unknown[], unknown>;
  readonly names: readonly string[];
}

/** Statements of lists vary with their conditions; beyond this many the first ones are prepared again when needed. */
const STATEMENTS_MAX = 500;

/**
 * One generation's file. Integers come back as `bigint`, so that money and counts never pass through a float.
 * Statements are prepared once and found again by their text, which is why every statement is a constant.
 */
export class ModelFile implements ReadDb {
  private readonly statements = new Map<string, Prepared>();

  private constructor(private readonly db: Database.Database) {}

  /**
   * The writing connection. `synchronous=NORMAL` keeps a WAL file consistent through any crash and may lose its last
   * commits: the rows and the checkpoint together, so the log delivers these events again.
   */
  static openWriter(path: string): ModelFile {
    const db = new Database(path);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.pragma('wal_autocheckpoint = 16000');
    db.pragma('cache_size = -65536');
    return ModelFile.of(db);
  }

  /** A connection for views; it cannot write. */
  static openReader(path: string): ModelFile {
    return ModelFile.of(new Database(path, { readonly: true, fileMustExist: true }));
  }

  private static of(db: Database.Database): ModelFile {
    db.defaultSafeIntegers(true);
    db.pragma('temp_store = MEMORY');
    db.pragma('trusted_schema = OFF');
    return new ModelFile(db);
  }

  all<T = SqlRow>(sql: string, params: SqlParams = NO_PARAMS): T[] {
    const { statement, names } = this.prepare(sql);
    return statement.all(valuesOf(names, params)) as T[];
  }

  get<T = SqlRow>(sql: string, params: SqlParams = NO_PARAMS): T | undefined {
    const { statement, names } = this.prepare(sql);
    return statement.get(valuesOf(names, params)) as T | undefined;
  }

  run(sql: string, params: SqlParams = NO_PARAMS): void {
    const { statement, names } = this.prepare(sql);
    statement.run(valuesOf(names, params));
  }

  exec(sql: string): void {
    this.db.exec(sql);
  }

  /** Runs `work` in one transaction: all of its rows, or none. */
  write<T>(work: () => T): T {
    return this.transaction('BEGIN IMMEDIATE', work);
  }

  /** Runs `work` on one consistent snapshot; inside another snapshot it joins that one. */
  snapshot<T>(work: () => T): T {
    return this.db.inTransaction ? work() : this.transaction('BEGIN', work);
  }

  close(): void {
    this.db.close();
  }

  private transaction<T>(begin: string, work: () => T): T {
    this.db.exec(begin);
    try {
      const result = work();
      this.db.exec('COMMIT');
      return result;
    } finally {
      if (this.db.inTransaction) this.db.exec('ROLLBACK');
    }
  }

  private prepare(sql: string): Prepared {
    const known = this.statements.get(sql);
    if (known !== undefined) return known;
    const { text, names } = placed(sql);
    const prepared = { statement: this.db.prepare<unknown[], unknown>(text), names };
    if (this.statements.size >= STATEMENTS_MAX) this.forgetOldest();
    this.statements.set(sql, prepared);
    return prepared;
  }

  private forgetOldest(): void {
    for (const oldest of this.statements.keys()) {
      this.statements.delete(oldest);
      return;
    }
  }
}

const NAMED_PARAMETER = /:([A-Za-z][A-Za-z0-9]*)/g;

/** The driver binds by place faster than by name, and a projection binds fifty values an event. */
function placed(sql: string): { readonly text: string; readonly names: readonly string[] } {
  const names: string[] = [];
  const text = sql.replace(NAMED_PARAMETER, (_, name: string) => {
    names.push(name);
    return '?';
  });
  return { text, names };
}

/** @throws RangeError for a parameter without a value: SQLite would take it for NULL */
function valuesOf(names: readonly string[], params: SqlParams): SqlValue[] {
  return names.map((name) => {
    const value = params[name];
    if (value === undefined) throw new RangeError(`the parameter ${name} has no value`);
    return value;
  });
}
