import { minorDigits } from '../../../kernel/money';
import { readAmount } from '../amounts';
import { clip } from '../clip';
import { failed, moneyText, notStated } from '../control';
import { KeyCheck } from '../csv/csv-reader';
import { JournalTotals } from '../ledger/journal-totals';
import { fileRefused, type TextPlace } from '../refused-file';
import { quoted, rejectedRow, RowRefused } from '../row-refused';
import { type Control, type StatementItem } from '../statement';
import { Warnings } from '../warnings';
import { readSaftLine, type SaftFields } from './saft-line';

const ACCOUNTS_MAX = 1_000_000;
const FAULTS_NAMED_MAX = 10;

interface AccountBalance {
  readonly opening: bigint;
  readonly closing: bigint;
  moved: bigint;
}

/** Where the reader is in an audit file, and what it has found since it was last asked. */
export class SaftContext {
  readonly header: SaftFields = new Map();
  readonly entries: SaftFields = new Map();
  readonly totals = new JournalTotals();
  account: SaftFields = new Map();
  journal: SaftFields = new Map();
  transaction: SaftFields = new Map();
  line: SaftFields = new Map();
  linePlace: TextPlace = { line: 1, column: 1 };
  transactions = 0;
  readonly #warnings = new Warnings();
  readonly #accounts = new Map<string, AccountBalance>();
  readonly #unlisted = new Set<string>();
  readonly #keys = new KeyCheck();
  #found: StatementItem[] = [];

  get currency(): string {
    return this.header.get('DefaultCurrencyCode') ?? this.header.get('CurrencyCode') ?? '';
  }

  take(): readonly StatementItem[] {
    const found = this.#found;
    if (found.length > 0) this.#found = [];
    return found;
  }

  /** Only accounts that are posted to must tie out; a heading's balance is the sum of others. */
  closeAccount(): void {
    const { account: fields } = this;
    const id = fields.get('AccountID') ?? '';
    const category = fields.get('GroupingCategory');
    const opening = this.#balance(fields, 'Opening');
    const closing = this.#balance(fields, 'Closing');
    this.account = new Map();
    if (id === '' || (category !== undefined && category !== 'GM')) return;
    if (opening === undefined || closing === undefined) return;
    if (this.#accounts.size >= ACCOUNTS_MAX)
      throw fileRefused('too-many-statements', `The file has over ${ACCOUNTS_MAX} accounts.`);
    this.#accounts.set(id, { opening, closing, moved: 0n });
  }

  closeLine(): void {
    const { totals, line: fields } = this;
    this.line = new Map();
    totals.entries += 1;
    const at = { statement: 0, entry: totals.entries, place: this.linePlace };
    try {
      const { line, journal, key } = readSaftLine(
        { line: fields, transaction: this.transaction, journal: this.journal },
        this.currency,
        at,
      );
      if (key !== undefined) this.#keys.check(key, [...fields].flat());
      totals.add(line, journal);
      this.#move(line.account, line.amountMinor);
      this.#found.push(line);
    } catch (error) {
      if (!(error instanceof RowRefused)) throw error;
      totals.rejected += 1;
      const raw = [...fields].slice(0, 30).map(([name, text]) => [name, quoted(text)] as const);
      this.#found.push(rejectedRow(error, at, Object.fromEntries(raw)));
    }
  }

  closeFile(): void {
    const { header } = this;
    this.#found.push(
      this.totals.summary(
        {
          message: 'saf-t',
          id: clip(
            header.get('RegistrationNumber') ?? header.get('TaxRegistrationNumber') ?? '',
            70,
          ),
          stated: this.#stated(),
          warnings: this.#warnings,
        },
        this.#declaredControl(),
        this.#accountsControl(),
      ),
    );
  }

  #move(account: string, amountMinor: bigint): void {
    const balance = this.#accounts.get(account);
    if (balance !== undefined) balance.moved += amountMinor;
    else if (this.#unlisted.size < ACCOUNTS_MAX) this.#unlisted.add(account);
  }

  /** Credit is positive. `undefined` when neither side is stated or readable. */
  #balance(fields: SaftFields, when: 'Opening' | 'Closing'): bigint | undefined {
    const debit = fields.get(`${when}DebitBalance`);
    const credit = fields.get(`${when}CreditBalance`);
    if (debit === undefined && credit === undefined) return undefined;
    const minor = (text: string | undefined) => {
      if (text === undefined) return 0n;
      const read = readAmount(text.replace(/^-/, ''), this.currency);
      if ('refusal' in read) return undefined;
      return text.startsWith('-') ? -read.minor : read.minor;
    };
    const [out, into] = [minor(debit), minor(credit)];
    if (out !== undefined && into !== undefined) return into - out;
    const id = fields.get('AccountID') ?? '';
    this.#warnings.add(`A balance of the account ${quoted(id)} cannot be read.`);
    return undefined;
  }

  #stated() {
    const of = (name: string) => this.entries.get(name);
    const [entries, debit, credit] = [of('NumberOfEntries'), of('TotalDebit'), of('TotalCredit')];
    return {
      ...(entries === undefined ? {} : { entries: quoted(entries) }),
      ...(debit === undefined ? {} : { debit: quoted(debit) }),
      ...(credit === undefined ? {} : { credit: quoted(credit) }),
    };
  }

  /** Countries count transactions or lines as entries; either number is taken for the declared one. */
  #declaredControl(): Control {
    const { entries, debit, credit } = this.#stated();
    if (entries === undefined && debit === undefined && credit === undefined)
      return notStated('The file declares no totals.');
    const { currency } = this;
    const sums = this.totals.movements.get(currency) ?? { creditMinor: 0n, debitMinor: 0n };
    const counts = [this.transactions, this.totals.entries];
    const faults = [
      ...(entries === undefined || counts.some((count) => entries === String(count))
        ? []
        : [`${entries} entries declared, ${counts[0]} transactions with ${counts[1]} lines found`]),
      ...this.#sumFault('debit', debit, sums.debitMinor),
      ...this.#sumFault('credit', credit, sums.creditMinor),
    ];
    if (this.totals.rejected > 0) faults.push(`${this.totals.rejected} lines were rejected`);
    return faults.length > 0 ? failed(faults.join('; ')) : { verdict: 'passed' };
  }

  #sumFault(what: string, declared: string | undefined, found: bigint): string[] {
    if (declared === undefined) return [];
    const { currency } = this;
    const read = readAmount(declared, currency);
    if ('refusal' in read) return [`the total ${what} "${declared}" cannot be read`];
    if (read.minor === found) return [];
    return [
      `${what} declared ${moneyText(read.minor, currency)}, found ${moneyText(found, currency)}`,
    ];
  }

  /** Opening + lines = closing for every account that states both. */
  #accountsControl(): Control {
    if (this.#accounts.size === 0) return notStated('The file states no balances of accounts.');
    const off = [...this.#accounts].filter(([, b]) => b.opening + b.moved !== b.closing);
    const named = off.slice(0, FAULTS_NAMED_MAX).map(([id, { opening, moved, closing }]) => {
      const gap = moneyText(closing - opening - moved, this.currency);
      return `${quoted(id)} by ${gap}`;
    });
    const faults = [
      ...(off.length === 0
        ? []
        : [
            `${off.length} of ${this.#accounts.size} accounts are off their closing balance: ${named.join(', ')}`,
          ]),
      ...(this.#unlisted.size === 0
        ? []
        : [
            `${this.#unlisted.size} accounts with lines state no balances, the first is ${[...this.#unlisted][0]}`,
          ]),
    ];
    return faults.length > 0 ? failed(faults.join('; ')) : { verdict: 'passed' };
  }

  /** @throws TieoutError when nothing of the file can be a ledger */
  checkWhole(): void {
    if (this.totals.entries === 0)
      throw fileRefused('no-statement', 'The file holds no general ledger entries.');
    if (this.currency !== '' && minorDigits(this.currency) === undefined)
      this.#warnings.add(`The currency of the file, ${quoted(this.currency)}, is not in ISO 4217.`);
  }
}
