import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from './durable-file';
import { NOTE_BYTES_MAX } from './note';

const TOKEN_BYTES_MAX = 64 * 1024;

/** Checkpoints with the words of others on them, each in `<size>/` of the anchor folder, outside the ledger. */
export class AnchorFolder {
  private turn: Promise<unknown> = Promise.resolve();

  constructor(readonly path: string) {}

  /** Sizes that have a checkpoint, ascending. */
  sizes(): number[] {
    let names: string[];
    try {
      names = readdirSync(this.path);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
    const sizes = names.filter((name) => /^[1-9]\d{0,14}$/u.test(name)).map(Number);
    return sizes.sort((a, b) => a - b);
  }

  /** The anchored checkpoint: body, lines of the log, lines of witnesses. It never changes once it is there. */
  checkpoint(size: number): string | undefined {
    return this.read(size, 'checkpoint', NOTE_BYTES_MAX)?.toString('utf8');
  }

  /** Note lines of witnesses that came after the checkpoint was anchored. */
  laterLines(size: number): string {
    return this.read(size, 'cosignatures', NOTE_BYTES_MAX)?.toString('utf8') ?? '';
  }

  /** An RFC 3161 token over the anchored checkpoint. */
  token(size: number): Buffer | undefined {
    return this.read(size, 'checkpoint.tsr', TOKEN_BYTES_MAX);
  }

  /** The anchored checkpoint with all lines there are. */
  note(size: number): string | undefined {
    const note = this.checkpoint(size);
    return note && note + this.laterLines(size);
  }

  /**
   * Keeps a checkpoint; on one that is there already only the lines it does not have are added beside it.
   *
   * @param note the log's own
   * @param lines of witnesses, each with its LF
   */
  keep(size: number, note: string, lines: readonly string[]): Promise<void> {
    // One after the other: a timestamp and a cosignature that come together must not both make the file.
    const done = this.turn.then(() => this.write(size, note, lines));
    this.turn = done.catch(() => undefined);
    return done;
  }

  private async write(size: number, note: string, lines: readonly string[]): Promise<void> {
    const kept = this.note(size);
    if (kept === undefined) {
      await replaceFile(this.file(size, 'checkpoint'), note + lines.join(''));
      return;
    }
    // A witness signs with its time, so each of its lines is new: one of each is enough.
    const has = new Set(kept.split('\n').map(nameOf));
    const more = lines.filter((line) => !has.has(nameOf(line)));
    if (more.length === 0) return;
    await replaceFile(this.file(size, 'cosignatures'), this.laterLines(size) + more.join(''));
  }

  keepToken(size: number, token: Uint8Array): Promise<void> {
    return replaceFile(this.file(size, 'checkpoint.tsr'), token);
  }

  /** What somebody said that must not be lost. @param name without folders */
  keepEvidence(name: string, text: string): Promise<void> {
    return replaceFile(join(this.path, 'evidence', name.replace(/[^\w.-]/gu, '_')), text);
  }

  private file(size: number, name: string): string {
    return join(this.path, String(size), name);
  }

  private read(size: number, name: string, bytesMax: number): Buffer | undefined {
    try {
      const bytes = readFileSync(this.file(size, name));
      return bytes.length > bytesMax ? undefined : bytes;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }
}

/** Key name and key id of a note line. */
const nameOf = (line: string): string => {
  const [, name = '', encoded = ''] = line.trimEnd().split(' ');
  return `${name} ${Buffer.from(encoded, 'base64').subarray(0, 4).toString('hex')}`;
};

const isMissing = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes(String((error as NodeJS.ErrnoException).code));
