import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { fileRefused } from './file-refused';

type Bytes = AsyncIterable<Uint8Array>;

/**
 * Text of a file, chunk by chunk: gzip is undone where the file begins like one, and bytes are read as strict UTF-8,
 * since a replacement character would change an id in silence.
 *
 * @param lineOf the line reached, for the error of a file that ends too early
 * @throws TieoutError `contract-violation`, reasons `not-gzip`, `truncated`, `encoding-invalid`, `encoding-unknown`
 */
export async function* fileText(bytes: Bytes, lineOf: () => number): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (chunk: Uint8Array | undefined): string => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw fileRefused('encoding-invalid', 'The file holds bytes that are not UTF-8.', lineOf());
    }
  };
  for await (const chunk of inflated(bytes, lineOf)) {
    const text = decode(chunk);
    if (text !== '') yield text;
  }
  const rest = decode(undefined);
  if (rest !== '') yield rest;
}

/** The first bytes of a file decide what it is; it may come in chunks of any size. */
const HEAD_BYTES = 4;

async function* inflated(bytes: Bytes, lineOf: () => number): AsyncGenerator<Uint8Array> {
  const source = bytes[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < HEAD_BYTES) {
    const next = await source.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  const whole = joined(head, source);
  if (head[0] === 0x1f && head[1] === 0x8b) {
    yield* gunzipped(whole, lineOf);
    return;
  }
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) {
    throw fileRefused('encoding-unknown', 'The file is UTF-16. Send it as UTF-8.');
  }
  yield* whole;
}

async function* joined(
  head: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    if (head.length > 0) yield head;
    for (let next = await rest.next(); next.done !== true; next = await rest.next())
      yield next.value;
  } finally {
    await rest.return?.();
  }
}

async function* gunzipped(bytes: Bytes, lineOf: () => number): AsyncGenerator<Uint8Array> {
  const source = Readable.from(bytes);
  const gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  try {
    for await (const chunk of source.pipe(gunzip)) yield chunk as Buffer;
  } catch (error) {
    if (!isZlibError(error)) throw error;
    throw error.code === 'Z_BUF_ERROR'
      ? fileRefused('truncated', 'The compressed file ends too early.', lineOf())
      : fileRefused('not-gzip', 'The compressed file is damaged.', lineOf());
  } finally {
    source.destroy();
  }
}

/** By its code: errors of the runtime cross realms, where `instanceof` fails. */
function isZlibError(error: unknown): error is { readonly code: string } {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && code.startsWith('Z_');
}
