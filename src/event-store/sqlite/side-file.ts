import { storeFailure } from './failures';
import { type OpenedSql, openSqlite, type SqliteOptions } from './open-sqlite';
import { type Settings } from './pragmas';
import { type SqlParams } from './sql';

/**
 * Opens a file beside the ledger whose rows are written before an event that names them. When its disk fails, the caller
 * is told in the store's own words, since the event was not recorded either.
 *
 * @throws TieoutError from every method: `store-unavailable` reason `full`, `connect`, `denied`, `locked`; `store-corrupt`
 */
export function openSideFile(path: string, options: SqliteOptions = {}): OpenedSql {
  return told(() => new SideFile(openSqlite(path, options)));
}

class SideFile implements OpenedSql {
  constructor(private readonly file: OpenedSql) {}

  get settings(): Settings {
    return this.file.settings;
  }

  get inTransaction(): boolean {
    return this.file.inTransaction;
  }

  run(sql: string, params?: SqlParams): { readonly changes: number } {
    return told(() => this.file.run(sql, params));
  }

  get<T>(sql: string, params?: SqlParams): T | undefined {
    return told(() => this.file.get<T>(sql, params));
  }

  all<T>(sql: string, params?: SqlParams): T[] {
    return told(() => this.file.all<T>(sql, params));
  }

  exec(sql: string): void {
    told(() => this.file.exec(sql));
  }

  transaction<T>(fn: () => T): T {
    return told(() => this.file.transaction(fn));
  }

  close(): void {
    this.file.close();
  }
}

function told<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeFailure(error) ?? error;
  }
}
