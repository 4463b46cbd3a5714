import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { storeUnavailable } from '../../kernel/errors';
import { isBusy } from './failures';

/** Held by the one process that may write the ledger. */
export interface WriterLock {
  release(): void;
}

/**
 * Takes the writer's lock of a ledger folder: a tiny database on which `BEGIN EXCLUSIVE` is held. The operating system
 * frees it on any death of the process, so it is never stale. `writer.txt` beside it is for people.
 *
 * Nothing in this process may open and close `writer.lock` by other means: POSIX drops all of a process's locks on a file
 * when it closes any handle of it.
 *
 * @throws TieoutError `store-unavailable`, reason `locked`; the driver's or system's error when the disk fails
 */
export function takeWriterLock(folder: string): WriterLock {
  const db = new Database(join(folder, 'writer.lock'), { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
    writeFileSync(join(folder, 'writer.txt'), `host ${hostname()}\npid ${process.pid}\n`);
  } catch (error) {
    db.close();
    if (!isBusy(error)) throw error;
    throw storeUnavailable('locked', `Another process writes this ledger: ${folder}.`, error);
  }
  return { release: () => db.close() };
}
