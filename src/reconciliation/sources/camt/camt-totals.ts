import { minorDigits } from '../../../kernel/money';
import { readAmount } from '../amounts';
import {
  addMovement,
  balanceControl,
  failed,
  type Movements,
  moneyText,
  NOTHING,
  notStated,
} from '../control';
import { dateAsWritten } from '../dates';
import {
  type Balance,
  type ComputedTotals,
  type Control,
  type StatedTotals,
  type StatementSummary,
} from '../statement';
import { type BalanceDraft, type EntryDraft, type StatementDraft } from './camt-draft';
import { type ReadEntry } from './camt-entry';

/** Adds up one statement while its entries pass, and compares the sums with what the statement declares. */
export class StatementTotals {
  entries = 0;
  #booked = 0;
  #details = 0;
  #lines = 0;
  #rejected = 0;
  #failedDetails = 0;
  #statedDetails = 0;
  #firstFailed = 0;
  readonly #bookedSums: Movements = new Map();
  readonly #allSums: Movements = new Map();
  #credits = 0;

  add(draft: EntryDraft, read: ReadEntry): void {
    this.entries += 1;
    this.#details += draft.details.length;
    this.#credits += draft.direction === 'CRDT' ? 1 : 0;
    if (read.total === undefined) {
      this.#rejected += 1;
      return;
    }
    this.#lines += read.rows.length;
    if (read.details !== 'not-stated') this.#statedDetails += 1;
    if (read.details === 'failed') {
      this.#failedDetails += 1;
      if (this.#firstFailed === 0) this.#firstFailed = this.entries;
    }
    const { currency, amountMinor, status } = read.total;
    addMovement(this.#allSums, currency, amountMinor);
    if (status !== 'booked') return;
    this.#booked += 1;
    addMovement(this.#bookedSums, currency, amountMinor);
  }

  summary(draft: StatementDraft, message: string, index: number): StatementSummary {
    const balances = draft.balances.flatMap((balance) => balanceOf(balance) ?? []);
    const opening =
      balances.find((b) => b.type === 'OPBD') ?? balances.find((b) => b.type === 'PRCD');
    const closing = balances.findLast((b) => b.type === 'CLBD');
    const declared = minorDigits(draft.currency ?? '') === undefined ? undefined : draft.currency;
    const currency = declared ?? opening?.currency ?? closing?.currency ?? firstOf(this.#allSums);
    const from = draft.from === undefined ? undefined : dateAsWritten(draft.from);
    const to = draft.to === undefined ? undefined : dateAsWritten(draft.to);
    return {
      kind: 'statement',
      statement: index,
      message,
      id: draft.id ?? '',
      account: draft.account ?? '',
      ...(currency === undefined ? {} : { currency }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(draft.page === undefined ? {} : { page: draft.page }),
      ...(draft.copy === undefined ? {} : { copy: draft.copy }),
      ...(opening === undefined ? {} : { opening }),
      ...(closing === undefined ? {} : { closing }),
      balances,
      computed: this.#computed(currency),
      stated: statedOf(draft),
      controls: {
        balance: balanceControl({
          opening,
          closing,
          unread: draft.balances.length - balances.length,
          rejected: this.#rejected,
          movements: this.#bookedSums,
        }),
        summary: this.#summaryControl(draft, currency),
        details: this.#detailsControl(),
      },
    };
  }

  #computed(currency: string | undefined): ComputedTotals {
    const sums = this.#bookedSums.get(currency ?? '');
    return {
      entries: this.entries,
      bookedEntries: this.#booked,
      details: this.#details,
      lines: this.#lines,
      rejected: this.#rejected,
      creditMinor: sums?.creditMinor ?? 0n,
      debitMinor: sums?.debitMinor ?? 0n,
    };
  }

  /** The summary counts every entry of the statement, booked or not. */
  #summaryControl(draft: StatementDraft, currency: string | undefined): Control {
    const sums = this.#allSums.get(currency ?? '') ?? NOTHING;
    const rows = [
      {
        name: 'entries',
        stated: draft.totals,
        count: this.entries,
        sum: sums.creditMinor + sums.debitMinor,
      },
      {
        name: 'credit entries',
        stated: draft.credits,
        count: this.#credits,
        sum: sums.creditMinor,
      },
      {
        name: 'debit entries',
        stated: draft.debits,
        count: this.entries - this.#credits,
        sum: sums.debitMinor,
      },
    ];
    const faults = rows.flatMap((row) => summaryFaults(row, currency));
    if (faults.length > 0) return failed(faults.join('; '));
    const isStated = rows.some(
      ({ stated }) => stated.entries !== undefined || stated.sum !== undefined,
    );
    return isStated ? { verdict: 'passed' } : notStated('The statement declares no totals.');
  }

  #detailsControl(): Control {
    if (this.#failedDetails > 0) {
      return failed(
        `${this.#failedDetails} of ${this.entries} entries are not the sum of their details and charges, or lack` +
          ` details; the first is entry ${this.#firstFailed}.`,
      );
    }
    return this.#statedDetails > 0
      ? { verdict: 'passed' }
      : notStated('No entry states its details with amounts.');
  }
}

interface SummaryRow {
  readonly name: string;
  readonly stated: { readonly entries?: string; readonly sum?: string };
  readonly count: number;
  readonly sum: bigint;
}

function summaryFaults(
  { name, stated, count, sum }: SummaryRow,
  currency: string | undefined,
): string[] {
  const faults: string[] = [];
  if (stated.entries !== undefined && !isCount(stated.entries, count)) {
    faults.push(`${stated.entries} ${name} declared, ${count} found`);
  }
  if (stated.sum !== undefined && currency !== undefined) {
    const read = readAmount(stated.sum, currency);
    if ('refusal' in read) faults.push(`the sum of ${name} is unreadable`);
    else if (read.minor !== sum) {
      faults.push(
        `${name} declared with ${moneyText(read.minor, currency)}, found with ${moneyText(sum, currency)}`,
      );
    }
  }
  return faults;
}

/** Leading zeros are legal; the declared text is compared as a number without becoming a float. */
const isCount = (text: string, count: number) =>
  /^\d{1,18}$/.test(text) && BigInt(text) === BigInt(count);

function balanceOf({ type, amount, direction, date }: BalanceDraft): Balance | undefined {
  if (type === undefined || amount === undefined) return undefined;
  if (direction !== 'CRDT' && direction !== 'DBIT') return undefined;
  const read = readAmount(amount.text, amount.currency);
  if ('refusal' in read) return undefined;
  const on = date === undefined ? undefined : dateAsWritten(date);
  return {
    type,
    amountMinor: direction === 'DBIT' ? -read.minor : read.minor,
    currency: amount.currency,
    ...(on === undefined ? {} : { date: on }),
  };
}

function statedOf({ totals, credits, debits }: StatementDraft): StatedTotals {
  const stated: Record<string, string | undefined> = {
    entries: totals.entries,
    sum: totals.sum,
    creditEntries: credits.entries,
    credit: credits.sum,
    debitEntries: debits.entries,
    debit: debits.sum,
  };
  return Object.fromEntries(Object.entries(stated).filter(([, text]) => text !== undefined));
}

const firstOf = (sums: ReadonlyMap<string, unknown>): string | undefined => [...sums.keys()][0];
