/** What SQLite stores. Integers come back as bigint, blobs as Buffer. */
export type SqlValue = string | number | bigint | Uint8Array | null;
export type SqlParams = Readonly<Record<string, SqlValue>> | readonly SqlValue[];

/** One connection of SQLite. Statements are prepared once and kept by their text, so the text is always a constant. */
export interface Sql {
  run(sql: string, params?: SqlParams): { readonly changes: number };
  get<T>(sql: string, params?: SqlParams): T | undefined;
  all<T>(sql: string, params?: SqlParams): T[];
  /** Several statements without parameters, such as a schema. */
  exec(sql: string): void;
  /**
   * `BEGIN IMMEDIATE`, `fn`, `COMMIT`; rolled back when `fn` throws. `fn` is synchronous. Inside a transaction it joins
   * the one that is open.
   */
  transaction<T>(fn: () => T): T;
  close(): void;
}
