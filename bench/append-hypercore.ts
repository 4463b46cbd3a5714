import { mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { inputOf, type Shape } from './append-input';
import { type Contender } from './rounds';

/** What is used of the package `hypercore`, version 11. */
interface Hypercore {
  ready(): Promise<void>;
  append(blocks: readonly Uint8Array[]): Promise<unknown>;
  close(): Promise<void>;
}

/**
 * A peer: an append-only log with a signed Merkle tree. It syncs some appends and not each (count them with
 * `strace -f -c -e trace=fsync,fdatasync`), so it promises less than the sides beside it. It is measured where it is
 * installed: `npm install --no-save hypercore@11`.
 */
export class HypercoreLog implements Contender {
  readonly name = 'hypercore';
  private commits: (readonly Uint8Array[])[] = [];

  private constructor(
    private readonly core: Hypercore,
    private readonly shape: Shape,
  ) {}

  /** @returns undefined where the package is not installed */
  static async open(folder: string, shape: Shape): Promise<HypercoreLog | undefined> {
    const required = createRequire(join(process.cwd(), 'package.json'));
    let path: string;
    try {
      path = required.resolve('hypercore');
    } catch {
      return undefined;
    }
    const Core = required(path) as new (folder: string) => Hypercore;
    const core = new Core(mkdtempSync(join(folder, 'hypercore-')));
    await core.ready();
    return new HypercoreLog(core, shape);
  }

  prepare(): void {
    this.commits = inputOf(this.shape).map((events) => events.map(({ entry }) => entry));
  }

  async round(): Promise<number> {
    for (const blocks of this.commits) await this.core.append(blocks);
    return this.shape.commits * this.shape.events;
  }

  close(): Promise<void> {
    return this.core.close();
  }
}
