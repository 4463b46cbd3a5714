import { addDecimal, type Decimal, formatDecimal, roundDecimal } from '../../src/kernel/decimal';
import { type JsonObject } from '../../src/kernel/json';
import { formatMinor, minorDigits } from '../../src/kernel/money';
import { type Snapshot } from '../read-model';
import { type ObjectFilter, objectConditions } from './object-filter';

/**
 * Amounts by currency. Their sum may pass 64 bits, where SQLite gives up, so millions and the rest are added apart.
 */
const SUM_AMOUNTS = `
  SELECT currency, count(*) AS count, sum(amount_minor / 1000000) AS millions, sum(amount_minor % 1000000) AS rest
    FROM object`;

const BY_CURRENCY = `
   GROUP BY currency
   ORDER BY currency`;

/** Decimals have no bound on digits, so they are added here and read in pages. */
const LIST_MEASURES = `
  SELECT object_no, name, unscaled, scale, currency
    FROM object_measure
   WHERE object_no IN (SELECT no FROM object WHERE_OBJECTS)
     AND (object_no, name) > (:afterObject, :afterName)
   ORDER BY object_no, name
   LIMIT :limit`;

const PAGE_ROWS = 1_000;

interface MeasureRow {
  readonly object_no: bigint;
  readonly name: string;
  readonly unscaled: string;
  readonly scale: bigint;
  readonly currency: string | null;
}

interface MeasureTotal {
  readonly measure: string;
  readonly currency: string | null;
  count: number;
  sum: Decimal;
}

/** Sums of all figures of the objects under a filter: `sum` is exact, `rounded` has the currency's digits, half to even. */
export function totalsOf(db: Snapshot, filter: ObjectFilter): JsonObject[] {
  return [...amountTotals(db, filter), ...measureTotals(db, filter)];
}

function amountTotals(db: Snapshot, filter: ObjectFilter): JsonObject[] {
  const conditions = objectConditions(filter).add('currency IS NOT NULL');
  const sql = `${SUM_AMOUNTS} ${conditions.where} ${BY_CURRENCY}`;
  const rows = db.all<{ currency: string; count: bigint; millions: bigint; rest: bigint }>(
    sql,
    conditions.params,
  );
  return rows.map(({ currency, count, millions, rest }) => {
    const sum = formatMinor(millions * 1_000_000n + rest, currency);
    return { measure: 'amount', currency, count: Number(count), sum, rounded: sum };
  });
}

function measureTotals(db: Snapshot, filter: ObjectFilter): JsonObject[] {
  const totals = new Map<string, MeasureTotal>();
  for (const row of measures(db, filter)) {
    const { name: measure, currency } = row;
    const key = `${measure} ${currency}`;
    const amount = { unscaled: BigInt(row.unscaled), scale: Number(row.scale) };
    const total = totals.get(key);
    if (total === undefined) totals.set(key, { measure, currency, count: 1, sum: amount });
    else {
      total.count += 1;
      total.sum = addDecimal(total.sum, amount);
    }
  }
  return [...totals.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, total]) => shown(total));
}

function* measures(db: Snapshot, filter: ObjectFilter): Generator<MeasureRow> {
  const conditions = objectConditions(filter);
  const sql = LIST_MEASURES.replace('WHERE_OBJECTS', () => conditions.where);
  let after = { afterObject: -1n, afterName: '' };
  for (;;) {
    const rows = db.all<MeasureRow>(sql, { ...conditions.params, ...after, limit: PAGE_ROWS });
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE_ROWS) return;
    after = { afterObject: last.object_no, afterName: last.name };
  }
}

function shown({ measure, currency, count, sum }: MeasureTotal): JsonObject {
  const digits = currency === null ? undefined : minorDigits(currency);
  const exact = formatDecimal(sum);
  const rounded = digits === undefined ? exact : formatDecimal(roundDecimal(sum, digits));
  return { measure, currency, count, sum: exact, rounded };
}
