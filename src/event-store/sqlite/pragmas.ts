import type Database from 'better-sqlite3';

/**
 * What every writing connection is set to, with the value read back. The driver is compiled so that WAL drops to
 * `synchronous=NORMAL`, under which an acknowledged commit can vanish in a power cut: FULL (2) syncs the WAL at each commit.
 */
const WRITER_PRAGMAS: readonly (readonly [name: string, set: string, readBack: string])[] = [
  ['busy_timeout', '5000', '5000'],
  ['journal_mode', 'WAL', 'wal'],
  ['synchronous', 'FULL', '2'],
  ['fullfsync', 'ON', '1'],
  ['checkpoint_fullfsync', 'ON', '1'],
  ['foreign_keys', 'ON', '1'],
  ['recursive_triggers', 'ON', '1'],
  ['cell_size_check', 'ON', '1'],
  ['trusted_schema', 'OFF', '0'],
];

const READER_PRAGMAS: typeof WRITER_PRAGMAS = [
  ['busy_timeout', '5000', '5000'],
  ['cell_size_check', 'ON', '1'],
  ['trusted_schema', 'OFF', '0'],
  ['query_only', 'ON', '1'],
];

/** The settings of a connection as SQLite says they are, by pragma name. */
export type Settings = Readonly<Record<string, string>>;

/**
 * Sets the pragmas of a connection and reads each back.
 *
 * @param autocheckpoint pages of WAL after which a commit checkpoints; 0 leaves it to the caller
 * @throws Error when one did not take, since durability or the append-only rules hang on it
 */
export function applyPragmas(
  db: Database.Database,
  options: { readonly readonly: boolean; readonly autocheckpoint: number },
): Settings {
  const own = options.readonly
    ? READER_PRAGMAS
    : [
        ...WRITER_PRAGMAS,
        ['wal_autocheckpoint', `${options.autocheckpoint}`, `${options.autocheckpoint}`] as const,
      ];
  for (const [name, value, expected] of own) {
    db.pragma(`${name} = ${value}`);
    const actual = readPragma(db, name);
    if (actual !== expected) throw new Error(`pragma ${name} is ${actual}, not ${expected}`);
  }
  return Object.fromEntries(own.map(([name]) => [name, readPragma(db, name)]));
}

export const readPragma = (db: Database.Database, name: string): string =>
  String(db.pragma(name, { simple: true }));
