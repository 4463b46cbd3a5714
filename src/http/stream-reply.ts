import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';

/** Streams lines of text as they are made; nothing is gathered in memory. */
export function ndjson(lines: Iterable<string> | AsyncIterable<string>): StreamableFile {
  return new StreamableFile(Readable.from(terminated(lines), { objectMode: false }), {
    type: 'application/x-ndjson',
  });
}

async function* terminated(
  lines: Iterable<string> | AsyncIterable<string>,
): AsyncGenerator<Buffer> {
  for await (const line of lines) yield Buffer.from(`${line}\n`, 'utf8');
}
