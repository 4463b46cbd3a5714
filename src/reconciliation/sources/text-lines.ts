import { PlainDecoder } from './plain-encoding';
import { fileRefused } from './refused-file';
import { type StatementFile, type StatementItem, type StatementItems } from './statement';

/** No line of a statement file is this long; a longer one is not a line, and would have to be held in memory. */
export const LINE_CHARACTERS_MAX = 64 * 1024;

/** What is made of the text of a file, piece by piece. */
export interface TextParser {
  write(text: string): void;
  end(): void;
  /** what was completed since the last call */
  take(): readonly StatementItem[];
  /** after `end` */
  describe(encoding: string): StatementFile;
}

/** The same for a file that is read line by line. */
export interface LineParser extends Omit<TextParser, 'write'> {
  /** @param number from 1; the text is without its line end */
  line(text: string, number: number): void;
}

/**
 * Feeds a parser with the text of a file.
 *
 * @throws TieoutError `contract-violation`, reason `encoding-invalid` or what the parser throws
 */
export async function* readText(
  bytes: AsyncIterable<Uint8Array>,
  parser: TextParser,
  decoder = new PlainDecoder(),
): StatementItems {
  for await (const piece of bytes) {
    parser.write(decoder.write(piece));
    const found = parser.take();
    if (found.length > 0) yield found;
  }
  parser.write(decoder.end());
  parser.end();
  const rest = parser.take();
  if (rest.length > 0) yield rest;
  return parser.describe(decoder.encoding);
}

/**
 * Feeds a parser with the lines of a file, whatever ends them (LF, CR LF or CR).
 *
 * @throws TieoutError `contract-violation`, reason `encoding-invalid`, `token-too-long` or what the parser throws
 */
export function readLines(bytes: AsyncIterable<Uint8Array>, parser: LineParser): StatementItems {
  const lines = new LineSplitter((text, number) => parser.line(text, number));
  return readText(bytes, {
    write: (text) => lines.write(text),
    end: () => {
      lines.end();
      parser.end();
    },
    take: () => parser.take(),
    describe: (encoding) => parser.describe(encoding),
  });
}

class LineSplitter {
  #rest = '';
  #number = 0;
  #endedByReturn = false;

  constructor(private readonly onLine: (text: string, number: number) => void) {}

  write(text: string): void {
    const all = this.#rest + text;
    let at = 0;
    for (let i = this.#rest.length; i < all.length; i += 1) {
      const code = all.charCodeAt(i);
      if (code !== 0x0a && code !== 0x0d) {
        this.#endedByReturn = false;
        continue;
      }
      // CR LF is one line end, also when the pieces part it.
      if (code === 0x0a && this.#endedByReturn) at = i + 1;
      else {
        this.#give(all.slice(at, i));
        at = i + 1;
      }
      this.#endedByReturn = code === 0x0d;
    }
    this.#rest = all.slice(at);
    this.#check(this.#rest);
  }

  end(): void {
    if (this.#rest !== '') this.#give(this.#rest);
    this.#rest = '';
  }

  #give(text: string): void {
    this.#check(text);
    this.#number += 1;
    this.onLine(text, this.#number);
  }

  #check(text: string): void {
    if (text.length <= LINE_CHARACTERS_MAX) return;
    throw fileRefused('token-too-long', `A line is over ${LINE_CHARACTERS_MAX} characters.`, {
      line: this.#number + 1,
      column: 1,
    });
  }
}
