import { readCommaAmount } from './swift-amount';
import { readSwiftDate } from './swift-date';
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
import { Warnings } from '../warnings';

const BALANCE = /^([CD])(\d{6})([A-Z]{3})([\d,]+)$/;
const DECLARED = /^(\d{1,5})([A-Z]{3})([\d,]+)$/;

interface Declared {
  readonly count: string;
  readonly currency: string;
  readonly amount: string;
}

interface Side {
  entries: number;
  sumMinor: bigint;
}

/** One MT940 or MT942 message, added up while its fields pass. */
export class SwiftMessage {
  reference = '';
  account: string | undefined;
  number: string | undefined;
  currency: string | undefined;
  /** by the application header of the message, where it has one */
  header: 'mt940' | 'mt942' | undefined;
  hasIntradayField = false;
  /** its end mark was met */
  isOver = false;
  entries = 0;
  rejected = 0;
  readonly warnings = new Warnings();
  #lines = 0;
  #booked = 0;
  #unread = 0;
  #opening: Balance | undefined;
  #closing: Balance | undefined;
  readonly #balances: Balance[] = [];
  readonly #movements: Movements = new Map();
  readonly #declared = new Map<'90D' | '90C', Declared | undefined>();
  readonly #sides = { '90C': { entries: 0, sumMinor: 0n }, '90D': { entries: 0, sumMinor: 0n } };

  get type(): 'mt940' | 'mt942' {
    if (this.header !== undefined) return this.header;
    return this.hasIntradayField && this.#opening === undefined ? 'mt942' : 'mt940';
  }

  /** A fragment with nothing but names in it is no statement. */
  get isStatement(): boolean {
    const booked = this.#balances.filter(({ type }) => isBooked(type)).length;
    const states = this.entries + booked + this.#unread + this.#declared.size > 0;
    return (
      states || this.hasIntradayField || (this.account !== undefined && this.number !== undefined)
    );
  }

  setAccount(text: string): void {
    if (this.account === undefined) this.account = text;
    else if (this.account !== text)
      this.warnings.add('A second field 25 names another account; the first one is taken.');
  }

  addBalance(tag: string, text: string): void {
    const balance = this.#balanceOf(tag, text.trim());
    if (balance === undefined) {
      this.#unread += isBooked(tag) ? 1 : 0;
      this.warnings.add(`The balance :${tag}:${text.trim().slice(0, 40)} cannot be read.`);
      return;
    }
    if (this.#balances.length < 100) this.#balances.push(balance);
    this.currency ??= balance.currency;
    if (tag.startsWith('60')) this.#opening ??= balance;
    if (tag.startsWith('62')) this.#closing = balance;
  }

  addDeclared(tag: '90D' | '90C', text: string): void {
    const [, count = '', currency = '', amount = ''] = DECLARED.exec(text.trim()) ?? [];
    this.#declared.set(tag, count === '' ? undefined : { count, currency, amount });
  }

  addLine({ amountMinor, currency, status }: StatementLine): void {
    this.#lines += 1;
    const side: Side = this.#sides[amountMinor < 0n ? '90D' : '90C'];
    side.entries += 1;
    side.sumMinor += amountMinor < 0n ? -amountMinor : amountMinor;
    if (status !== 'booked') return;
    this.#booked += 1;
    addMovement(this.#movements, currency, amountMinor);
  }

  summary(statement: number): StatementSummary {
    const opening = this.#opening;
    const closing = this.#closing;
    const sums = this.#movements.get(this.currency ?? '') ?? NOTHING;
    return {
      kind: 'statement',
      statement,
      message: this.type,
      id: this.reference,
      account: this.account ?? '',
      ...(this.currency === undefined ? {} : { currency: this.currency }),
      ...(opening?.date === undefined ? {} : { from: opening.date }),
      ...(closing?.date === undefined ? {} : { to: closing.date }),
      ...(this.number === undefined ? {} : { page: this.number }),
      ...(opening === undefined ? {} : { opening }),
      ...(closing === undefined ? {} : { closing }),
      balances: this.#balances,
      computed: {
        entries: this.entries,
        bookedEntries: this.#booked,
        details: 0,
        lines: this.#lines,
        rejected: this.rejected,
        ...sums,
      },
      stated: this.#stated(),
      controls: {
        balance:
          this.type === 'mt942'
            ? notStated('An MT942 states no balances.')
            : balanceControl({
                opening,
                closing,
                unread: this.#unread,
                rejected: this.rejected,
                movements: this.#movements,
              }),
        summary: this.#summaryControl(),
        details: notStated('The format has no details of an entry.'),
      },
      ...this.warnings.member(),
    };
  }

  #balanceOf(tag: string, text: string): Balance | undefined {
    const [, mark, day = '', currency = '', amount = ''] = BALANCE.exec(text) ?? [];
    const read = readCommaAmount(amount, currency);
    const on = readSwiftDate(day);
    if (mark === undefined || 'refusal' in read || on === undefined) return undefined;
    if (!amount.includes(','))
      this.warnings.add(`The amount of :${tag}: has no comma; read as ${amount},00.`);
    const amountMinor = mark === 'D' ? -read.minor : read.minor;
    return { type: tag, amountMinor, currency, date: on.date };
  }

  #stated() {
    const credit = this.#declared.get('90C');
    const debit = this.#declared.get('90D');
    return {
      ...(credit === undefined ? {} : { creditEntries: credit.count, credit: credit.amount }),
      ...(debit === undefined ? {} : { debitEntries: debit.count, debit: debit.amount }),
    };
  }

  /** Fields 90D and 90C count every entry by the side on which it ends, expected ones too. */
  #summaryControl(): Control {
    if (this.#declared.size === 0) return notStated('The message declares no totals.');
    const faults = [...this.#declared].flatMap(([tag, declared]) =>
      declaredFaults(tag, declared, this.#sides[tag]),
    );
    if (this.rejected > 0) faults.push(`${this.rejected} of ${this.entries} entries were rejected`);
    return faults.length > 0 ? failed(faults.join('; ')) : { verdict: 'passed' };
  }
}

function declaredFaults(tag: string, declared: Declared | undefined, side: Side): string[] {
  if (declared === undefined) return [`field ${tag} cannot be read`];
  const { count, currency, amount } = declared;
  const read = readCommaAmount(amount, currency);
  if ('refusal' in read) return [`the amount of field ${tag} cannot be read`];
  const what = tag === '90D' ? 'debit' : 'credit';
  return [
    ...(Number(count) === side.entries
      ? []
      : [`${Number(count)} ${what} entries declared, ${side.entries} found`]),
    ...(read.minor === side.sumMinor
      ? []
      : [
          `${what} entries declared with ${moneyText(read.minor, currency)}, found with ${moneyText(side.sumMinor, currency)}`,
        ]),
  ];
}

const isBooked = (tag: string) => tag.startsWith('60') || tag.startsWith('62');
