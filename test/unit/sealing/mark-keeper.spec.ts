import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Pause } from '../../../src/kernel/runtime';
import { MarkKeeper } from '../../../src/sealing';
import { temporaryFolder } from '../../support/temporary-folder';

const folderOf = temporaryFolder();

/** A pause that ends when the test says so. */
function heldPause(): { pause: Pause; asked: Promise<void>; end: () => void } {
  let end = () => {};
  let ask = () => {};
  const asked = new Promise<void>((resolve) => (ask = resolve));
  const pause: Pause = (_ms, signal) =>
    new Promise((resolve) => {
      end = resolve;
      signal.addEventListener('abort', () => resolve(), { once: true });
      ask();
    });
  return { pause, asked, end: () => end() };
}

const released = (size: number) => ({ size, note: () => `note of ${size}\n` });

describe('the mark outside the ledger', () => {
  it('is written at once, then at most once a pause, and holds the newest at the end', async () => {
    const anchorDir = join(folderOf(), 'anchors');
    const file = join(anchorDir, 'mark');
    const { pause, asked } = heldPause();
    const keeper = new MarkKeeper({ anchorDir, size: 0, pause });
    keeper.note(released(1));
    await asked;
    expect(readFileSync(file, 'utf8')).toBe('note of 1\n');
    for (const size of [2, 3, 4]) keeper.note(released(size));
    expect(readFileSync(file, 'utf8')).toBe('note of 1\n');
    await keeper.close();
    expect(readFileSync(file, 'utf8')).toBe('note of 4\n');
    expect(existsSync(`${file}.new`)).toBe(false);
  });

  it('is never lowered', async () => {
    const anchorDir = folderOf();
    writeFileSync(join(anchorDir, 'mark'), 'note of 9\n');
    const keeper = new MarkKeeper({ anchorDir, size: 9, pause: heldPause().pause });
    keeper.note(released(8));
    await keeper.close();
    expect(readFileSync(join(anchorDir, 'mark'), 'utf8')).toBe('note of 9\n');
  });

  it('says when its volume is away, and is written once that is back', async () => {
    const anchorDir = join(folderOf(), 'anchors');
    writeFileSync(anchorDir, 'no folder');
    const { pause, asked } = heldPause();
    const keeper = new MarkKeeper({ anchorDir, size: 0, pause });
    keeper.note(released(5));
    await asked;
    expect(keeper.failure).toContain('cannot be written');
    rmSync(anchorDir);
    mkdirSync(anchorDir);
    await keeper.close();
    expect(readFileSync(join(anchorDir, 'mark'), 'utf8')).toBe('note of 5\n');
    expect(keeper.failure).toBeUndefined();
  });
});
