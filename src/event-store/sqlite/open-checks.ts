import Database from 'better-sqlite3';
import { storeCorrupt } from '../../kernel/errors';
import { leafHash } from '../../kernel/hash';
import { APPLICATION_ID, FORMAT_VERSION } from './schema';
import { type Sql } from './sql';
import { toNumber } from './sqlite-positions';

const LAST_EVENTS_CHECKED = 1_000;

interface SchemaRow {
  readonly name: string;
  readonly sql: string | null;
}

const LIST_SCHEMA = `
  SELECT name, sql
    FROM sqlite_schema
   WHERE name NOT LIKE 'sqlite\\_stat%' ESCAPE '\\'
   ORDER BY type, name`;

/**
 * The checks of every opening: the file is a ledger of this format, its tables and triggers are word for word what we
 * create, and the end of the log is as it was written.
 *
 * @throws TieoutError `store-corrupt`
 */
export function checkLedgerFile(sql: Sql, schema: string): void {
  checkHeader(sql);
  checkSchema(sql, schema);
  checkLastEvents(sql);
}

/**
 * Reads the whole file, which takes time in proportion to its size: after an unclean stop only.
 *
 * @throws TieoutError `store-corrupt`
 */
export function quickCheck(sql: Sql): void {
  const found = sql.all<{ quick_check: string }>('PRAGMA quick_check');
  const [first] = found;
  if (found.length !== 1 || first?.quick_check !== 'ok') {
    throw storeCorrupt(`The ledger's file is damaged: ${first?.quick_check ?? 'no answer'}.`);
  }
}

function checkHeader(sql: Sql): void {
  const id = sql.get<{ application_id: bigint }>('PRAGMA application_id')?.application_id;
  const version = sql.get<{ user_version: bigint }>('PRAGMA user_version')?.user_version;
  if (id !== BigInt(APPLICATION_ID)) throw storeCorrupt('The file is not a Tieout ledger.');
  if (version !== BigInt(FORMAT_VERSION)) {
    throw storeCorrupt(`The ledger has format ${version}; this software reads ${FORMAT_VERSION}.`);
  }
}

/** Who holds the file can drop a trigger, edit, and put it back changed: then its text differs. */
function checkSchema(sql: Sql, schema: string): void {
  const [object] = schemaDifferences(sql, schema);
  if (object === undefined) return;
  throw storeCorrupt(`The ledger's schema was changed: ${object}.`, { object });
}

/**
 * Tables, indexes and triggers that are missing, changed or not ours.
 *
 * @param schema all that the file must have, word for word
 * @returns their names
 */
export function schemaDifferences(sql: Sql, schema: string): string[] {
  const found = new Map(sql.all<SchemaRow>(LIST_SCHEMA).map((row) => [row.name, row.sql]));
  const changed = expectedSchema(schema)
    .filter(({ name, sql: text }) => {
      const actual = found.get(name);
      found.delete(name);
      return actual !== text;
    })
    .map(({ name }) => name);
  return [...changed, ...found.keys()];
}

/** SQLite keeps the text of each statement; an empty database tells which text it keeps of ours. */
function expectedSchema(schema: string): SchemaRow[] {
  const db = new Database(':memory:');
  try {
    db.exec(schema);
    return db.prepare<unknown[], SchemaRow>(LIST_SCHEMA).all();
  } finally {
    db.close();
  }
}

interface LastEvent {
  readonly position: bigint;
  readonly stream_no: bigint;
  readonly stream: string;
  readonly revision: bigint;
  readonly entry: Uint8Array;
  readonly leaf: Buffer;
}

const LIST_LAST_EVENTS = `
  SELECT event.position, event.stream_no, stream.name AS stream, event.revision, event.entry, event.leaf
    FROM event LEFT JOIN stream ON stream.no = event.stream_no
   WHERE event.position > (SELECT coalesce(max(position), 0) FROM event) - :count
   ORDER BY event.position`;

const HAS_REVISION = `SELECT 1 FROM event WHERE stream_no = :streamNo AND revision = :revision`;

function checkLastEvents(sql: Sql): void {
  const events = sql.all<LastEvent>(LIST_LAST_EVENTS, { count: LAST_EVENTS_CHECKED });
  const last = new Map<bigint, bigint>();
  let position = events[0] === undefined ? 0n : events[0].position - 1n;
  if (events.length < LAST_EVENTS_CHECKED && position !== 0n) {
    throw storeCorrupt('The log does not begin at position 1.', { position: toNumber(position) });
  }
  for (const event of events) {
    position += 1n;
    const before = last.get(event.stream_no) ?? revisionBefore(sql, event);
    if (event.position !== position || event.revision !== before + 1n) throw misplaced(event);
    if (!event.leaf.equals(leafHash(event.entry))) throw leafDiffers(event);
    last.set(event.stream_no, event.revision);
  }
}

/** -1 for a first event; a value that fits nothing when the revision before is gone. */
function revisionBefore(sql: Sql, { stream_no: streamNo, revision }: LastEvent): bigint {
  if (revision === 0n) return -1n;
  const before = revision - 1n;
  return sql.get(HAS_REVISION, { streamNo, revision: before }) === undefined ? -2n : before;
}

const placeOf = ({ stream, revision, position }: LastEvent) => ({
  stream,
  revision: String(revision),
  position: String(position),
});

const misplaced = (event: LastEvent) =>
  storeCorrupt(`The log has a gap before position ${event.position}.`, placeOf(event));

const leafDiffers = (event: LastEvent) =>
  storeCorrupt(
    `The entry of ${event.stream} at revision ${event.revision} is not the one that was sealed.`,
    placeOf(event),
  );
