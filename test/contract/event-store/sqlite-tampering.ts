import Database from 'better-sqlite3';
import { leafHash } from '../../../src/kernel/hash';
import { type Tampering } from './stage';

const PLACE = `stream_no = (SELECT no FROM stream WHERE name = :stream) AND revision = :revision`;

/** Edits a ledger as someone who holds the file can: triggers dropped, rows changed, triggers put back. */
export function tamperWith(path: string, tampering: Tampering): void {
  const db = new Database(path, { timeout: 5_000 });
  const triggers = db
    .prepare<[], { name: string; sql: string }>(
      `SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'`,
    )
    .all();
  db.transaction(() => {
    for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
    edit(db, tampering);
    for (const { sql } of triggers) db.exec(sql);
  }).immediate();
  db.close();
}

function edit(db: Database.Database, tampering: Tampering): void {
  const { stream } = tampering;
  if (tampering.kind === 'remove') {
    for (const revision of tampering.revisions) {
      expectOne(db.prepare(`DELETE FROM event WHERE ${PLACE}`).run({ stream, revision }));
    }
    return;
  }
  const at = { stream, revision: tampering.revision };
  if (tampering.kind === 'change-byte') {
    const { entry } = db.prepare(`SELECT entry FROM event WHERE ${PLACE}`).get(at) as {
      entry: Buffer;
    };
    const middle = entry.length >> 1;
    entry[middle] = entry[middle]! ^ 1;
    expectOne(db.prepare(`UPDATE event SET entry = :entry WHERE ${PLACE}`).run({ ...at, entry }));
    return;
  }
  const { entry, type, storeId } = tampering.event;
  if (entry !== undefined) {
    const update = db.prepare(`UPDATE event SET entry = :entry, leaf = :leaf WHERE ${PLACE}`);
    expectOne(update.run({ ...at, entry, leaf: leafHash(entry) }));
  }
  if (storeId !== undefined) {
    const id = Buffer.from(storeId.replaceAll('-', ''), 'hex');
    expectOne(db.prepare(`UPDATE event SET store_id = :id WHERE ${PLACE}`).run({ ...at, id }));
  }
  if (type !== undefined) {
    expectOne(db.prepare(`UPDATE event SET type = :type WHERE ${PLACE}`).run({ ...at, type }));
  }
}

function expectOne({ changes }: Database.RunResult): void {
  if (changes !== 1) throw new Error(`${changes} rows were edited`);
}
