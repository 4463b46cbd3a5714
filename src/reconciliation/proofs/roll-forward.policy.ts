import { canonicalJson } from '../../kernel/canonical-json';
import { sha256Hex } from '../../kernel/hash';

/** A line that is open at a cut-off, with what is left of it. */
export interface RolledItem {
  readonly id: string;
  /** `A`, `B` */
  readonly side: string;
  readonly currency: string;
  readonly openMinor: bigint;
}

/** All lines of one side and currency up to a cut-off: what they come to, and how much of it is in live groups. */
export interface RolledTotal {
  readonly side: string;
  readonly currency: string;
  readonly linesMinor: bigint;
  readonly allocatedMinor: bigint;
}

/** Where a definition stands at a cut-off. The lists come from different records, which is what the proof rests on. */
export interface RolledPosition {
  readonly items: readonly RolledItem[];
  readonly totals: readonly RolledTotal[];
}

/** Ids and what they come to. */
export interface RolledSet {
  readonly count: number;
  readonly minor: bigint;
  /** in order */
  readonly ids: readonly string[];
}

export interface RollForwardRow {
  readonly side: string;
  readonly currency: string;
  readonly openingMinor: bigint;
  /** lines that came in, and changes of lines that were there: new - old */
  readonly enteredMinor: bigint;
  /** newly in live groups, less what left them */
  readonly clearedMinor: bigint;
  readonly closingMinor: bigint;
  /** open at both ends with one amount */
  readonly carried: RolledSet;
  /** open at the opening only, with their opening amount */
  readonly left: RolledSet;
  /** open at the closing only, with their closing amount */
  readonly added: RolledSet;
  /** open at both ends with two amounts: closing - opening */
  readonly changed: RolledSet;
  /** 64 hex over ids and amounts of the open items: the closing of one period is the opening of the next */
  readonly openingSha256: string;
  readonly closingSha256: string;
}

export interface RollForwardFault {
  readonly side: string;
  readonly currency: string;
  /** the items do not add up to the total; opening + entered - cleared is not the closing */
  readonly check: 'opening-items' | 'closing-items' | 'roll-forward';
  readonly expectedMinor: bigint;
  readonly actualMinor: bigint;
}

export interface RollForward {
  /** in order of side and currency */
  readonly rows: readonly RollForwardRow[];
  readonly faults: readonly RollForwardFault[];
  readonly holds: boolean;
}

export const NOTHING_OPEN: RolledPosition = { items: [], totals: [] };

/**
 * Opening open amount + new lines - amounts cleared = closing open amount, item by item, for each side and currency.
 *
 * @param opening where the definition stood at the cut-off of the period before; `NOTHING_OPEN` before the first
 * @param closing where it stands at the cut-off of the period
 */
export function rollForward(opening: RolledPosition, closing: RolledPosition): RollForward {
  const keys = new Set([...keysOf(opening), ...keysOf(closing)]);
  const before = bySideAndCurrency(opening);
  const after = bySideAndCurrency(closing);
  const rows: RollForwardRow[] = [];
  const faults: RollForwardFault[] = [];
  for (const key of [...keys].sort()) {
    const place = {
      side: key.slice(0, key.indexOf('/')),
      currency: key.slice(key.indexOf('/') + 1),
    };
    const ends = { opening: before.get(key) ?? EMPTY, closing: after.get(key) ?? EMPTY };
    const row = { ...place, ...movedBetween(ends), ...comparedItems(ends) };
    rows.push(row);
    faults.push(...faultsOf(row, ends));
  }
  return { rows, faults, holds: faults.length === 0 };
}

interface End {
  readonly items: ReadonlyMap<string, bigint>;
  readonly linesMinor: bigint;
  readonly allocatedMinor: bigint;
}

interface Ends {
  readonly opening: End;
  readonly closing: End;
}

const EMPTY: End = { items: new Map(), linesMinor: 0n, allocatedMinor: 0n };

const keyOf = ({ side, currency }: { side: string; currency: string }) => `${side}/${currency}`;
const keysOf = ({ items, totals }: RolledPosition): string[] => [...items, ...totals].map(keyOf);

function bySideAndCurrency({ items, totals }: RolledPosition): ReadonlyMap<string, End> {
  const ends = new Map<string, { items: Map<string, bigint>; lines: bigint; allocated: bigint }>();
  const endOf = (key: string) => {
    const found = ends.get(key) ?? { items: new Map<string, bigint>(), lines: 0n, allocated: 0n };
    ends.set(key, found);
    return found;
  };
  for (const item of items) endOf(keyOf(item)).items.set(item.id, item.openMinor);
  for (const total of totals) {
    const end = endOf(keyOf(total));
    end.lines += total.linesMinor;
    end.allocated += total.allocatedMinor;
  }
  return new Map(
    [...ends].map(([key, { items: open, lines, allocated }]) => [
      key,
      { items: open, linesMinor: lines, allocatedMinor: allocated },
    ]),
  );
}

const sumOf = (items: ReadonlyMap<string, bigint>): bigint =>
  [...items.values()].reduce((sum, minor) => sum + minor, 0n);

const movedBetween = ({ opening, closing }: Ends) => ({
  openingMinor: sumOf(opening.items),
  enteredMinor: closing.linesMinor - opening.linesMinor,
  clearedMinor: closing.allocatedMinor - opening.allocatedMinor,
  closingMinor: sumOf(closing.items),
});

function comparedItems({ opening: { items: before }, closing: { items: after } }: Ends) {
  const both = [...before].filter(([id]) => after.has(id));
  const changeOf = ([id, minor]: readonly [string, bigint]) => (after.get(id) ?? 0n) - minor;
  return {
    carried: setOf(both.filter((item) => changeOf(item) === 0n)),
    left: setOf([...before].filter(([id]) => !after.has(id))),
    added: setOf([...after].filter(([id]) => !before.has(id))),
    changed: setOf(
      both.map((item) => [item[0], changeOf(item)] as const).filter(([, minor]) => minor !== 0n),
    ),
    openingSha256: itemsHash(before),
    closingSha256: itemsHash(after),
  };
}

function setOf(items: readonly (readonly [id: string, minor: bigint])[]): RolledSet {
  return {
    count: items.length,
    minor: items.reduce((sum, [, minor]) => sum + minor, 0n),
    ids: items.map(([id]) => id).sort(),
  };
}

function itemsHash(items: ReadonlyMap<string, bigint>): string {
  const listed = [...items].map(([id, minor]) => `${id}/${minor}`).sort();
  return sha256Hex(canonicalJson(['open-items', listed]));
}

function faultsOf(row: RollForwardRow, { opening, closing }: Ends): RollForwardFault[] {
  const { side, currency } = row;
  const checks = [
    ['opening-items', opening.linesMinor - opening.allocatedMinor, row.openingMinor],
    ['closing-items', closing.linesMinor - closing.allocatedMinor, row.closingMinor],
    ['roll-forward', row.openingMinor + row.enteredMinor - row.clearedMinor, row.closingMinor],
  ] as const;
  return checks
    .filter(([, expected, actual]) => expected !== actual)
    .map(([check, expectedMinor, actualMinor]) => ({
      side,
      currency,
      check,
      expectedMinor,
      actualMinor,
    }));
}

/**
 * Whether the opening of a period is the closing of the one before, as sets of ids with their amounts.
 *
 * @returns side and currency of each row that does not carry over, such as `A/EUR`
 */
export function brokenChain(before: RollForward, after: RollForward): readonly string[] {
  const closing = new Map(before.rows.map((row) => [keyOf(row), row.closingSha256]));
  const opening = new Map(after.rows.map((row) => [keyOf(row), row.openingSha256]));
  const none = itemsHash(new Map());
  return [...new Set([...closing.keys(), ...opening.keys()])]
    .filter((key) => (closing.get(key) ?? none) !== (opening.get(key) ?? none))
    .sort();
}
