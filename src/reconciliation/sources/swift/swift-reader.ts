import { minorDigits } from '../../../kernel/money';
import { clip } from '../clip';
import { fileRefused } from '../refused-file';
import { rejectedRow, RowRefused } from '../row-refused';
import { type StatementFile, type StatementItem, type StatementItems } from '../statement';
import { type LineParser, readLines } from '../text-lines';
import { type EntryDraft, readSwiftEntry } from './swift-entry';
import { SwiftMessage } from './swift-message';

export type SwiftFormat = 'mt940' | 'mt942';

const SWIFT_PARSER = { name: 'swift', version: 1 } as const;

/** A field is held until it ends; none of the format is this long. */
const FIELD_CHARACTERS_MAX = 128 * 1024;

/** Fields of the two messages. Text that begins like another field is text: `:26:` may be the minutes of a time. */
const FIELD = /^:(20|21|25P?|28C?|13D?|34F|60[FM]|61|62[FM]|64|65|86|90[CD]|NS):/;

interface Field {
  readonly tag: string;
  readonly line: number;
  readonly lines: string[];
  characters: number;
}

/**
 * Reads a file of MT940 or MT942 messages, in SWIFT blocks or bare, one pass and bounded memory.
 *
 * @throws TieoutError `contract-violation` with a `reason` of `FileRefusal`
 */
export function readSwift(
  bytes: AsyncIterable<Uint8Array>,
  accepts: readonly SwiftFormat[],
): StatementItems {
  return readLines(bytes, new SwiftParser(accepts));
}

class SwiftParser implements LineParser {
  #message: SwiftMessage | undefined;
  #field: Field | undefined;
  #entry: EntryDraft | undefined;
  #header: SwiftFormat | undefined;
  #isInBlock = false;
  #passedOver = 0;
  #statements = 0;
  #format: SwiftFormat | undefined;
  #found: StatementItem[] = [];

  constructor(private readonly accepts: readonly SwiftFormat[]) {}

  line(raw: string, number: number): void {
    // Some banks put a control character before the first field of a message.
    const text = raw.replace(/^[\x00-\x08\x0b-\x1f]+/, '');
    if (text.startsWith('{')) return this.#block(text, number);
    if (text.startsWith('-}')) return this.#endMessage();
    if (text === '-') return this.#dash();
    const tag = FIELD.exec(text)?.[1];
    if (tag !== undefined) return this.#begin(tag, text.slice(tag.length + 2), number);
    if (this.#field !== undefined) return this.#continue(this.#field, text);
    if (text.trim() !== '') this.#passedOver += 1;
  }

  end(): void {
    if (this.#isInBlock)
      throw fileRefused('truncated', 'The file ends before its last message is closed.');
    this.#endMessage();
    if (this.#statements === 0)
      throw fileRefused('no-statement', 'The file holds no message with a balance or an entry.');
  }

  take(): readonly StatementItem[] {
    const found = this.#found;
    if (found.length > 0) this.#found = [];
    return found;
  }

  describe(encoding: string): StatementFile {
    const format = this.#format ?? 'mt940';
    return { format, encoding, statements: this.#statements, parser: SWIFT_PARSER };
  }

  /** `{1:…}{2:O940…}{3:…}{4:` before a message; its first field may stand on the same line. */
  #block(text: string, number: number): void {
    this.#endMessage();
    const type = /\{2:[IO](\d{3})/.exec(text)?.[1];
    if (type !== undefined && type !== '940' && type !== '942')
      throw this.#unsupported(`MT${type}`);
    this.#header = type === undefined ? undefined : type === '940' ? 'mt940' : 'mt942';
    const start = text.indexOf('{4:');
    if (start < 0) return;
    this.#isInBlock = true;
    const rest = text.slice(start + 3);
    if (rest !== '') this.line(rest, number);
  }

  /** A dash ends a bare message, unless fields follow that are not the first of another one. */
  #dash(): void {
    this.#endField();
    this.#endEntry();
    if (this.#message !== undefined) this.#message.isOver = true;
  }

  #begin(tag: string, text: string, line: number): void {
    this.#endField();
    this.#field = { tag, line, lines: [text], characters: text.length };
  }

  #continue(field: Field, text: string): void {
    field.characters += text.length + 1;
    if (field.characters > FIELD_CHARACTERS_MAX) {
      const detail = `The field :${field.tag}: is over ${FIELD_CHARACTERS_MAX} characters.`;
      throw fileRefused('token-too-long', detail, { line: field.line, column: 1 });
    }
    field.lines.push(text);
  }

  #endMessage(): void {
    this.#endField();
    this.#endEntry();
    const message = this.#message;
    this.#message = undefined;
    this.#isInBlock = false;
    this.#header = undefined;
    if (message?.isStatement !== true) return;
    this.#checkAccepted(message);
    this.#found.push(message.summary(this.#statements));
    this.#statements += 1;
  }

  #endField(): void {
    const field = this.#field;
    this.#field = undefined;
    if (field === undefined) return;
    if (field.tag !== '86' && field.tag !== 'NS') this.#endEntry();
    if (field.tag === '20' && this.#message !== undefined) this.#nextMessage();
    this.#take(field, this.#messageOf());
  }

  /** A message without a trailer ends where the next one begins. */
  #nextMessage(): void {
    const isInBlock = this.#isInBlock;
    const header = this.#header;
    this.#endMessage();
    this.#isInBlock = isInBlock;
    this.#header = header;
  }

  #messageOf(): SwiftMessage {
    const open = this.#message;
    if (open?.isOver === true) {
      open.isOver = false;
      open.warnings.add(
        'Fields follow the end of the message without a field 20; they are read as part of it.',
      );
    }
    if (open !== undefined) return open;
    const message = new SwiftMessage();
    message.header = this.#header;
    if (this.#passedOver > 0)
      message.warnings.add(`${this.#passedOver} lines before the message were passed over.`);
    this.#passedOver = 0;
    this.#message = message;
    return message;
  }

  #take({ tag, line, lines }: Field, message: SwiftMessage): void {
    const text = lines.join('\n').trim();
    switch (tag) {
      case '20':
        message.reference = clip(text, 70);
        return;
      case '25':
      case '25P':
        return message.setAccount(clip((lines[0] ?? '').trim(), 70));
      case '28':
      case '28C':
        message.number = clip(text, 70);
        return;
      case '13':
      case '13D':
        message.hasIntradayField = true;
        return;
      case '34F':
        message.hasIntradayField = true;
        message.currency ??= currencyOf(text.slice(0, 3));
        return;
      case '61':
        message.entries += 1;
        this.#entry = { place: { line, column: 1 }, field: text, description: [] };
        return;
      case '86':
      case 'NS':
        // Before the first entry and after the last balance the field is about the statement as a whole.
        this.#entry?.description.push(...lines);
        return;
      case '90C':
      case '90D':
        return message.addDeclared(tag, text);
      case '21':
        return;
      default:
        return message.addBalance(tag, text);
    }
  }

  #endEntry(): void {
    const entry = this.#entry;
    const message = this.#message;
    this.#entry = undefined;
    if (entry === undefined || message === undefined) return;
    this.#checkAccepted(message);
    try {
      const line = readSwiftEntry(entry, message, this.#statements);
      message.addLine(line);
      this.#found.push(line);
    } catch (error) {
      if (!(error instanceof RowRefused)) throw error;
      message.rejected += 1;
      const place = { statement: this.#statements, entry: message.entries, place: entry.place };
      this.#found.push(rejectedRow(error, place, rawOf(entry)));
    }
  }

  #checkAccepted({ type }: SwiftMessage): void {
    if (!this.accepts.includes(type)) throw this.#unsupported(type.toUpperCase());
    this.#format ??= type;
  }

  #unsupported(what: string): Error {
    const wanted = this.accepts.map((format) => format.toUpperCase()).join(', ');
    const takes = wanted === '' ? 'no SWIFT messages' : wanted;
    return fileRefused(
      'message-not-supported',
      `The file is an ${what}; this source takes ${takes}.`,
    );
  }
}

const currencyOf = (code: string) => (minorDigits(code) === undefined ? undefined : code);

function rawOf({ field, description }: EntryDraft): Record<string, string> {
  const text = description.join('\n');
  return { '61': clip(field, 2_000), ...(text === '' ? {} : { '86': clip(text, 2_000) }) };
}
