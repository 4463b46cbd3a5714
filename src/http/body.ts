import { createGunzip } from 'node:zlib';
import { type Readable } from 'node:stream';
import { type FastifyRequest } from 'fastify';
import { TieoutError, tooLarge } from '../kernel/errors';

/** An inflated body may be at most this many times as long as what was sent. */
const INFLATION_MAX = 100;
const INFLATION_FLOOR_BYTES = 64 * 1024;

/**
 * The request's body as a stream of plain bytes; gzip is inflated, with a cap on the ratio.
 *
 * @throws TieoutError `media-type-unknown` for another content encoding
 */
export function bodyStream(request: FastifyRequest): AsyncIterable<Uint8Array> {
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return request.raw;
  if (encoding === 'gzip') return inflate(request.raw);
  throw new TieoutError(
    'media-type-unknown',
    'Send the body plain or with Content-Encoding: gzip.',
  );
}

async function* inflate(raw: Readable): AsyncGenerator<Uint8Array> {
  let sent = 0;
  let inflated = 0;
  const gunzip = createGunzip();
  raw.on('data', (chunk: Buffer) => (sent += chunk.length));
  raw.once('error', (error) => gunzip.destroy(error));
  raw.pipe(gunzip);
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      inflated += chunk.length;
      if (inflated > INFLATION_FLOOR_BYTES && inflated > sent * INFLATION_MAX) {
        throw new TieoutError(
          'too-large',
          `The body inflates to more than ${INFLATION_MAX} times its size.`,
        );
      }
      yield chunk;
    }
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith('Z_')) {
      throw new TieoutError('malformed', 'The body is not valid gzip.');
    }
    throw error;
  }
}

/**
 * The whole body, at most `bytesMax` inflated bytes.
 *
 * @throws TieoutError `too-large`
 */
export async function readBody(request: FastifyRequest, bytesMax: number): Promise<Buffer> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > bytesMax) throw tooLarge('The body', bytesMax, declared, 'bytes');
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bodyStream(request)) {
    size += chunk.length;
    if (size > bytesMax) throw tooLarge('The body', bytesMax, size, 'bytes');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
