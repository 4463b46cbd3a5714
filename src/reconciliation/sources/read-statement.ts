import { readBai2 } from './bai2/bai2-reader';
import { type CsvMapping } from './csv/csv-mapping';
import { readCsvStatement } from './csv/csv-reader';
import { type CamtMessage, readCamt } from './camt/camt-reader';
import { detectFormat } from './detect-format';
import { adsMapping } from './ledger/ads';
import { readLedgerCsv } from './ledger/ledger-rows';
import { readOfx } from './ofx/ofx-reader';
import { fileRefused } from './refused-file';
import { readSaft } from './saft/saft-reader';
import { type StatementFormat, type StatementSource } from './source.policy';
import { readSwift, type SwiftFormat } from './swift/swift-reader';
import { type StatementItem, type StatementItems } from './statement';

/** Bytes that a format is recognised by; what stands before the first sign of one is never this long. */
const HEAD_BYTES = 16 * 1024;

/**
 * Reads a file of any format that the source takes. The content decides which it is, never its name; only CSV has no sign
 * of its own and needs a mapping.
 *
 * @throws TieoutError `contract-violation` with a `reason` of `FileRefusal`
 */
export async function* readStatement(
  bytes: AsyncIterable<Uint8Array>,
  source: StatementSource,
  mapping?: CsvMapping,
): StatementItems {
  const items = mapping === undefined ? await recognised(bytes, source) : mapped(bytes, mapping);
  for (;;) {
    const next = await items.next();
    if (next.done === true) return next.value;
    yield source.lines === 'booked' ? next.value : next.value.map((item) => asOf(item, source));
  }
}

const mapped = (bytes: AsyncIterable<Uint8Array>, mapping: CsvMapping): StatementItems =>
  mapping.kind === 'ledger'
    ? readLedgerCsv(bytes, mapping, 'gl-csv')
    : readCsvStatement(bytes, mapping);

async function recognised(
  all: AsyncIterable<Uint8Array>,
  { formats, name }: StatementSource,
): Promise<StatementItems> {
  const { head, bytes } = await peek(all);
  const ads = formats.includes('ads') ? adsMapping(head.toString('latin1')) : undefined;
  if (ads !== undefined) return readLedgerCsv(bytes, ads, 'ads');
  const detected = detectFormat(head);
  if (detected === 'saf-t' && formats.includes('saf-t')) return readSaft(bytes);
  if (detected === 'xml' && formats.some(isCamt))
    return readCamt(bytes, { accepts: formats.filter(isCamt) });
  if (detected === 'bai2' && formats.includes('bai2')) return readBai2(bytes);
  if (detected === 'ofx' && formats.includes('ofx')) return readOfx(bytes);
  if (detected === 'swift' && formats.some(isSwift))
    return readSwift(bytes, formats.filter(isSwift));
  throw fileRefused(
    'format-unknown',
    `The file is none of ${formats.join(', ')} (${name}). Compressed files must be unpacked first.`,
  );
}

const isCamt = (format: StatementFormat): format is CamtMessage => format.startsWith('camt.');
const isSwift = (format: StatementFormat): format is SwiftFormat => format.startsWith('mt');

/** A report never makes a line that is matched: the statement of record brings it. */
const asOf = (item: StatementItem, { lines }: StatementSource): StatementItem =>
  item.kind === 'line' && item.status === 'booked' ? { ...item, status: lines } : item;

async function peek(
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ head: Buffer; bytes: AsyncIterable<Uint8Array> }> {
  const iterator = bytes[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  let done = false;
  while (!done && head.length < HEAD_BYTES) {
    const next = await iterator.next();
    if (next.done === true) done = true;
    else head = Buffer.concat([head, next.value]);
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    yield head;
    if (!done) for await (const piece of { [Symbol.asyncIterator]: () => iterator }) yield piece;
  }
  return { head, bytes: all() };
}
