import { transitionData, transitionEvent } from './transition-events';
import { Dice } from './match-dice';

/**
 * Makes the documents of a month for the kinds that compare within the ledger, and says what was planted. Seeded, integer
 * arithmetic, no code of the comparisons: a planted break is known by how its documents were made.
 */
export interface KindDials {
  readonly seed: number;
  /** order lines, subledger documents, intercompany pairs, objects of two systems: as many of each */
  readonly documents: number;
  /** of 1,000, those that are made wrong */
  readonly noise: number;
}

/** Something that was made wrong: the definition that finds it, its type, and a word that its subject or a line has. */
export interface Planted {
  readonly definition: string;
  readonly type: string;
  readonly names: string;
}

export interface KindMonth {
  readonly events: readonly object[];
  /** general ledger in the audit data standard */
  readonly journal: string;
  readonly planted: readonly Planted[];
}

const HEADER =
  'Journal_ID|Journal_ID_Line_Number|JE_Line_Description|Effective_Date|Fiscal_Year|GL_Account_Number|Amount|Amount_Credit_Debit_Indicator|Amount_Currency|Document_Number';

const ORDER_FAULTS = [
  'over-receipt',
  'over-billing',
  'price-drift',
  'tax-off',
  'invoice-before-receipt',
  'no-order',
  'two-spellings',
] as const;
const GL_FAULTS = ['manual-journal', 'wrong-period', 'amount-off', 'not-posted'] as const;
const PAIR_FAULTS = ['one-sided', 'shifted', 'fx', 'unapproved'] as const;
const STATE_FAULTS = ['lost', 'orphan', 'stale', 'ahead', 'amount'] as const;

const cents = (minor: number) =>
  `${minor < 0 ? '-' : ''}${Math.trunc(Math.abs(minor) / 100)}.${String(Math.abs(minor) % 100).padStart(2, '0')}`;
const number = (n: number) => String(n).padStart(5, '0');

export function generateKinds(dials: KindDials): KindMonth {
  return new KindMaker(dials).made();
}

class KindMaker {
  private readonly dice: Dice;
  private readonly events: object[] = [];
  private readonly rows: string[] = [];
  private readonly planted: Planted[] = [];
  private made_ = 0;

  constructor(private readonly dials: KindDials) {
    this.dice = new Dice(dials.seed);
  }

  made(): KindMonth {
    for (let n = 0; n < this.dials.documents; n += 1) {
      this.order(n);
      this.document(n);
      this.pair(n);
      this.object(n);
    }
    this.dailyPosting();
    const journal = [HEADER, ...this.rows, ''].join('\n');
    return { events: this.events, journal, planted: this.planted };
  }

  /** One order line with receipts and invoices, in parts as often as not. */
  private order(n: number): void {
    const order = `PO-${number(n)}`;
    const quantity = 10 + this.dice.below(90);
    const price = 100 + this.dice.below(9_900);
    const fault = this.fault(ORDER_FAULTS);
    const plant = (type: string) => this.plant('three-way', type, `PO${number(n)}`);
    const tax = (count: number) => Math.round((count * price * 19) / 100);
    const ordered = {
      line: '10',
      quantity: `${quantity}`,
      unitPrice: cents(price),
      tax: cents(tax(quantity)),
    };
    if (fault !== 'no-order') {
      this.say('purchase-order', order, 'approved', { amount: quantity * price, lines: [ordered] });
    }
    const received = fault === 'over-receipt' ? quantity + 1 : quantity;
    const parts = this.dice.below(2) === 0 ? [received] : [3, received - 3];
    if (fault !== 'invoice-before-receipt') {
      parts.forEach((part, i) =>
        this.say('goods-receipt', `GR-${number(n)}-${i}`, 'posted', {
          lines: [{ line: '1', order, orderLine: '10', quantity: `${part}` }],
        }),
      );
    }
    const billed = fault === 'over-billing' ? quantity + 2 : quantity;
    const unit = fault === 'price-drift' ? price + Math.ceil(price / 50) : price;
    const net = billed * unit;
    const invoice = `INV-${number(n)}`;
    const line = {
      line: '1',
      order: `po ${number(n)}`,
      orderLine: '10',
      quantity: `${billed}`,
      amount: cents(net),
      tax: cents(tax(billed) + (fault === 'tax-off' ? 90 : 0)),
    };
    this.say('invoice', invoice, 'received', { amount: net, lines: [line], day: 20 });
    if (fault === 'two-spellings')
      this.say('invoice', String(Number(number(n)) + 0).padStart(2, '0'), 'received', {
        amount: net,
        lines: [line],
        day: 21,
      });
    if (fault === 'over-receipt') plant('QUANTITY_VARIANCE');
    if (fault === 'over-billing') {
      plant('QUANTITY_VARIANCE');
      plant('OVER_ALLOCATED');
    }
    if (fault === 'price-drift') plant('PRICE_VARIANCE');
    if (fault === 'tax-off') plant('TAX_VARIANCE');
    if (fault === 'invoice-before-receipt' || fault === 'no-order') plant('MISSING_DOCUMENT');
    if (fault === 'two-spellings') {
      plant('DUPLICATE');
      plant('QUANTITY_VARIANCE');
      plant('OVER_ALLOCATED');
    }
  }

  /** A credit note of the subledger and the line of its control account. */
  private document(n: number): void {
    const id = `CN-${number(n)}`;
    const amount = this.dice.amount();
    const fault = this.fault(GL_FAULTS);
    const value = Math.abs(amount);
    this.say('credit-note', id, 'posted', { amount: value, account: '160000', day: 12 });
    const off = fault === 'amount-off' ? 1 : 0;
    const date = fault === 'wrong-period' ? '2026-04-02' : '2026-03-12';
    if (fault !== 'not-posted')
      this.post(`J${n}`, '160000', -(value + off), { document: id, date });
    if (fault === 'manual-journal') {
      this.post(`M${n}`, '160000', 4_200 + n, { document: '', date: '2026-03-15' });
      this.plant('subledger-gl', 'MISCODING', cents(4_200 + n));
    }
    if (fault === 'wrong-period') this.plant('subledger-gl', 'CUTOFF', id);
    if (fault === 'amount-off') this.plant('subledger-gl', 'AMOUNT_DIFFERENCE', id);
    if (fault === 'not-posted') this.plant('subledger-gl', 'UNMATCHED_A', id);
  }

  /** Three documents that the ledger posts as one sum. */
  private dailyPosting(): void {
    const values = [1_000, 2_500, 4_999];
    values.forEach((value, i) =>
      this.say('invoice', `DP-${i}`, 'posted', {
        amount: value,
        account: '160000',
        dimensions: { postingBatch: 'AP-20260312' },
        day: 12,
      }),
    );
    const sum = values.reduce((total, value) => total + value, 0);
    this.post('DAILY', '160000', sum, { document: 'AP-20260312', date: '2026-03-12' });
  }

  /** What one entity is owed and the other owes, in the transaction's currency and in its own. */
  private pair(n: number): void {
    const fault = this.fault(PAIR_FAULTS);
    const value = Math.abs(this.dice.amount());
    const half = (entity: string, counterparty: string, direction: string, more: object = {}) =>
      this.say('intercompany-transaction', `IC-${number(n)}`, 'posted', {
        entity,
        amount: value,
        dimensions: { counterparty, direction, intercompanyId: `ICX${number(n)}` },
        base: value,
        isApproved: !(fault === 'unapproved' && direction === 'due-to'),
        ...more,
      });
    half('E_DE', 'E_FR', 'due-from');
    if (fault === 'one-sided') {
      this.plant('intercompany', 'UNMATCHED_A', `IC-${number(n)}`);
      return;
    }
    if (fault === 'fx') half('E_FR', 'E_DE', 'due-to', { currency: 'USD', amount: value + 17 });
    else half('E_FR', 'E_DE', 'due-to', fault === 'shifted' ? { month: '04' } : {});
    if (fault === 'fx') this.plant('intercompany', 'FX_DIFFERENCE', `IC-${number(n)}`);
    if (fault === 'shifted') this.plant('intercompany', 'CUTOFF', `IC-${number(n)}`);
    if (fault === 'unapproved') this.plant('intercompany', 'MISSING_DOCUMENT', `IC-${number(n)}`);
  }

  /** A payment as the ERP has it and as the warehouse has it. */
  private object(n: number): void {
    const id = `PAY-${number(n)}`;
    const fault = this.fault(STATE_FAULTS);
    const value = Math.abs(this.dice.amount());
    const target = fault === 'stale' ? 'proposed' : 'paid';
    const source = fault === 'ahead' ? 'proposed' : 'paid';
    if (fault !== 'orphan') this.say('payment', id, source, { amount: value, system: 'erp' });
    if (fault !== 'lost')
      this.say('payment', id, target, {
        amount: fault === 'amount' ? value + 1 : value,
        system: 'warehouse',
      });
    if (fault === 'lost') this.plant('source-to-target', 'UNMATCHED_A', id);
    if (fault === 'orphan') this.plant('source-to-target', 'UNMATCHED_B', id);
    if (fault === 'stale') this.plant('source-to-target', 'STALE_TARGET', id);
    if (fault === 'ahead') this.plant('source-to-target', 'STATE_MISMATCH', id);
    if (fault === 'amount') this.plant('source-to-target', 'AMOUNT_DIFFERENCE', id);
  }

  private fault<T extends string>(faults: readonly T[]): T | undefined {
    return this.dice.below(1_000) < this.dials.noise
      ? faults[this.dice.below(faults.length)]
      : undefined;
  }

  private plant(definition: string, type: string, names: string): void {
    this.planted.push({ definition, type, names });
  }

  private post(
    journal: string,
    account: string,
    credit: number,
    { document, date }: { readonly document: string; readonly date: string },
  ): void {
    const side = credit < 0 ? ['D', 'C'] : ['C', 'D'];
    const row = (line: number, on: string, indicator: string) =>
      `${journal}|${line}|text|${date.replaceAll('-', '')}|2026|${on}|${cents(Math.abs(credit))}|${indicator}|EUR|${document}`;
    this.rows.push(row(1, account, side[0]!), row(2, '400000', side[1]!));
  }

  private say(type: string, id: string, action: string, spec: Spec): void {
    const { entity = 'E_DE', currency = 'EUR', system = 'hub', day = 5, month = '03' } = spec;
    const time = `2026-${month}-${String(day).padStart(2, '0')}T09:00:00.000Z`;
    const dimensions = {
      ...(spec.account === undefined ? {} : { account: spec.account }),
      ...spec.dimensions,
    };
    const event = (step: string) => {
      this.made_ += 1;
      return transitionEvent({
        id: `k-${this.made_}`,
        source: `https://${system}.example/`,
        type: `tieout.${type}.${step}`,
        time,
        data: transitionData({
          entity,
          object: { type, id },
          transition: { action: step, to: step },
          ...(Object.keys(dimensions).length === 0 ? {} : { dimensions }),
          ...(spec.amount === undefined
            ? { amount: { amount: '1.00', currency } }
            : { amount: { amount: cents(spec.amount), currency } }),
          ...(spec.base === undefined
            ? {}
            : {
                baseAmount: {
                  amount: cents(spec.base),
                  currency: 'EUR',
                  rate: '1',
                  rateDate: '2026-03-05',
                  rateSource: 'ecb',
                },
              }),
          ...(spec.lines === undefined ? {} : { custom: { lines: spec.lines } }),
        }),
      });
    };
    if (spec.isApproved === true) this.events.push(event('approved'));
    this.events.push(event(action));
  }
}

interface Spec {
  readonly entity?: string;
  readonly amount?: number;
  readonly base?: number;
  readonly currency?: string;
  readonly account?: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly lines?: readonly Record<string, string>[];
  readonly system?: string;
  readonly day?: number;
  readonly month?: string;
  readonly isApproved?: boolean;
}
