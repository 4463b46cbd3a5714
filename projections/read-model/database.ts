import Database from 'better-sqlite3';
import { type ReadDb, type SqlParams, type SqlRow } from './projection';

const NO_PARAMS: SqlParams = {};

/**
 * One generation's file. Integers come back as `bigint`, so that money and counts never pass through a float.
 * Statements are prepared once and found again by their text, which is why every statement is a constant.
 */
export class ModelFile implements ReadDb {
  private readonly statements = new Map<string, Database.Statement<[SqlParams], unknown>>();

  private constructor(private readonly db: Database.Database) {}

  /**
   * The writing connection. `synchronous=NORMAL` keeps a WAL file consistent through any crash and may lose its last
   * commits: the rows and the checkpoint together, so the log delivers these events again.
   */
  static openWriter(path: string): ModelFile {
    const db = new Database(path);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.pragma('wal_autocheckpoint = 4000');
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
    return this.prepare(sql).all(params) as T[];
  }

  get<T = SqlRow>(sql: string, params: SqlParams = NO_PARAMS): T | undefined {
    return this.prepare(sql).get(params) as T | undefined;
  }

  run(sql: string, params: SqlParams = NO_PARAMS): void {
    this.prepare(sql).run(params);
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

  private prepare(sql: string): Database.Statement<[SqlParams], unknown> {
    let statement = this.statements.get(sql);
    if (statement === undefined) {
      statement = this.db.prepare<[SqlParams], unknown>(sql);
      this.statements.set(sql, statement);
    }
    return statement;
  }
}
