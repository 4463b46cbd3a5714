import { addMovement, failed, type Movements, moneyText, NOTHING, notStated } from '../control';
import { type Control, type StatementLine, type StatementSummary } from '../statement';
import { type Warnings } from '../warnings';

/** Journals that a sentence names. */
const NAMED_MAX = 10;

/** The sums of a ledger file: by currency, and by journal, in which debits must equal credits. */
export class JournalTotals {
  entries = 0;
  rejected = 0;
  #lines = 0;
  #from = '';
  #to = '';
  readonly #journals = new Set<string>();
  /** what journals are off by, by currency; one that balances is not in it */
  readonly #open = new Map<string, Map<string, bigint>>();
  readonly #movements: Movements = new Map();

  get movements(): ReadonlyMap<
    string,
    { readonly creditMinor: bigint; readonly debitMinor: bigint }
  > {
    return this.#movements;
  }

  add({ currency, amountMinor, bookDate }: StatementLine, journal: string): void {
    this.#lines += 1;
    addMovement(this.#movements, currency, amountMinor);
    if (this.#from === '' || bookDate < this.#from) this.#from = bookDate;
    if (bookDate > this.#to) this.#to = bookDate;
    this.#journals.add(journal);
    const sums = this.#open.get(journal) ?? new Map<string, bigint>();
    const sum = (sums.get(currency) ?? 0n) + amountMinor;
    if (sum === 0n) sums.delete(currency);
    else sums.set(currency, sum);
    if (sums.size === 0) this.#open.delete(journal);
    else this.#open.set(journal, sums);
  }

  summary(
    file: Pick<StatementSummary, 'message' | 'id' | 'stated'> & { readonly warnings: Warnings },
    declared: Control = notStated('The file declares no totals.'),
    accounts: Control = notStated('The file states no balances of accounts.'),
  ): StatementSummary {
    const [currency] = this.#movements.keys();
    const { message, id, stated, warnings } = file;
    return {
      kind: 'statement',
      statement: 0,
      message,
      id,
      account: '',
      ...(currency === undefined ? {} : { currency }),
      ...(this.#from === '' ? {} : { from: this.#from, to: this.#to }),
      balances: [],
      computed: {
        entries: this.entries,
        bookedEntries: this.#lines,
        details: 0,
        lines: this.#lines,
        rejected: this.rejected,
        ...(this.#movements.get(currency ?? '') ?? NOTHING),
      },
      stated,
      controls: { balance: this.#balanceControl(), summary: declared, details: accounts },
      ...warnings.member(),
    };
  }

  /** Debits equal credits in every journal and currency. */
  #balanceControl(): Control {
    const off = [...this.#open].sort(([a], [b]) => (a < b ? -1 : 1));
    if (off.length === 0 && this.rejected === 0) return { verdict: 'passed' };
    if (off.length === 0) return failed(`${this.rejected} rows could not be read.`);
    const named = off.slice(0, NAMED_MAX).map(([journal, sums]) => {
      const by = [...sums].map(([currency, sum]) => moneyText(-sum, currency));
      return `${journal} by ${by.join(' and ')}`;
    });
    const more = off.length > NAMED_MAX ? `, and ${off.length - NAMED_MAX} more` : '';
    return failed(
      `${off.length} of ${this.#journals.size} journals do not balance (debit - credit): ${named.join(', ')}${more}.`,
    );
  }
}
