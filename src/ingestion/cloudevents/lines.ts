const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** One line of a bulk stream. */
export interface Line {
  /** from 1, empty lines counted */
  readonly number: number;
  /** without its line end; `undefined` when it is longer than the limit */
  readonly bytes: Uint8Array | undefined;
  /** length as sent, without the line end */
  readonly length: number;
}

/**
 * Parts a stream of bytes into lines, one list for each chunk that ends any. Lines end with LF or CR LF; an empty line is
 * counted and not given. A line above the limit is not kept: only its length is, so memory stays bounded.
 *
 * @param bytesMax longest line that is given with its bytes
 */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  bytesMax: number,
): AsyncGenerator<Line[]> {
  const parter = new LineParter(bytesMax);
  for await (const chunk of chunks) {
    const lines = parter.push(chunk);
    if (lines.length > 0) yield lines;
  }
  const last = parter.end();
  if (last.length > 0) yield last;
}

class LineParter {
  private number = 0;
  /** parts of the line that has begun and not ended */
  private begun: Uint8Array[] = [];
  private begunLength = 0;

  constructor(private readonly bytesMax: number) {}

  push(chunk: Uint8Array): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      this.finish(chunk.subarray(start, end), lines);
      start = end + 1;
    }
    if (start < chunk.length) this.keep(chunk.subarray(start));
    return lines;
  }

  end(): Line[] {
    const lines: Line[] = [];
    if (this.begunLength > 0) this.finish(new Uint8Array(0), lines);
    return lines;
  }

  private keep(part: Uint8Array): void {
    this.begunLength += part.length;
    // One byte more than the limit may be the CR of the line end.
    if (this.begunLength <= this.bytesMax + 1) this.begun.push(part);
    else this.begun = [];
  }

  private finish(part: Uint8Array, lines: Line[]): void {
    this.number += 1;
    const number = this.number;
    if (this.begunLength === 0) {
      this.give(number, part, lines);
    } else {
      this.keep(part);
      const isWhole = this.begunLength <= this.bytesMax + 1;
      if (isWhole) this.give(number, Buffer.concat(this.begun), lines);
      else lines.push({ number, bytes: undefined, length: this.begunLength });
    }
    this.begun = [];
    this.begunLength = 0;
  }

  private give(number: number, whole: Uint8Array, lines: Line[]): void {
    const bytes = whole[whole.length - 1] === CARRIAGE_RETURN ? whole.subarray(0, -1) : whole;
    const { length } = bytes;
    if (length === 0) return;
    lines.push({ number, bytes: length > this.bytesMax ? undefined : bytes, length });
  }
}
