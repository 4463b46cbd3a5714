import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DuckDBConnection } from '@duckdb/node-api';
import { dayNumber } from '../../src/kernel/civil-date';
import { type MatchPass } from '../../src/reconciliation/matching/definition.policy';
import { type MatchLine } from '../../src/reconciliation/matching/line';

const PIECE = 50_000;

/** Lines as files: `i` is the line's place in order of id. What makes twins is one text. */
export function writeFiles(
  folder: string,
  lines: readonly MatchLine[],
  passes: readonly MatchPass[],
): void {
  const days = passes.some((p) => p.days || (p.sums?.kind === 'bucket' && p.sums.sameDay));
  const parties = passes.some((p) => p.counterparty === 'equal');
  const ordered = [...lines].sort((x, y) => (x.id < y.id ? -1 : 1));
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const rows = { line: [] as string[], key: [] as string[] };
  const files = { line: join(folder, 'line.csv'), key: join(folder, 'key.csv') };
  const flush = (name: 'line' | 'key') => {
    writeFileSync(files[name], rows[name].join(''), { flag: 'a' });
    rows[name].length = 0;
  };
  ordered.forEach((l, i) => {
    const party = l.counterparty ?? '';
    const face = JSON.stringify([l.keys, days ? l.bookDate : '', parties ? party : '']);
    const fields = [quoted(l.account), l.currency, l.amountMinor, dayNumber(l.bookDate)];
    rows.line.push(`${i},${l.id},${l.side},${fields.join()},${quoted(party)},${quoted(face)}\n`);
    for (const [kind, values] of Object.entries(l.keys))
      for (const value of values ?? []) rows.key.push(`${i},${kind},${quoted(value)}\n`);
    if (rows.line.length < PIECE) return;
    flush('line');
    flush('key');
  });
  flush('line');
  flush('key');
}

const SCHEMA = `
  CREATE TABLE line (i INTEGER, id VARCHAR, side VARCHAR, account VARCHAR, currency VARCHAR, amount BIGINT, day INTEGER,
                     party VARCHAR, face VARCHAR);
  CREATE TABLE key (i INTEGER, kind VARCHAR, value VARCHAR);
  CREATE TABLE gone (i INTEGER);
  CREATE TABLE grouped (n BIGINT, pass VARCHAR, i INTEGER);
  CREATE TABLE ambiguous (n BIGINT, pass VARCHAR, reason VARCHAR, i INTEGER);
  CREATE TABLE passed_on (n BIGINT, pass VARCHAR, reason VARCHAR, i INTEGER);
  CREATE SEQUENCE pass_number;`;

export async function load(db: DuckDBConnection, folder: string): Promise<void> {
  await db.run(SCHEMA);
  for (const table of ['line', 'key'])
    await db.run(
      `INSERT INTO ${table} SELECT * FROM read_csv('${join(folder, table)}.csv', header = false, quote = '"', escape = '"',
         auto_detect = false, delim = ',', allow_quoted_nulls = false, columns = ${COLUMNS[table as 'line' | 'key']})`,
    );
}

const COLUMNS = {
  line: `{'i': 'INTEGER', 'id': 'VARCHAR', 'side': 'VARCHAR', 'account': 'VARCHAR', 'currency': 'VARCHAR', 'amount': 'BIGINT',
          'day': 'INTEGER', 'party': 'VARCHAR', 'face': 'VARCHAR'}`,
  key: `{'i': 'INTEGER', 'kind': 'VARCHAR', 'value': 'VARCHAR'}`,
};
