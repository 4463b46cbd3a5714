import { type Sql } from './sql';

/** `-` ends a category and `.` is the character after it: nothing of another category lies between. */
const LIST_STREAMS = `SELECT name FROM stream WHERE name > :from AND name < :to ORDER BY name`;

/**
 * Names of the streams of a category, by name. For categories with few streams: they come all at once.
 *
 * @param category as in a stream name, such as `api_key`
 */
export function streamNames(sql: Sql, category: string): string[] {
  return sql
    .all<{ name: string }>(LIST_STREAMS, { from: `${category}-`, to: `${category}.` })
    .map(({ name }) => name);
}
