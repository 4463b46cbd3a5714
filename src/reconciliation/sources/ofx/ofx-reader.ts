import { PlainDecoder } from '../plain-encoding';
import { fileRefused, type TextPlace } from '../refused-file';
import { rejectedRow, RowRefused } from '../row-refused';
import { type StatementFile, type StatementItem, type StatementItems } from '../statement';
import { readText, type TextParser } from '../text-lines';
import { type OfxFields, OfxStatement, type OfxTransaction } from './ofx-statement';
import { type OfxHandler, OfxTokens } from './ofx-tokens';

const OFX_PARSER = { name: 'ofx', version: 1 } as const;

/** Fields of one transaction; the format has some thirty. */
const FIELDS_MAX = 200;

/**
 * Elements that hold others. In SGML only their names tell them from values: a value has no end tag, and one that is empty
 * looks like an element around what follows it.
 */
const AGGREGATES: ReadonlySet<string> = new Set([
  'STMTTRNRS',
  'CCSTMTTRNRS',
  'STMTRS',
  'CCSTMTRS',
  'INVSTMTRS',
  'STATUS',
  'BANKACCTFROM',
  'CCACCTFROM',
  'BANKACCTTO',
  'CCACCTTO',
  'BANKTRANLIST',
  'BANKTRANLISTP',
  'STMTTRN',
  'STMTTRNP',
  'PAYEE',
  'CURRENCY',
  'ORIGCURRENCY',
  'LEDGERBAL',
  'AVAILBAL',
  'BALLIST',
  'BAL',
  'IMAGEDATA',
]);

/**
 * Reads the bank and card statements of an OFX file of version 1 or 2, in one pass and bounded memory.
 *
 * @throws TieoutError `contract-violation` with a `reason` of `FileRefusal`
 */
export const readOfx = (bytes: AsyncIterable<Uint8Array>): StatementItems =>
  readText(bytes, new OfxParser(), new PlainDecoder('windows-1252'));

class OfxParser implements TextParser, OfxHandler {
  readonly #tokens = new OfxTokens(this);
  /** open aggregates, the outermost first */
  readonly #open: string[] = [];
  #leaf: string | undefined;
  #statement: OfxStatement | undefined;
  #transaction: OfxTransaction | undefined;
  #balance: OfxFields | undefined;
  #transactionId = '';
  #statusCode = '';
  /** the last answer of the bank that is not good */
  #failure = '';
  #statements = 0;
  #investments = 0;
  #version = '';
  #head: string | undefined = '';
  #found: StatementItem[] = [];

  write(text: string): void {
    if (this.#head !== undefined) this.#readHead(text);
    this.#tokens.write(text);
  }

  end(): void {
    this.#tokens.end();
    const open = this.#open.find((name) => name.endsWith('STMTRS'));
    if (open !== undefined)
      throw fileRefused('truncated', `The file ends before its last ${open} is closed.`);
    if (this.#statements > 0) return;
    if (this.#investments > 0)
      throw fileRefused('message-not-supported', 'The file holds investment statements only.');
    const answer = this.#failure === '' ? '' : ` The bank answered ${this.#failure}.`;
    throw fileRefused('no-statement', `The file holds no bank or card statement.${answer}`);
  }

  take(): readonly StatementItem[] {
    const found = this.#found;
    if (found.length > 0) this.#found = [];
    return found;
  }

  describe(encoding: string): StatementFile {
    const format = this.#version === '' ? 'ofx' : `ofx.${this.#version}`;
    return { format, encoding, statements: this.#statements, parser: OFX_PARSER };
  }

  open(name: string, place: TextPlace): void {
    this.#leaf = undefined;
    if (!AGGREGATES.has(name)) {
      this.#leaf = name;
      return;
    }
    // A list of transactions that was never closed must not fill the memory.
    if (this.#open.length >= 64)
      throw fileRefused('too-deep', 'Elements are nested deeper than 64.', place);
    this.#open.push(name);
    this.#enter(name, place);
  }

  close(name: string): void {
    this.#leaf = undefined;
    const at = this.#open.lastIndexOf(name);
    if (at < 0) return;
    for (const closed of this.#open.splice(at).reverse()) this.#leave(closed);
  }

  text(value: string): void {
    const leaf = this.#leaf;
    if (leaf === undefined) return;
    const inner = this.#open.at(-1) ?? '';
    if (inner === 'STATUS') return this.#status(leaf, value);
    if (leaf === 'TRNUID') this.#transactionId = value;
    if (this.#balance !== undefined) return put(this.#balance, leaf, value);
    const { fields } = this.#transaction ?? this.#statement ?? {};
    if (fields === undefined) return;
    const isNested = !/^(?:STMTTRNP?|(?:CC)?STMTRS)$/.test(inner);
    put(fields, isNested ? `${inner}/${leaf}` : leaf, value);
  }

  #enter(name: string, place: TextPlace): void {
    switch (name) {
      case 'STMTRS':
      case 'CCSTMTRS':
        this.#statement = new OfxStatement(this.#statements, name, this.#transactionId);
        return;
      case 'STMTTRN':
      case 'STMTTRNP':
        if (this.#statement === undefined) return;
        this.#transaction = { place, isPending: name === 'STMTTRNP', fields: new Map() };
        return;
      case 'LEDGERBAL':
      case 'AVAILBAL':
        this.#balance = new Map();
        return;
      case 'INVSTMTRS':
        return this.#refuseInvestment(place);
      default:
    }
  }

  #leave(name: string): void {
    const statement = this.#statement;
    switch (name) {
      case 'STMTTRN':
      case 'STMTTRNP':
        if (this.#transaction !== undefined && statement !== undefined)
          this.#found.push(statement.addTransaction(this.#transaction));
        this.#transaction = undefined;
        return;
      case 'LEDGERBAL':
      case 'AVAILBAL':
        if (this.#balance !== undefined) statement?.addBalance(name, this.#balance);
        this.#balance = undefined;
        return;
      case 'STMTRS':
      case 'CCSTMTRS':
        if (statement === undefined) return;
        this.#found.push(statement.summary());
        this.#statements += 1;
        this.#statement = undefined;
        return;
      default:
    }
  }

  #refuseInvestment(place: TextPlace): void {
    this.#investments += 1;
    const refusal = new RowRefused('not-supported', 'Investment statements are not read.');
    this.#found.push(rejectedRow(refusal, { statement: this.#statements, entry: 0, place }, {}));
  }

  #status(leaf: string, value: string): void {
    if (leaf === 'CODE') this.#statusCode = value.slice(0, 10);
    if (leaf === 'CODE' && value !== '0') this.#failure = this.#statusCode;
    if (leaf === 'MESSAGE' && this.#failure === this.#statusCode && this.#failure !== '')
      this.#failure = `${this.#statusCode}: ${value.slice(0, 100)}`;
  }

  /** The version stands in the header, as `VERSION:102` or `VERSION="200"`. */
  #readHead(text: string): void {
    this.#head = `${this.#head ?? ''}${text}`.slice(0, 2_048);
    const body = this.#head.search(/<OFX\s*>/i);
    if (body < 0 && this.#head.length < 2_048) return;
    const header = body < 0 ? this.#head : this.#head.slice(0, body);
    this.#version =
      /(?<![A-Z])VERSION\s*[:=]\s*"?(\d{3})(?!\d)/i.exec(
        header.replace(/<\?xml[^>]*>/i, ''),
      )?.[1] ?? '';
    this.#head = undefined;
  }
}

/** The first of two values stays: an element that stands twice is another one's that the reader does not know. */
function put(fields: OfxFields, name: string, value: string): void {
  if (fields.size < FIELDS_MAX && !fields.has(name)) fields.set(name, value);
}
