import { type Columns } from './columns';
import { type PassTotal, type SideTotal } from './result';
import { GROUPED, type Workings } from './workings';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Totals per side and per pass, each by currency; amounts of two currencies are never added. */
export function totalsOf(
  columns: Columns,
  { state, groups }: Pick<Workings, 'state' | 'groups'>,
): (SideTotal | PassTotal)[] {
  const { count, side, currency, amount } = columns;
  const totals: (Writable<SideTotal> | undefined)[] = [];
  for (let i = 0; i < count; i += 1) {
    const at = 2 * (currency[i] as number) + (side[i] as number);
    const total = (totals[at] ??= sideTotal(columns, i));
    const minor = amount[i] as bigint;
    total.lines += 1;
    total.amountMinor += minor;
    if (state[i] !== GROUPED) continue;
    total.allocatedLines += 1;
    total.allocatedMinor += minor;
  }
  const sides = totals.flatMap((total) => (total === undefined ? [] : [total]));
  for (const total of sides) {
    total.openLines = total.lines - total.allocatedLines;
    total.openMinor = total.amountMinor - total.allocatedMinor;
  }
  return [...sides, ...groups.totals()];
}

function sideTotal(
  { side: sides, currency: numbers, currencies }: Columns,
  line: number,
): Writable<SideTotal> {
  const side = sides[line] === 0 ? 'A' : 'B';
  const currency = currencies[numbers[line] as number] as string;
  return {
    kind: 'total',
    id: `side/${side}/${currency}`,
    side,
    currency,
    lines: 0,
    amountMinor: 0n,
    allocatedLines: 0,
    allocatedMinor: 0n,
    openLines: 0,
    openMinor: 0n,
  };
}
