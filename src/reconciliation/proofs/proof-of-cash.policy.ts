/** One row of the proof: opening + receipts - disbursements = closing. */
export interface CashColumns {
  readonly openingMinor: bigint;
  readonly receiptsMinor: bigint;
  /** positive for money out */
  readonly disbursementsMinor: bigint;
  readonly closingMinor: bigint;
}

/** A line that only one side had at the opening or at the closing. */
export interface CashItem {
  readonly id: string;
  /** the side that has it: `A` the books, `B` the bank */
  readonly side: 'A' | 'B';
  readonly at: 'opening' | 'closing';
  /** money in is positive, money out negative */
  readonly amountMinor: bigint;
}

/**
 * A group that became live within the period: what each side received and paid in it, whenever its lines were booked.
 * One that was undone within the period, having been live at its opening, has its amounts negated.
 */
export interface CashGroup {
  readonly id: string;
  readonly a: Pick<CashColumns, 'receiptsMinor' | 'disbursementsMinor'>;
  readonly b: Pick<CashColumns, 'receiptsMinor' | 'disbursementsMinor'>;
}

export interface ProofOfCashInput {
  readonly currency: string;
  /** balances as the bank states them, movements as its lines add up */
  readonly bank: CashColumns;
  readonly books: CashColumns;
  readonly items: readonly CashItem[];
  /** groups whose sides differ, by a tolerated difference or because one side nets what the other does not */
  readonly groups: readonly CashGroup[];
  /** B - A of all groups that were live at the opening: what the two balances have differed by since */
  readonly earlierDifferenceMinor: bigint;
}

export type CashRowName =
  | 'per-bank'
  | 'deposits-in-transit-at-opening'
  | 'deposits-in-transit-at-closing'
  | 'outstanding-payments-at-opening'
  | 'outstanding-payments-at-closing'
  | 'adjusted-bank'
  | 'per-books'
  | 'unbooked-receipts-at-opening'
  | 'unbooked-receipts-at-closing'
  | 'unbooked-payments-at-opening'
  | 'unbooked-payments-at-closing'
  | 'differences-in-groups'
  | 'adjusted-books'
  | 'difference';

export interface CashRow extends CashColumns {
  readonly row: CashRowName;
  /** items or groups behind it */
  readonly count: number;
}

export interface ProofOfCash {
  readonly currency: string;
  readonly rows: readonly CashRow[];
  /** rows in which opening + receipts - disbursements is not closing; a difference in any column */
  readonly faults: readonly {
    readonly row: CashRowName;
    readonly detail: 'does-not-cross-add' | 'differs';
  }[];
  readonly holds: boolean;
}

/**
 * Proof of cash of one bank account and currency over a period: adjusted bank = adjusted books in all four columns, and
 * every row adds up across.
 *
 * What one side had at the opening and the other not belongs, on the other side, into the opening and not into the
 * period's movements; what it has at the closing belongs into both.
 */
export function proofOfCash(input: ProofOfCashInput): ProofOfCash {
  const { currency, bank, books, items } = input;
  const itemRow = (row: CashRowName, side: 'A' | 'B', sign: 'in' | 'out', at: CashItem['at']) =>
    rowOfItems(
      row,
      at,
      items.filter(
        (item) =>
          item.side === side && item.at === at && (sign === 'in') === item.amountMinor >= 0n,
      ),
    );
  const bankRows = [
    { row: 'per-bank', count: 0, ...bank },
    itemRow('deposits-in-transit-at-opening', 'A', 'in', 'opening'),
    itemRow('deposits-in-transit-at-closing', 'A', 'in', 'closing'),
    itemRow('outstanding-payments-at-opening', 'A', 'out', 'opening'),
    itemRow('outstanding-payments-at-closing', 'A', 'out', 'closing'),
  ] as const;
  const bookRows = [
    { row: 'per-books', count: 0, ...books },
    itemRow('unbooked-receipts-at-opening', 'B', 'in', 'opening'),
    itemRow('unbooked-receipts-at-closing', 'B', 'in', 'closing'),
    itemRow('unbooked-payments-at-opening', 'B', 'out', 'opening'),
    itemRow('unbooked-payments-at-closing', 'B', 'out', 'closing'),
    groupRow(input),
  ] as const;
  const adjustedBank = sumOfRows('adjusted-bank', bankRows);
  const adjustedBooks = sumOfRows('adjusted-books', bookRows);
  const difference = minus(adjustedBank, adjustedBooks);
  const rows = [...bankRows, adjustedBank, ...bookRows, adjustedBooks, difference];
  const faults = [
    ...rows
      .filter((row) => !crossAdds(row))
      .map(({ row }) => ({ row, detail: 'does-not-cross-add' as const })),
    ...(isZero(difference) ? [] : [{ row: 'difference' as const, detail: 'differs' as const }]),
  ];
  return { currency, rows, faults, holds: faults.length === 0 };
}

/** An item moves the other side's balance at its end of the period, and its movements by the opposite or the same. */
function rowOfItems(row: CashRowName, at: CashItem['at'], items: readonly CashItem[]): CashRow {
  let received = 0n;
  let paid = 0n;
  for (const { amountMinor } of items) {
    if (amountMinor >= 0n) received += amountMinor;
    else paid -= amountMinor;
  }
  const balance = received - paid;
  const count = items.length;
  return at === 'opening'
    ? {
        row,
        count,
        openingMinor: balance,
        receiptsMinor: -received,
        disbursementsMinor: -paid,
        closingMinor: 0n,
      }
    : {
        row,
        count,
        openingMinor: 0n,
        receiptsMinor: received,
        disbursementsMinor: paid,
        closingMinor: balance,
      };
}

/** What the bank received and paid in groups beyond what the books say of them. */
function groupRow({
  groups,
  earlierDifferenceMinor: openingMinor,
}: Pick<ProofOfCashInput, 'groups' | 'earlierDifferenceMinor'>): CashRow {
  let [receiptsMinor, disbursementsMinor, count] = [0n, 0n, 0];
  for (const { a, b } of groups) {
    const [received, paid] = [
      b.receiptsMinor - a.receiptsMinor,
      b.disbursementsMinor - a.disbursementsMinor,
    ];
    if (received === 0n && paid === 0n) continue;
    receiptsMinor += received;
    disbursementsMinor += paid;
    count += 1;
  }
  const closingMinor = openingMinor + receiptsMinor - disbursementsMinor;
  return {
    row: 'differences-in-groups',
    count,
    openingMinor,
    receiptsMinor,
    disbursementsMinor,
    closingMinor,
  };
}

function sumOfRows(row: CashRowName, rows: readonly CashRow[]): CashRow {
  const sum = (column: keyof CashColumns) => rows.reduce((total, one) => total + one[column], 0n);
  return {
    row,
    count: 0,
    openingMinor: sum('openingMinor'),
    receiptsMinor: sum('receiptsMinor'),
    disbursementsMinor: sum('disbursementsMinor'),
    closingMinor: sum('closingMinor'),
  };
}

const minus = (x: CashRow, y: CashRow): CashRow => ({
  row: 'difference',
  count: 0,
  openingMinor: x.openingMinor - y.openingMinor,
  receiptsMinor: x.receiptsMinor - y.receiptsMinor,
  disbursementsMinor: x.disbursementsMinor - y.disbursementsMinor,
  closingMinor: x.closingMinor - y.closingMinor,
});

const crossAdds = ({
  openingMinor,
  receiptsMinor,
  disbursementsMinor,
  closingMinor,
}: CashColumns) => openingMinor + receiptsMinor - disbursementsMinor === closingMinor;

const isZero = ({ openingMinor, receiptsMinor, disbursementsMinor, closingMinor }: CashColumns) =>
  openingMinor === 0n && receiptsMinor === 0n && disbursementsMinor === 0n && closingMinor === 0n;
