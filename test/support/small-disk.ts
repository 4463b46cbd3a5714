import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filesForFaults, type Injection, underFaults } from './strace';

/** A data folder on a disk that runs full after some appends. */
export interface SmallDisk {
  readonly dataDir: string;
  /** put before the service's command */
  readonly under: readonly string[];
  makeRoom(): void;
  remove(): void;
}

const DISK_BYTES = 12 * 1024 * 1024;
const BALLAST_BYTES = 6 * 1024 * 1024;
/** Without a disk of its own the system calls say that it is full: from a time after the start, for so many calls. */
const FULL: readonly Injection[] = [{ call: 'pwrite64', fault: 'ENOSPC', from: 250, to: 253 }];

/**
 * Puts a copy of a data folder on a small disk: a file system in memory where mounting is permitted, and otherwise the
 * same service under strace, whose writes fail as on a full disk. Either way the service meets ENOSPC in all of its files.
 *
 * @param prepared a data folder of a service that was stopped
 */
export function smallDisk(prepared: string): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-small-disk-'));
  const options = ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tieout-small-disk', folder];
  const isMounted = spawnSync('mount', options).status === 0;
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir, { mode: 0o700 });
  cpSync(prepared, dataDir, { recursive: true });
  if (!isMounted) {
    const under = underFaults(filesForFaults(dataDir), FULL, '/dev/null');
    return {
      dataDir,
      under,
      makeRoom: () => {},
      remove: () => rmSync(folder, { recursive: true }),
    };
  }
  const ballast = join(folder, 'ballast');
  writeFileSync(ballast, Buffer.alloc(BALLAST_BYTES));
  return {
    dataDir,
    under: [],
    makeRoom: () => rmSync(ballast),
    remove: () => {
      spawnSync('umount', ['--lazy', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
