import { fileRefused } from '../refused-file';
import { type StatementItems } from '../statement';
import { XmlDecoder } from '../xml-encoding';
import { XML_LIMITS, type XmlLimits, XmlReader, type XmlRoot } from '../xml-reader';
import { CamtContext } from './camt-context';
import { DOCUMENT } from './camt-rules';

export type CamtMessage = 'camt.052' | 'camt.053' | 'camt.054';

export interface CamtOptions {
  /** messages that may be in the file; default only `camt.053`, the statement of record */
  readonly accepts?: readonly CamtMessage[];
  readonly limits?: XmlLimits;
  /** an entry is held until it closes: this many characters may pass without one being completed */
  readonly entryCharactersMax?: number;
}

const ENTRY_CHARACTERS_MAX = 128 * 1024 * 1024;

const CAMT_PARSER = { name: 'camt', version: 1 } as const;

const CAMT_NAMESPACE = /^urn:.*:camt\.05[234]\.001\.\d{2}$/;

const ROOT: XmlRoot<CamtContext> = {
  name: 'Document',
  isNamespace: (uri) => CAMT_NAMESPACE.test(uri),
  rule: DOCUMENT,
  wrappersMax: 8,
};

/**
 * Reads a bank statement file of any version of camt.053, in one pass and bounded memory. Lines and rejected rows come
 * as they are completed, a statement's control totals after its lines; each yield holds what one piece of bytes gave.
 *
 * @returns what is known of the file; nothing of it may be used when this throws
 * @throws TieoutError `contract-violation` with a `reason` of `FileRefusal`, line and column
 */
export async function* readCamt(
  bytes: AsyncIterable<Uint8Array>,
  {
    accepts = ['camt.053'],
    limits = XML_LIMITS,
    entryCharactersMax = ENTRY_CHARACTERS_MAX,
  }: CamtOptions = {},
): StatementItems {
  const decoder = new XmlDecoder();
  const context = new CamtContext(new Set(accepts));
  const reader = new XmlReader(ROOT, context, limits);
  let held = 0;
  for await (const piece of bytes) {
    const text = decoder.write(piece);
    reader.write(text);
    const found = context.take();
    held = found.length > 0 ? 0 : held + text.length;
    if (held > entryCharactersMax) throw tooLong(entryCharactersMax, reader);
    if (found.length > 0) yield found;
  }
  reader.write(decoder.end());
  reader.end();
  const rest = context.take();
  if (rest.length > 0) yield rest;
  if (context.message === '') {
    throw fileRefused('no-statement', 'The file holds no statement message.');
  }
  if (context.statements === 0) {
    throw fileRefused('no-statement', `The ${context.message} message holds no statement.`);
  }
  const format =
    /camt\.05[234]\.001\.\d{2}$/.exec(reader.rootNamespace ?? '')?.[0] ?? context.message;
  return {
    format,
    encoding: decoder.encoding,
    statements: context.statements,
    parser: CAMT_PARSER,
  };
}

const tooLong = (max: number, reader: XmlReader<CamtContext>) =>
  fileRefused('entry-too-long', `A single entry is over ${max} characters.`, reader.place());
