import { refused } from '../../src/sealing/findings';
import { chunksOf, type PackFile } from './pack-source';

const LINE_BYTES_MAX = 1024 ** 2;

/**
 * The lines of a file without their LF, one after the other; memory stays at a chunk and a line.
 *
 * @throws TieoutError `proof-invalid` for a line over 1 MiB or a last line without LF
 */
export function* linesOf(file: PackFile): Generator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for (const chunk of chunksOf(file)) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, start)) {
      yield bytes.subarray(start, end);
      start = end + 1;
    }
    rest = bytes.subarray(start);
    if (rest.length > LINE_BYTES_MAX) throw refused('limit-exceeded', 'A line is over 1 MiB.');
  }
  if (rest.length > 0) throw refused('pack-file', 'The last line does not end.');
}
