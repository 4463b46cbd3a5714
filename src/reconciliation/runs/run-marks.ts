import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TieoutError } from '../../kernel/errors';
import { type Instant } from '../../kernel/runtime';
import { type RunRequest } from './run-matching.command';

/** A run that was begun, as its mark says. */
export interface RunMark extends RunRequest {
  readonly id: string;
  readonly startedAt: Instant;
}

const FILE = /^[0-9a-f-]{1,64}\.json$/;
/** Marks of interrupted runs that are kept; of more, those of the lowest ids go. */
const KEPT_MAX = 32;

/**
 * A small file for each run in work. A run records nothing before its end, so that a process that is killed leaves no half
 * result; what it leaves is the mark, and the next start says by it that the run was interrupted.
 */
export class RunMarks {
  constructor(private readonly folder: string) {}

  /** @throws TieoutError `storage-full` */
  begin(mark: RunMark): void {
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      writeFileSync(this.pathOf(mark.id), JSON.stringify(mark), { mode: 0o600 });
    } catch (error) {
      throw new TieoutError(
        'storage-full',
        'The disk takes nothing more; the run was not begun.',
        {},
        { cause: error },
      );
    }
  }

  end(id: string): void {
    rmSync(this.pathOf(id), { force: true });
  }

  /** Marks of an earlier process. Call it once, before the first run. A mark that was cut short names no run and goes. */
  interrupted(): RunMark[] {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const names = readdirSync(this.folder).filter((name) => FILE.test(name));
    const surplus = names.sort().splice(0, Math.max(0, names.length - KEPT_MAX));
    for (const name of surplus) rmSync(join(this.folder, name), { force: true });
    return names.flatMap((name) => {
      const mark = markOf(readFileSync(join(this.folder, name), 'utf8'));
      if (mark !== undefined) return [mark];
      rmSync(join(this.folder, name), { force: true });
      return [];
    });
  }

  private pathOf(id: string): string {
    return join(this.folder, `${id}.json`);
  }
}

function markOf(text: string): RunMark | undefined {
  try {
    const mark = JSON.parse(text) as Partial<RunMark> | null;
    return typeof mark?.id === 'string' ? (mark as RunMark) : undefined;
  } catch {
    return undefined;
  }
}
