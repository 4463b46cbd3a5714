import { type MatchLine } from './line';
import { type MatchGroup, type PassTotal, type SideTotal } from './result';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Totals per side and per pass, each by currency; amounts of two currencies are never added. */
export function totalsOf(
  lines: readonly MatchLine[],
  groups: readonly MatchGroup[],
): (SideTotal | PassTotal)[] {
  const allocated = new Set(groups.flatMap(({ members }) => members.map(({ line }) => line)));
  const totals = new Map<string, Writable<SideTotal>>();
  for (const line of lines) {
    const total = sideTotal(totals, line);
    total.lines += 1;
    total.amountMinor += line.amountMinor;
    if (allocated.has(line.id)) {
      total.allocatedLines += 1;
      total.allocatedMinor += line.amountMinor;
    } else {
      total.openLines += 1;
      total.openMinor += line.amountMinor;
    }
  }
  return [...totals.values(), ...passTotals(groups)];
}

function sideTotal(
  totals: Map<string, Writable<SideTotal>>,
  { side, currency }: MatchLine,
): Writable<SideTotal> {
  const id = `side/${side}/${currency}`;
  const known = totals.get(id);
  if (known !== undefined) return known;
  const total: Writable<SideTotal> = {
    kind: 'total',
    id,
    side,
    currency,
    lines: 0,
    amountMinor: 0n,
    allocatedLines: 0,
    allocatedMinor: 0n,
    openLines: 0,
    openMinor: 0n,
  };
  totals.set(id, total);
  return total;
}

function passTotals(groups: readonly MatchGroup[]): PassTotal[] {
  const totals = new Map<string, Writable<PassTotal>>();
  for (const { pass, currency, members, differenceMinor } of groups) {
    const id = `pass/${pass}/${currency}`;
    const total = totals.get(id) ?? {
      kind: 'total',
      id,
      pass,
      currency,
      groups: 0,
      allocatedAMinor: 0n,
      allocatedBMinor: 0n,
      differenceMinor: 0n,
    };
    totals.set(id, total);
    total.groups += 1;
    total.differenceMinor += differenceMinor;
    for (const { side, allocatedMinor } of members) {
      if (side === 'A') total.allocatedAMinor += allocatedMinor;
      else total.allocatedBMinor += allocatedMinor;
    }
  }
  return [...totals.values()];
}
