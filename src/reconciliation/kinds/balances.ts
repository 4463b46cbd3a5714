import { type CivilDate } from '../../kernel/civil-date';
import { type Definition } from '../matching/definition.policy';
import { type Side } from '../matching/line';
import { normaliseAccount, byText } from '../matching/reference.policy';
import { type Break, type Identity } from '../matching/result';
import { isFileSide, type SideDefinition } from '../matching/sides.policy';
import { type LineInput } from '../runs/input-lines';
import {
  byId,
  type Compared,
  type CountedLine,
  identityOf,
  moneyText,
  sideTotals,
  subjectBreak,
} from './comparison';

/** A balance that a file states, instead of the sum of its lines. */
export interface StatedBalance {
  readonly account: string;
  readonly currency: string;
  readonly minor: bigint;
  readonly on: CivilDate;
}

export interface BalanceSides {
  readonly a: readonly LineInput[];
  readonly b: readonly LineInput[];
  readonly stated?: Partial<Record<Side, readonly StatedBalance[]>>;
}

interface Balance {
  readonly entity: string;
  readonly account: string;
  readonly currency: string;
  a?: bigint;
  b?: bigint;
  on: CivilDate;
}

/** Books against support by account and currency. What is absent is no balance of zero, and a surplus is a difference too. */
export function compareBalances(
  definition: Definition,
  { a, b, stated = {} }: BalanceSides,
  cutoff: CivilDate,
): Compared {
  const balances = new Map<string, Balance>();
  addSide(balances, 'a', definition.sides.A, { lines: a, stated: stated.A, cutoff });
  addSide(balances, 'b', definition.sides.B, { lines: b, stated: stated.B, cutoff });
  const all = [...balances].sort(([x], [y]) => byText(x, y)).map(([, balance]) => balance);
  const breaks: Break[] = [];
  const identities: Identity[] = [];
  for (const balance of all) {
    const found = balanceBreak(definition.id, balance);
    if (found !== undefined) breaks.push(found);
    identities.push(tieOut(balance, found !== undefined));
  }
  return {
    groups: [],
    ambiguities: [],
    suggestions: [],
    breaks: byId(breaks),
    totals: sideTotals([...counted(a, 'A'), ...counted(b, 'B')]),
    identities: byId(identities),
  };
}

const counted = (lines: readonly LineInput[], side: Side): CountedLine[] =>
  lines.map((input) => ({ input, side, minor: input.amountMinor, isAllocated: true }));

interface Told {
  readonly lines: readonly LineInput[];
  readonly stated: readonly StatedBalance[] | undefined;
  readonly cutoff: CivilDate;
}

function addSide(
  balances: Map<string, Balance>,
  side: 'a' | 'b',
  definition: SideDefinition,
  { lines, stated, cutoff }: Told,
): void {
  const map = new Map(
    (isFileSide(definition) ? (definition.accountMap ?? []) : []).map((one) => [
      one.account,
      one.as,
    ]),
  );
  const of = (account: string, currency: string, entity: string): Balance => {
    const name = normaliseAccount(map.get(account) ?? account);
    const key = `${name} ${currency}`;
    const balance = balances.get(key) ?? { entity, account: name, currency, on: cutoff };
    balances.set(key, balance);
    return balance;
  };
  if (stated !== undefined) {
    for (const { account, currency, minor, on } of stated) {
      const balance = of(account, currency, '_');
      balance[side] = (balance[side] ?? 0n) + minor;
      if (on < balance.on) balance.on = on;
    }
    return;
  }
  for (const { account, currency, amountMinor, entity } of lines) {
    const balance = of(account, currency, entity);
    balance[side] = (balance[side] ?? 0n) + amountMinor;
  }
}

function balanceBreak(
  definition: string,
  { entity, account, currency, a, b, on }: Balance,
): Break | undefined {
  if (a === b || ((a ?? 0n) === 0n && (b ?? 0n) === 0n)) return undefined;
  const text = (minor: bigint | undefined) =>
    minor === undefined ? '' : moneyText(minor, currency);
  return subjectBreak({
    definition,
    type: 'BALANCE_BREAK',
    check: 'balance',
    subject: { entity, account, currency },
    currency,
    bookDate: on,
    failed: [{ predicate: 'amount', a: text(a), b: text(b) }],
    aMinor: a ?? 0n,
    bMinor: b ?? 0n,
  });
}

/** books = support + explained + unexplained; a run explains nothing, persons do. */
function tieOut({ account, currency, a = 0n, b = 0n }: Balance, isOpen: boolean): Identity {
  return identityOf({
    check: 'tie-out',
    unit: currency,
    place: account,
    terms: [
      ['books', a],
      ['support', b],
      ['explained', 0n],
      ['unexplained', isOpen ? a - b : 0n],
    ],
  });
}
