import Database from 'better-sqlite3';
import { createHash } from 'node:crypto';
import { inputOf, type Shape } from './append-input';
import { type Contender } from './rounds';

const SCHEMA = `
  CREATE TABLE stream (no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE event (
    position INTEGER PRIMARY KEY, stream_no INTEGER NOT NULL, revision INTEGER NOT NULL,
    id BLOB NOT NULL UNIQUE, type TEXT NOT NULL, store_id BLOB NOT NULL, entry BLOB NOT NULL,
    leaf BLOB NOT NULL, tree_size INTEGER NOT NULL, UNIQUE (stream_no, revision)) STRICT`;
/** 64 MiB of WAL, where the ledger checkpoints too. */
const PRAGMAS = ['journal_mode = WAL', 'synchronous = FULL', 'wal_autocheckpoint = 16384'];

type Statement = Database.Statement<unknown[]>;

interface Row {
  readonly stream: number;
  readonly revision: number;
  readonly id: Buffer;
  readonly type: string;
  readonly storeId: Buffer;
  readonly entry: Uint8Array;
}

/** The limit: the driver itself, one prepared insert, one transaction a commit. */
export class RawTable implements Contender {
  readonly name = 'raw';
  private readonly db: Database.Database;
  private readonly statements: Readonly<Record<'insert' | 'add' | 'begin' | 'commit', Statement>>;
  private readonly leaf = createHash('sha256').digest();
  private commits: Row[][] = [];
  private position = 0;
  private streams = 0;

  constructor(
    path: string,
    private readonly shape: Shape,
  ) {
    this.db = new Database(path);
    for (const pragma of PRAGMAS) this.db.pragma(pragma);
    this.db.exec(SCHEMA);
    this.statements = {
      insert: this.db.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)'),
      add: this.db.prepare('INSERT INTO stream VALUES (?, ?)'),
      begin: this.db.prepare('BEGIN IMMEDIATE'),
      commit: this.db.prepare('COMMIT'),
    };
  }

  close(): void {
    this.db.close();
  }

  prepare(): void {
    const appends = inputOf(this.shape).map((events) => {
      this.streams += 1;
      return events.map(({ id, storeId, type, entry }, revision) => ({
        stream: this.streams,
        revision,
        id: bytesOf(id),
        type,
        storeId: bytesOf(storeId),
        entry,
      }));
    });
    this.commits = [];
    for (let at = 0; at < appends.length; at += this.shape.callers) {
      this.commits.push(appends.slice(at, at + this.shape.callers).flat());
    }
  }

  async round(): Promise<number> {
    const { insert, add, begin, commit } = this.statements;
    const first = this.position;
    for (const rows of this.commits) {
      begin.run();
      for (const { stream, revision, id, type, storeId, entry } of rows) {
        if (revision === 0) add.run(stream, `invoice-E_DE.INV-${stream}`);
        this.position += 1;
        const at = this.position;
        insert.run(at, stream, revision, id, type, storeId, entry, this.leaf, at);
      }
      commit.run();
    }
    return this.position - first;
  }
}

const bytesOf = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex');
