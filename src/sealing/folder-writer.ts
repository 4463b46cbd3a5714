import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Files that wait to be synced together: the file system has written most of them by then. */
const UNSYNCED_MAX = 1_024;
const TEMPORARY = '.writing';

/** Writes files of an exported log: each appears whole or not at all, and `sync` makes those written so far durable. */
export class FolderWriter {
  private readonly made = new Set<string>();
  private unsynced: string[] = [];

  constructor(readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  write(path: string, bytes: Uint8Array | string): void {
    this.make(dirname(path));
    const temporary = join(this.folder, TEMPORARY);
    const file = openSync(temporary, 'w', 0o644);
    try {
      const content = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
      for (let at = 0; at < content.length;) at += writeSync(file, content, at);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, join(this.folder, path));
    this.unsynced.push(path);
    if (this.unsynced.length >= UNSYNCED_MAX) this.syncFiles();
  }

  remove(path: string): void {
    rmSync(join(this.folder, path), { force: true });
  }

  sync(): void {
    this.syncFiles();
    for (const folder of this.made) sync(join(this.folder, folder), fsyncSync);
    sync(this.folder, fsyncSync);
  }

  private syncFiles(): void {
    for (const path of this.unsynced) sync(join(this.folder, path), fdatasyncSync);
    this.unsynced = [];
  }

  private make(folder: string): void {
    if (this.made.has(folder)) return;
    mkdirSync(join(this.folder, folder), { recursive: true });
    for (let at = folder; at !== '.'; at = dirname(at)) this.made.add(at);
  }
}

function sync(path: string, how: (file: number) => void): void {
  const file = openSync(path, 'r');
  try {
    how(file);
  } finally {
    closeSync(file);
  }
}
