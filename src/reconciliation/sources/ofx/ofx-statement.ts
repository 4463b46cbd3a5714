import { minorDigits } from '../../../kernel/money';
import { clip } from '../clip';
import { addMovement, balanceControl, type Movements, NOTHING, notStated } from '../control';
import { quoted, rejectedRow, RowRefused } from '../row-refused';
import { type TextPlace } from '../refused-file';
import {
  type Balance,
  type RawReference,
  type RejectedRow,
  type StatementLine,
  type StatementSummary,
} from '../statement';
import { Warnings } from '../warnings';
import { readOfxAmount, readOfxDate } from './ofx-values';

/** Fields of one aggregate by their path below it: `TRNAMT`, `CURRENCY/CURSYM`. */
export type OfxFields = Map<string, string>;

export interface OfxTransaction {
  readonly place: TextPlace;
  readonly isPending: boolean;
  readonly fields: OfxFields;
}

/** One `STMTRS` or `CCSTMTRS`, added up while its transactions pass. */
export class OfxStatement {
  readonly fields: OfxFields = new Map();
  readonly #warnings = new Warnings();
  readonly #movements: Movements = new Map();
  /** content of each FITID; the bank promises that it is unique within the account */
  readonly #fitids = new Map<string, string>();
  #entries = 0;
  #lines = 0;
  #booked = 0;
  #rejected = 0;
  #unread = 0;
  #closing: Balance | undefined;
  readonly #balances: Balance[] = [];

  constructor(
    private readonly index: number,
    private readonly message: string,
    private readonly id: string,
  ) {}

  private get currency(): string | undefined {
    const code = this.fields.get('CURDEF') ?? '';
    return minorDigits(code) === undefined ? undefined : code;
  }

  private get account(): string {
    const of = (name: string) => this.fields.get(`${name}/ACCTID`);
    return clip(of('BANKACCTFROM') ?? of('CCACCTFROM') ?? '', 70);
  }

  addTransaction(transaction: OfxTransaction): StatementLine | RejectedRow {
    this.#entries += 1;
    try {
      const line = this.#lineOf(transaction);
      this.#lines += 1;
      if (line.status === 'booked') {
        this.#booked += 1;
        addMovement(this.#movements, line.currency, line.amountMinor);
      }
      return line;
    } catch (error) {
      if (!(error instanceof RowRefused)) throw error;
      this.#rejected += 1;
      const { place, fields } = transaction;
      const raw = [...fields].slice(0, 30).map(([name, text]) => [name, quoted(text)] as const);
      const at = { statement: this.index, entry: this.#entries, place };
      return rejectedRow(error, at, Object.fromEntries(raw));
    }
  }

  /** @param type `LEDGERBAL` or `AVAILBAL` */
  addBalance(type: string, fields: OfxFields): void {
    const text = fields.get('BALAMT') ?? '';
    if (text === '') return;
    const currency = this.currency ?? '';
    const read = readOfxAmount(text, currency);
    if ('refusal' in read) {
      this.#unread += type === 'LEDGERBAL' ? 1 : 0;
      this.#warnings.add(`The balance ${type} "${quoted(text)}" cannot be read.`);
      return;
    }
    const date = readOfxDate(fields.get('DTASOF') ?? '');
    const on = date === undefined ? {} : { date };
    const balance: Balance = { type, amountMinor: read.minor, currency, ...on };
    this.#balances.push(balance);
    if (type === 'LEDGERBAL') this.#closing = balance;
  }

  summary(): StatementSummary {
    const { currency } = this;
    const from = readOfxDate(this.fields.get('BANKTRANLIST/DTSTART') ?? '');
    const to = readOfxDate(this.fields.get('BANKTRANLIST/DTEND') ?? '');
    const closing = this.#closing;
    return {
      kind: 'statement',
      statement: this.index,
      message: this.message,
      id: clip(this.id, 70),
      account: this.account,
      ...(currency === undefined ? {} : { currency }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(closing === undefined ? {} : { closing }),
      balances: this.#balances,
      computed: {
        entries: this.#entries,
        bookedEntries: this.#booked,
        details: 0,
        lines: this.#lines,
        rejected: this.#rejected,
        ...(this.#movements.get(currency ?? '') ?? NOTHING),
      },
      stated: {},
      controls: {
        balance: balanceControl({
          opening: undefined,
          closing,
          unread: this.#unread,
          rejected: this.#rejected,
          movements: this.#movements,
        }),
        summary: notStated('The format declares no totals.'),
        details: notStated('The format has no details of an entry.'),
      },
      ...this.#warnings.member(),
    };
  }

  #lineOf({ place, isPending, fields }: OfxTransaction): StatementLine {
    const { account } = this;
    if (account === '') throw new RowRefused('account-missing', 'The statement names no account.');
    const corrected = fields.get('CORRECTFITID');
    if (corrected !== undefined)
      throw new RowRefused(
        'correction',
        `The row corrects ${quoted(corrected)}; a person must decide.`,
      );
    const currency = fields.get('CURRENCY/CURSYM') ?? this.fields.get('CURDEF') ?? '';
    const amount = fields.get('TRNAMT');
    if (amount === undefined) throw new RowRefused('amount-missing', 'The entry has no amount.');
    const read = readOfxAmount(amount, currency);
    if ('refusal' in read)
      throw new RowRefused(read.refusal, `"${quoted(amount)}" ${quoted(currency)}`);
    const bookDate = dateOf(fields, isPending ? 'DTTRAN' : 'DTPOSTED');
    if (bookDate === undefined) throw new RowRefused('date-missing', 'The entry has no date.');
    const valueDate = dateOf(fields, 'DTAVAIL');
    this.#checkUnique(fields.get('FITID'), [bookDate, amount, currency, textOf(fields) ?? '']);
    const text = textOf(fields);
    return {
      kind: 'line',
      statement: this.index,
      entry: this.#entries,
      part: 0,
      place,
      role: 'entry',
      status: isPending ? 'pending' : 'booked',
      account,
      amountMinor: read.minor,
      currency,
      bookDate,
      ...(valueDate === undefined ? {} : { valueDate }),
      reversal: false,
      references: referencesOf(fields),
      ...(text === undefined ? {} : { text }),
      ...counterpartyOf(fields),
      ...codeOf(fields),
      ...naturalKeyOf(fields),
    };
  }

  #checkUnique(fitid: string | undefined, content: readonly string[]): void {
    if (fitid === undefined) return;
    const told = content.join('\n');
    const before = this.#fitids.get(fitid);
    if (before === undefined) this.#fitids.set(fitid, told);
    else {
      const how = before === told ? 'with the same content' : 'with other content';
      const detail = `FITID ${quoted(fitid)} stands twice in the account, ${how}.`;
      throw new RowRefused('key-conflict', detail);
    }
  }
}

function dateOf(fields: OfxFields, name: string) {
  const text = fields.get(name);
  if (text === undefined) return undefined;
  const date = readOfxDate(text);
  if (date === undefined)
    throw new RowRefused('date-unreadable', `${name} "${quoted(text)}" is no date.`);
  return date;
}

function textOf(fields: OfxFields): string | undefined {
  const parts = ['NAME', 'PAYEE/NAME', 'EXTDNAME', 'MEMO'].flatMap(
    (name) => fields.get(name) ?? [],
  );
  return parts.length === 0 ? undefined : clip(parts.join(' '), 2_000);
}

function referencesOf(fields: OfxFields): readonly RawReference[] {
  const kinds = [
    ['CHECKNUM', 'cheque'],
    ['REFNUM', 'proprietary'],
    ['SRVRTID', 'transaction'],
    ['FITID', 'servicer'],
  ] as const;
  return kinds.flatMap(([name, kind]) => {
    const value = fields.get(name);
    return value === undefined ? [] : [{ kind, value: clip(value, 256) }];
  });
}

function counterpartyOf(fields: OfxFields) {
  const name = fields.get('NAME') ?? fields.get('PAYEE/NAME');
  const account = fields.get('BANKACCTTO/ACCTID') ?? fields.get('CCACCTTO/ACCTID');
  if (name === undefined && account === undefined) return {};
  return {
    counterparty: {
      ...(name === undefined ? {} : { name: clip(name, 256) }),
      ...(account === undefined ? {} : { account: clip(account, 256) }),
    },
  };
}

function codeOf(fields: OfxFields) {
  const code = fields.get('TRNTYPE');
  return code === undefined ? {} : { code: clip(code, 35) };
}

const naturalKeyOf = (fields: OfxFields): Pick<StatementLine, 'naturalKey'> => {
  const fitid = fields.get('FITID');
  return fitid === undefined ? {} : { naturalKey: clip(fitid, 256) };
};
