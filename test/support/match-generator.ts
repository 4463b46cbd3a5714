import { createHash } from 'node:crypto';
import { type MatchLine, type Side } from '../../src/reconciliation/matching/line';
import { type Deal, Dice } from './match-dice';
import { type LineClass, PUZZLES, type Transaction, TROUBLES } from './match-truth';

/**
 * Makes two sides of a month and says what belongs together. Seeded, integer arithmetic, and no code of the engine: it
 * tells the truth from how the lines were made, not from how they look.
 */
export interface Dials {
  readonly seed: number;
  /** transactions; most have one line a side */
  readonly transactions: number;
  /** of 1,000 transactions, those with a trouble of `TROUBLES` (0, 10, 50 or 200: 0, 1, 5, 20%) */
  readonly noise: number;
  /** of 1,000 transactions, those that nobody can tell apart */
  readonly ambiguity: number;
  /** leaves the truth out: for volume */
  readonly withoutTruth?: boolean;
}

export interface Generated {
  readonly lines: readonly MatchLine[];
  readonly truth: readonly Transaction[];
}

export function generate(dials: Dials): Generated {
  return new Month(dials).made();
}

/** 2026-03-02 is a Monday. */
const FIRST_DAY = Date.UTC(2026, 2, 2) / 86_400_000;

interface Draft {
  readonly amount: number;
  readonly day: number;
  readonly endToEnd?: string;
  readonly document?: string;
  readonly batch?: string;
  readonly counterparty?: string;
  readonly currency?: string;
}

type Made = Omit<Transaction, 'class' | 'lines'>;

class Month {
  private readonly lines: MatchLine[] = [];
  private readonly truth: Transaction[] = [];
  private readonly dice: Dice;
  private made_ = 0;

  constructor(private readonly dials: Dials) {
    this.dice = new Dice(dials.seed);
  }

  made(): Generated {
    for (let n = 0; n < this.dials.transactions; n += 1) this.transaction(n);
    return { lines: this.lines, truth: this.truth };
  }

  private transaction(n: number): void {
    const kind = this.kind();
    const deal = this.dice.deal(n);
    const from = this.lines.length;
    const made = this[kind](deal);
    if (this.dials.withoutTruth === true) return;
    const lines = this.lines.slice(from).map(({ id }) => id);
    this.truth.push({ class: kind, lines, ...made });
  }

  private kind(): LineClass {
    const per1000 = this.dice.below(1_000);
    const { noise, ambiguity } = this.dials;
    if (per1000 < ambiguity) return PUZZLES[this.dice.below(PUZZLES.length)]!;
    if (per1000 < ambiguity + noise) return TROUBLES[this.dice.below(TROUBLES.length)]!;
    const mix = this.dice.below(1_000);
    if (mix < 800) return 'referenced';
    if (mix < 900) return 'unreferenced';
    if (mix < 930) return 'cents';
    if (mix < 943) return 'carried-sum';
    return mix < 955 ? 'day-sum' : 'missing';
  }

  // --- the clean mix

  private referenced(deal: Deal): Made {
    return together(this.a(deal, referencesOf(deal)), this.b(deal, referencesOf(deal)));
  }

  private unreferenced(deal: Deal): Made {
    return together(this.a(deal, referencesOf(deal)), this.b(deal, partyOf(deal)));
  }

  private cents(deal: Deal): Made {
    const off = { ...deal, amount: deal.amount + 1 + this.dice.below(4) };
    return together(this.a(deal, referencesOf(deal)), this.b(off, referencesOf(deal)));
  }

  private ['carried-sum'](deal: Deal): Made {
    const batch = `RUN${deal.n}`;
    const parts = this.dice.parts(deal.amount, 2 + this.dice.below(7));
    const own = parts.map((amount, i) =>
      this.a({ ...deal, amount }, { batch, document: `${deal.reference}X${i}` }),
    );
    return together(...own, this.b(deal, { batch }));
  }

  /** A counterparty of its own: two sums of one counterparty on one day would be a puzzle. */
  private ['day-sum'](deal: Deal): Made {
    const counterparty = `D${deal.n}`;
    const parts = this.dice.parts(deal.amount, 2 + this.dice.below(7));
    const own = parts.map((amount, i) =>
      this.a({ ...deal, amount }, { counterparty, document: `${deal.reference}X${i}` }),
    );
    return together(...own, this.b(deal, { counterparty }));
  }

  private missing(deal: Deal): Made {
    const isA = this.dice.below(2) === 0;
    if (isA) this.a(deal, referencesOf(deal));
    else this.b(deal, referencesOf(deal));
    return { groups: [], break: isA ? 'UNMATCHED_A' : 'UNMATCHED_B' };
  }

  // --- troubles

  /** The bank cuts the reference at 12 characters; the counterparty still tells. */
  private ['cut-reference'](deal: Deal): Made {
    const cut = deal.reference.slice(0, 12);
    return together(
      this.a(deal, referencesOf(deal)),
      this.b(deal, { ...partyOf(deal), endToEnd: cut, document: cut }),
    );
  }

  /** Another payment's number by one digit, and no counterparty: nothing but the amount is left. */
  private ['digit-swapped'](deal: Deal): Made {
    const wrong = deal.reference.replace('PAY2', 'PAY3');
    this.a(deal, referencesOf(deal));
    this.b(deal, { endToEnd: wrong, document: wrong });
    return { groups: [] };
  }

  private instalments(deal: Deal): Made {
    const counterparty = `I${deal.n}`;
    const parts = this.dice.parts(deal.amount, 2 + this.dice.below(3));
    return together(
      this.a(deal, { counterparty, document: deal.reference }),
      ...parts.map((amount, i) => this.b({ ...deal, amount, lag: 2 * i }, { counterparty })),
    );
  }

  /** Instalments beside a payment of the same counterparty that the books do not know. */
  private ['split-in-pool'](deal: Deal): Made {
    const counterparty = `S${deal.n}`;
    const parts = this.dice.parts(deal.amount, 2 + this.dice.below(2));
    const group = [
      this.a(deal, { counterparty, document: deal.reference }),
      ...parts.map((amount, i) => this.b({ ...deal, amount, lag: 2 * i }, { counterparty })),
    ];
    // Larger than the invoice: it could not be the payment of it.
    this.b({ ...deal, amount: deal.amount + this.dice.amount(), lag: 3 }, { counterparty });
    return together(...group);
  }

  /** An invoice and a credit note, paid as one amount. */
  private netting(deal: Deal): Made {
    const counterparty = `N${deal.n}`;
    const credit = Math.floor(-deal.amount / 3);
    return together(
      this.a(deal, { counterparty, document: deal.reference }),
      this.a({ ...deal, amount: credit }, { counterparty, document: `${deal.reference}C` }),
      this.b({ ...deal, amount: deal.amount + credit }, { counterparty }),
    );
  }

  private fee(deal: Deal): Made {
    this.a(deal, referencesOf(deal));
    this.b({ ...deal, amount: deal.amount - 150 - this.dice.below(2_000) }, referencesOf(deal));
    return { groups: [], break: 'AMOUNT_DIFFERENCE' };
  }

  private fx(deal: Deal): Made {
    const currency = deal.currency === 'USD' ? 'EUR' : 'USD';
    this.a(deal, referencesOf(deal));
    this.b({ ...deal, currency, amount: Math.floor(deal.amount * 1.1) }, referencesOf(deal));
    return { groups: [] };
  }

  /** The bank books and takes back; the books know of neither. */
  private reversal(deal: Deal): Made {
    const document = deal.reference;
    return together(
      this.b(deal, { document }),
      this.b({ ...deal, amount: -deal.amount, lag: deal.lag + 1 }, { document }),
    );
  }

  private duplicate(deal: Deal): Made {
    const [once, twice] = this.dice.below(2) === 0 ? (['A', 'B'] as const) : (['B', 'A'] as const);
    this.on(once, deal, referencesOf(deal));
    this.on(twice, deal, referencesOf(deal));
    this.on(twice, deal, referencesOf(deal));
    return { groups: [], break: 'DUPLICATE' };
  }

  private ['cut-off'](deal: Deal): Made {
    this.a({ ...deal, day: 29 }, referencesOf(deal));
    return { groups: [], break: 'UNMATCHED_A' };
  }

  private late(deal: Deal): Made {
    this.a(deal, referencesOf(deal));
    this.b({ ...deal, lag: 40 }, referencesOf(deal));
    return { groups: [], break: 'DATE_OUT_OF_WINDOW' };
  }

  private twins(deal: Deal): Made {
    const count = 2 + this.dice.below(2);
    const all = Array.from({ length: count }, () => [
      this.a(deal, referencesOf(deal)),
      this.b(deal, referencesOf(deal)),
    ]);
    return { groups: all, isInterchangeable: true };
  }

  // --- what nobody can tell apart

  private rivals(deal: Deal): Made {
    const counterparty = `R${deal.n}`;
    this.a(deal, { counterparty, document: deal.reference });
    this.a(deal, { counterparty, document: `${deal.reference}B` });
    this.b(deal, { counterparty });
    return { groups: [], break: 'AMBIGUOUS' };
  }

  private ['surplus-twins'](deal: Deal): Made {
    for (let i = 0; i < 3; i += 1) this.b(deal, referencesOf(deal));
    for (let i = 0; i < 2; i += 1) this.a(deal, referencesOf(deal));
    return { groups: [], break: 'DUPLICATE' };
  }

  /** Amount and date of two strangers agree. */
  private coincidence(deal: Deal): Made {
    this.a(deal, { document: deal.reference });
    this.b(deal, { document: `${deal.reference}Z` });
    return { groups: [] };
  }

  // --- lines

  private a(deal: Deal, more: Partial<Draft>): string {
    return this.on('A', { ...deal, lag: 0 }, more);
  }

  private b(deal: Deal, more: Partial<Draft>): string {
    return this.on('B', deal, more);
  }

  private on(
    side: Side,
    deal: Deal,
    { endToEnd, document, batch, counterparty }: Partial<Draft>,
  ): string {
    this.made_ += 1;
    const id = createHash('sha256')
      .update(`${this.dials.seed} ${side} ${this.made_}`)
      .digest('hex');
    const day = FIRST_DAY + deal.day + (side === 'B' ? deal.lag : 0);
    this.lines.push({
      id,
      side,
      account: deal.account,
      currency: deal.currency,
      amountMinor: BigInt(deal.amount),
      bookDate: new Date(day * 86_400_000).toISOString().slice(0, 10),
      keys: {
        endToEnd: endToEnd === undefined ? [] : [endToEnd],
        document: document === undefined ? [] : [document],
        ...(batch === undefined ? {} : { batch: [batch] }),
      },
      ...(counterparty === undefined ? {} : { counterparty }),
    });
    return id;
  }
}

const referencesOf = ({ reference, counterparty }: Deal): Partial<Draft> => ({
  endToEnd: reference,
  document: reference,
  counterparty,
});
const partyOf = ({ counterparty }: Deal): Partial<Draft> => ({ counterparty });
const together = (...lines: readonly string[]): Made => ({ groups: [lines] });
