import {
  addMovement,
  balanceControl,
  failed,
  type Movements,
  moneyText,
  NOTHING,
  notStated,
} from '../control';
import {
  type Balance,
  type Control,
  type StatementLine,
  type StatementSummary,
} from '../statement';

interface Declared {
  readonly what: 'credit' | 'debit' | 'sum';
  readonly currency: string;
  readonly minor: bigint;
}

/** One account of a CSV file: its sums, the balances after its rows, and the totals that the file declares. */
export class CsvAccount {
  entries = 0;
  rejected = 0;
  #lines = 0;
  #first: { readonly line: StatementLine; readonly balance: bigint } | undefined;
  #last: { readonly line: StatementLine; readonly balance: bigint } | undefined;
  #from = '';
  #to = '';
  readonly #movements: Movements = new Map();
  readonly #declared: Declared[] = [];

  constructor(
    readonly index: number,
    private readonly account: string,
    private readonly order: 'ascending' | 'descending',
  ) {}

  addLine(line: StatementLine, balance: bigint | undefined): void {
    this.#lines += 1;
    addMovement(this.#movements, line.currency, line.amountMinor);
    if (this.#from === '' || line.bookDate < this.#from) this.#from = line.bookDate;
    if (line.bookDate > this.#to) this.#to = line.bookDate;
    if (balance === undefined) return;
    this.#first ??= { line, balance };
    this.#last = { line, balance };
  }

  declare(declared: Declared): void {
    if (this.#declared.length < 100) this.#declared.push(declared);
  }

  summary(warnings: { readonly warnings?: readonly string[] }): StatementSummary {
    const [currency] = this.#movements.keys();
    const { opening, closing } = this.#balances();
    return {
      kind: 'statement',
      statement: this.index,
      message: 'csv',
      id: '',
      account: this.account,
      ...(currency === undefined ? {} : { currency }),
      ...(this.#from === '' ? {} : { from: this.#from, to: this.#to }),
      ...(opening === undefined ? {} : { opening }),
      ...(closing === undefined ? {} : { closing }),
      balances: [opening, closing].filter((balance) => balance !== undefined),
      computed: {
        entries: this.entries,
        bookedEntries: this.#lines,
        details: 0,
        lines: this.#lines,
        rejected: this.rejected,
        ...(this.#movements.get(currency ?? '') ?? NOTHING),
      },
      stated: {},
      controls: {
        balance: balanceControl({
          opening,
          closing,
          unread: 0,
          rejected: this.rejected,
          movements: this.#movements,
        }),
        summary: this.#summaryControl(),
        details: notStated('The format has no details of an entry.'),
      },
      ...warnings,
    };
  }

  /** The balance after a row is the opening one of the next; before the first row it is that row's less its amount. */
  #balances(): { readonly opening?: Balance; readonly closing?: Balance } {
    const [oldest, newest] =
      this.order === 'ascending' ? [this.#first, this.#last] : [this.#last, this.#first];
    if (oldest === undefined || newest === undefined) return {};
    const balance = (type: string, { line }: typeof oldest, amountMinor: bigint): Balance => ({
      type,
      amountMinor,
      currency: line.currency,
      date: line.bookDate,
    });
    return {
      opening: balance('opening', oldest, oldest.balance - oldest.line.amountMinor),
      closing: balance('closing', newest, newest.balance),
    };
  }

  #summaryControl(): Control {
    if (this.#declared.length === 0) return notStated('The file declares no totals.');
    const faults = this.#declared.flatMap(({ what, currency, minor }) => {
      const { creditMinor, debitMinor } = this.#movements.get(currency) ?? NOTHING;
      const net = creditMinor - debitMinor;
      const found = what === 'credit' ? creditMinor : what === 'debit' ? debitMinor : net;
      if (found === minor) return [];
      return [
        `${what} declared ${moneyText(minor, currency)}, found ${moneyText(found, currency)}`,
      ];
    });
    if (this.rejected > 0) faults.push(`${this.rejected} rows were rejected`);
    return faults.length > 0 ? failed(faults.join('; ')) : { verdict: 'passed' };
  }
}
