import { type SchemaAddition } from './commit-participant';
import { type Sql } from './sql';

const HAS_META = `SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'meta'`;
const HAS_ADDITION = `SELECT 1 FROM meta WHERE name = :name`;
const NOTE_ADDITION = `INSERT INTO meta (name, value) VALUES (:name, '1')`;

const metaName = (addition: SchemaAddition): string => `addition/${addition.name}`;

/** Those additions that the file says it has, so that one that was dropped afterwards is found missing. */
export function presentAdditions(
  sql: Sql,
  additions: readonly SchemaAddition[],
): readonly SchemaAddition[] {
  if (additions.length === 0 || sql.get(HAS_META) === undefined) return [];
  return additions.filter((each) => isPresent(sql, each));
}

export const schemaWith = (schema: string, additions: readonly SchemaAddition[]): string =>
  schema + additions.map((addition) => addition.schema).join('');

/** Adds tables to a file of an earlier version. What stands in it is never rewritten. */
export function addMissing(sql: Sql, additions: readonly SchemaAddition[]): void {
  for (const addition of additions) {
    if (isPresent(sql, addition)) continue;
    sql.transaction(() => {
      sql.exec(addition.schema);
      sql.run(NOTE_ADDITION, { name: metaName(addition) });
    });
  }
}

const isPresent = (sql: Sql, addition: SchemaAddition): boolean =>
  sql.get(HAS_ADDITION, { name: metaName(addition) }) !== undefined;
