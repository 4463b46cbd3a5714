import Database from 'better-sqlite3';
import { applyPragmas, type Settings } from './pragmas';
import { type Sql, type SqlParams, type SqlValue } from './sql';

export interface SqliteOptions {
  readonly readonly?: boolean;
  /** run once, on a file without tables, in one transaction */
  readonly schema?: string;
  /** pages of WAL after which a commit checkpoints (default 1,000); 0 leaves it to the caller */
  readonly autocheckpoint?: number;
}

/** A connection that also says how it is set. */
export interface OpenedSql extends Sql {
  readonly settings: Settings;
  readonly inTransaction: boolean;
}

/**
 * Opens a SQLite file in WAL mode with `synchronous=FULL`; makes it if it is missing, unless `readonly`.
 *
 * @throws the driver's error when the file cannot be opened or is no database
 */
export function openSqlite(path: string, options: SqliteOptions = {}): OpenedSql {
  const readonly = options.readonly ?? false;
  const db = new Database(path, { readonly, fileMustExist: readonly });
  try {
    db.defaultSafeIntegers(true);
    const settings = applyPragmas(db, {
      readonly,
      autocheckpoint: options.autocheckpoint ?? 1_000,
    });
    const sql = new DriverSql(db, settings);
    if (options.schema !== undefined) createOnce(sql, options.schema);
    return sql;
  } catch (error) {
    db.close();
    throw error;
  }
}

const HAS_TABLES = `SELECT 1 FROM sqlite_schema LIMIT 1`;

function createOnce(sql: Sql, schema: string): void {
  sql.transaction(() => {
    if (sql.get(HAS_TABLES) === undefined) sql.exec(schema);
  });
}

class DriverSql implements OpenedSql {
  private readonly statements = new Map<string, Database.Statement<unknown[]>>();

  constructor(
    private readonly db: Database.Database,
    readonly settings: Settings,
  ) {}

  get inTransaction(): boolean {
    return this.db.inTransaction;
  }

  run(sql: string, params?: SqlParams): { readonly changes: number } {
    const statement = this.statement(sql);
    if (params === undefined) return statement.run();
    // The driver reads arguments faster than the items of an array.
    return Array.isArray(params) ? statement.run(...(params as SqlValue[])) : statement.run(params);
  }

  get<T>(sql: string, params?: SqlParams): T | undefined {
    const statement = this.statement(sql);
    return (params === undefined ? statement.get() : statement.get(params)) as T | undefined;
  }

  all<T>(sql: string, params?: SqlParams): T[] {
    const statement = this.statement(sql);
    return (params === undefined ? statement.all() : statement.all(params)) as T[];
  }

  exec(sql: string): void {
    this.db.exec(sql);
  }

  transaction<T>(fn: () => T): T {
    if (this.db.inTransaction) return fn();
    this.run('BEGIN IMMEDIATE');
    try {
      const result = fn();
      this.run('COMMIT');
      return result;
    } catch (error) {
      // A full disk can leave the transaction open, other failures end it by themselves.
      if (this.db.inTransaction) this.run('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.statements.clear();
    this.db.close();
  }

  private statement(sql: string): Database.Statement<unknown[]> {
    let statement = this.statements.get(sql);
    if (statement === undefined) {
      statement = this.db.prepare<unknown[]>(sql);
      this.statements.set(sql, statement);
    }
    return statement;
  }
}
