import { clip } from '../clip';
import { fileRefused } from '../refused-file';
import { rejectedRow, RowRefused } from '../row-refused';
import { type StatementFile, type StatementItem, type StatementItems } from '../statement';
import { type LineParser, readLines } from '../text-lines';
import { readSwiftDate } from '../swift/swift-date';
import { Bai2Account, type Bai2Group, type Trailer } from './bai2-account';
import { readBai2Entry } from './bai2-entry';
import { type Bai2Record, Fields, readWhole } from './bai2-record';

const BAI2_PARSER = { name: 'bai2', version: 1 } as const;
const RECORD_CHARACTERS_MAX = 128 * 1024;

/** Accounts are held until the trailer of the file has been compared. */
const ACCOUNTS_MAX = 100_000;

const GROUP_REFUSALS: Readonly<Record<string, string>> = {
  '2': 'The group deletes what an earlier file told; a person must decide.',
  '3': 'The group corrects what an earlier file told; a person must decide.',
  '4': 'The group is a test.',
};

/** Sums of one level while it is open. */
interface Level {
  /** of the totals that its members declare */
  sum: bigint;
  members: bigint;
  records: bigint;
}

interface OpenGroup {
  readonly group: Bai2Group;
  readonly level: Level;
  readonly accounts: Bai2Account[];
  trailer: Trailer | undefined;
}

/**
 * Reads a BAI2 file in one pass. Lines come as they are read; the accounts with their control totals come at the end,
 * because those of their group and file are compared too.
 *
 * @throws TieoutError `contract-violation` with a `reason` of `FileRefusal`
 */
export const readBai2 = (bytes: AsyncIterable<Uint8Array>): StatementItems =>
  readLines(bytes, new Bai2Parser());

class Bai2Parser implements LineParser {
  #record: Bai2Record | undefined;
  #sender: string | undefined;
  #file: Level = newLevel();
  #fileTrailer: Trailer | undefined;
  readonly #groups: OpenGroup[] = [];
  #group: OpenGroup | undefined;
  #account: Bai2Account | undefined;
  #accounts = 0;
  #statements = 0;
  #found: StatementItem[] = [];

  line(raw: string, number: number): void {
    const text = raw.trim();
    if (text === '') return;
    const type = /^(01|02|03|16|49|88|98|99),/.exec(text)?.[1];
    if (type === undefined)
      throw malformed('The line begins with no record type of the format.', number);
    if (this.#fileTrailer !== undefined)
      throw malformed('A record follows the file trailer.', number);
    // Only the text of 16 and 88 may have slashes in it; elsewhere the slash ends the record, and filling may follow.
    const body = text.slice(3);
    const isText = type === '16' || type === '88';
    const end = isText ? body.length - (body.endsWith('/') ? 1 : 0) : endOf(body);
    const part = body.slice(0, end);
    const next = isText ? '' : body.slice(end + 1).trim();
    if (type === '88') this.#continue(part, number);
    else this.#begin({ type, line: number, parts: [part], characters: part.length });
    if (next !== '') this.line(next, number);
  }

  end(): void {
    this.#endRecord();
    if (this.#sender === undefined || this.#fileTrailer === undefined)
      throw fileRefused('truncated', 'The file ends before its trailer, record 99.');
    this.#groups.forEach(({ accounts, trailer }) => {
      for (const account of accounts) {
        this.#found.push(account.summary(this.#statements, [trailer, this.#fileTrailer]));
        this.#statements += 1;
      }
    });
    if (this.#statements === 0) throw fileRefused('no-statement', 'The file holds no account.');
  }

  take(): readonly StatementItem[] {
    const found = this.#found;
    if (found.length > 0) this.#found = [];
    return found;
  }

  describe(encoding: string): StatementFile {
    return { format: 'bai2', encoding, statements: this.#statements, parser: BAI2_PARSER };
  }

  #begin(record: Bai2Record): void {
    this.#endRecord();
    this.#record = record;
    // A trailer is closed at once: what follows it is counted for the next level.
    if (record.type === '49' || record.type === '98' || record.type === '99') this.#endRecord();
  }

  #continue(part: string, number: number): void {
    const record = this.#record;
    if (record === undefined) throw malformed('A record 88 continues nothing.', number);
    record.characters += part.length;
    if (record.characters > RECORD_CHARACTERS_MAX) {
      const detail = `A record with its continuations is over ${RECORD_CHARACTERS_MAX} characters.`;
      throw fileRefused('token-too-long', detail, { line: number, column: 1 });
    }
    record.parts.push(part);
  }

  #endRecord(): void {
    const record = this.#record;
    this.#record = undefined;
    if (record === undefined) return;
    if (this.#sender === undefined && record.type !== '01')
      throw malformed('The file does not begin with a record 01.', record.line);
    const physical = BigInt(record.parts.length);
    this.#file.records += physical;
    if (this.#group !== undefined) this.#group.level.records += physical;
    if (this.#account !== undefined) this.#account.records += record.parts.length;
    switch (record.type) {
      case '01':
        return this.#openFile(record);
      case '02':
        return this.#openGroup(record);
      case '03':
        return this.#openAccount(record);
      case '16':
        return this.#entry(record);
      case '49':
        return this.#closeAccount(record);
      case '98':
        return this.#closeGroup(record);
      default:
        return this.#closeFile(record);
    }
  }

  #openFile({ line, parts }: Bai2Record): void {
    if (this.#sender !== undefined) throw malformed('A second record 01 in one file.', line);
    const [sender = '', , date = '', , id = ''] = parts.join(',').split(',');
    const version = parts.join(',').split(',')[7]?.trim() ?? '';
    if (version !== '2' && version !== '3') {
      const detail = `The file says version "${version.slice(0, 10)}" of the format; 2 and 3 are read.`;
      throw fileRefused('message-not-supported', detail, { line, column: 1 });
    }
    this.#sender = `${sender} ${date} ${id}`.trim().slice(0, 60);
  }

  #openGroup({ line, parts }: Bai2Record): void {
    const [, , status = '', day = '', , currency = '', modifier = ''] = parts.join(',').split(',');
    const asOf = readSwiftDate(day.trim());
    if (asOf === undefined || asOf.isMoved)
      throw malformed(`The date of the group, "${day.slice(0, 20)}", is no date.`, line);
    this.#account = undefined;
    this.#group = {
      group: {
        id: `${this.#sender ?? ''} ${this.#groups.length + 1}`,
        asOf: asOf.date,
        currency: currency.trim(),
        refusal: GROUP_REFUSALS[status.trim()],
        isSameDay: modifier.trim() === '3' || modifier.trim() === '4',
      },
      level: { ...newLevel(), records: BigInt(parts.length) },
      accounts: [],
      trailer: undefined,
    };
    this.#groups.push(this.#group);
  }

  #openAccount({ line, parts }: Bai2Record): void {
    const open = this.#group;
    if (open === undefined) throw malformed('An account outside a group.', line);
    this.#accounts += 1;
    if (this.#accounts > ACCOUNTS_MAX)
      throw fileRefused('too-many-statements', `The file has over ${ACCOUNTS_MAX} accounts.`);
    this.#account = new Bai2Account(parts, open.group);
    this.#account.records = parts.length;
    open.accounts.push(this.#account);
  }

  #entry(record: Bai2Record): void {
    const account = this.#account;
    const open = this.#group;
    if (account === undefined || open === undefined)
      throw malformed('An entry outside an account.', record.line);
    account.entries += 1;
    const place = {
      statement: this.#accounts - 1,
      entry: account.entries,
      place: { line: record.line, column: 1 },
    };
    try {
      const { line, side } = readBai2Entry(record, { account, group: open.group }, place);
      account.addLine(line, side);
      this.#found.push(line);
    } catch (error) {
      if (!(error instanceof RowRefused)) throw error;
      account.rejected += 1;
      this.#found.push(rejectedRow(error, place, { '16': clip(record.parts.join('\n'), 2_000) }));
    }
  }

  #closeAccount({ line, parts }: Bai2Record): void {
    const account = this.#account;
    const open = this.#group;
    if (account === undefined || open === undefined)
      throw malformed('An account trailer outside an account.', line);
    const declared = declaredOf(parts);
    const computed = [account.sum, BigInt(account.records)];
    account.trailer = { level: 'account', declared, computed };
    open.level.sum += readWhole(declared[0] ?? '') ?? 0n;
    open.level.members += 1n;
    this.#account = undefined;
  }

  #closeGroup({ line, parts }: Bai2Record): void {
    const open = this.#group;
    if (open === undefined) throw malformed('A group trailer outside a group.', line);
    const { level } = open;
    const declared = declaredOf(parts);
    const computed = [level.sum, level.members, level.records];
    open.trailer = { level: 'group', declared, computed };
    this.#file.sum += readWhole(declared[0] ?? '') ?? 0n;
    this.#file.members += 1n;
    this.#group = undefined;
    this.#account = undefined;
  }

  #closeFile({ parts }: Bai2Record): void {
    const { sum, members, records } = this.#file;
    const declared = declaredOf(parts);
    this.#fileTrailer = { level: 'file', declared, computed: [sum, members, records] };
  }
}

const newLevel = (): Level => ({ sum: 0n, members: 0n, records: 0n });

const endOf = (body: string) => {
  const slash = body.indexOf('/');
  return slash < 0 ? body.length : slash;
};

function declaredOf(parts: readonly string[]): readonly string[] {
  const fields = new Fields(parts);
  return [fields.next(), fields.next(), fields.next()];
}

const malformed = (detail: string, line: number) =>
  fileRefused('not-well-formed', detail, { line, column: 1 });
