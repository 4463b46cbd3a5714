import { canonicalJson } from '../../kernel/canonical-json';
import { sha256Hex } from '../../kernel/hash';
import { type Json, type JsonObject } from '../../kernel/json';
import { formatMinor, parseAmount } from '../../kernel/money';

import {
  type ItemClass,
  type LateTotal,
  type ReconcilingItem,
  type ReconciliationRows,
  type SourceControl,
} from './reconciliation-rows.policy';

export interface ClassTotal {
  readonly class: ItemClass;
  readonly count: number;
  /** side A - side B of its items */
  readonly amount: string;
}

/** The figures of one currency; decimal text. */
export interface Figures {
  readonly currency: string;
  readonly perBooks: string;
  readonly perSource: string;
  readonly adjustedBooks: string;
  readonly adjustedSource: string;
  readonly unexplained: string;
  /** the same without netting: offsetting items explain nothing */
  readonly unexplainedGross: string;
  readonly threshold: string;
  readonly items: readonly ClassTotal[];
  /** what tolerances and persons allowed in groups: side A - side B */
  readonly groupDifferences: string;
  /** lines that the run has not seen or that left a group since: side A - side B */
  readonly notMatched: string;
  readonly tiedOut: boolean;
}

export interface AccountReconciliation {
  readonly figures: readonly Figures[];
  /** what a signature covers; owner, age, due dates and comments are no part of it */
  readonly statement: JsonObject;
  /** the statement as bytes of a file, RFC 8785 */
  readonly text: string;
  /** 64 hex, SHA-256 of `text` */
  readonly hash: string;
}

const CLASSES: readonly ItemClass[] = [
  'TIMING',
  'PERMANENT',
  'ERROR_OURS',
  'ERROR_THEIRS',
  'UNEXPLAINED',
];

/**
 * The account reconciliation as one pure function of the rows: figures, the statement that is signed, and its hash. The
 * order of the rows changes nothing.
 */
export function accountReconciliation(rows: ReconciliationRows): AccountReconciliation {
  const figures = currenciesOf(rows).map((currency) => figuresOf(rows, currency));
  const statement = statementOf(rows, figures);
  const text = canonicalJson(statement);
  return { figures, statement, text, hash: sha256Hex(text) };
}

function currenciesOf(rows: ReconciliationRows): readonly string[] {
  const all = [rows.totals, rows.broughtForward, rows.items, rows.differences].flatMap((list) =>
    list.map(({ currency }: { readonly currency: string }) => currency),
  );
  return [...new Set(all)].sort();
}

function figuresOf(rows: ReconciliationRows, currency: string): Figures {
  const mine = <T extends { readonly currency: string }>(list: readonly T[]) =>
    list.filter((one) => one.currency === currency);
  const forward = mine(rows.broughtForward);
  const totals = mine(rows.totals);
  const items = mine(rows.items);
  const side = (name: 'A' | 'B') => sum(totals.filter((t) => t.side === name).map((t) => t.minor));
  const perBooks = sum(forward.map((f) => f.booksMinor)) + side('A');
  const perSource = sum(forward.map((f) => f.sourceMinor)) + side('B');
  const differences = sum(mine(rows.differences).map(({ minor }) => minor));
  const adjustedBooks = perBooks + sum(items.map(onBooks)) - differences;
  const adjustedSource = perSource + sum(items.map(onSource));
  const notMatched = side('A') - side('B') - sum(items.map(netOf)) - differences;
  const unexplained = adjustedBooks - adjustedSource;
  const gross =
    sum(items.filter((i) => i.class === 'UNEXPLAINED').map((i) => magnitude(netOf(i)))) +
    magnitude(notMatched) +
    magnitude(sum(forward.map((f) => f.booksMinor - f.sourceMinor)));
  const threshold = parseAmount(
    rows.thresholds[currency] ?? formatMinor(0n, currency),
    currency,
    '/thresholds',
  );
  const text = (minor: bigint) => formatMinor(minor, currency);
  return {
    currency,
    perBooks: text(perBooks),
    perSource: text(perSource),
    adjustedBooks: text(adjustedBooks),
    adjustedSource: text(adjustedSource),
    unexplained: text(unexplained),
    unexplainedGross: text(gross),
    threshold: text(threshold),
    items: classTotals(items, text),
    groupDifferences: text(differences),
    notMatched: text(notMatched),
    tiedOut: notMatched === 0n && magnitude(unexplained) <= threshold && gross <= threshold,
  };
}

/** What the books would hold if they had taken the item: corrections of ours, and what is not booked yet. */
function onBooks(item: ReconcilingItem): bigint {
  if (item.class === 'TIMING') return item.bMinor;
  return item.class === 'PERMANENT' || item.class === 'ERROR_OURS' ? -netOf(item) : 0n;
}

/** What the source would hold: items in transit and outstanding, and its own errors put right. */
function onSource(item: ReconcilingItem): bigint {
  if (item.class === 'TIMING') return item.aMinor;
  return item.class === 'ERROR_THEIRS' ? netOf(item) : 0n;
}

const netOf = ({ aMinor, bMinor }: ReconcilingItem): bigint => aMinor - bMinor;
const sum = (minors: readonly bigint[]): bigint => minors.reduce((all, one) => all + one, 0n);
const magnitude = (minor: bigint): bigint => (minor < 0n ? -minor : minor);

function classTotals(
  items: readonly ReconcilingItem[],
  text: (minor: bigint) => string,
): readonly ClassTotal[] {
  return CLASSES.flatMap((name) => {
    const mine = items.filter((item) => item.class === name);
    const total = { class: name, count: mine.length, amount: text(sum(mine.map(netOf))) };
    return mine.length === 0 ? [] : [total];
  });
}

function statementOf(rows: ReconciliationRows, figures: readonly Figures[]): JsonObject {
  const json = (value: unknown) => value as Json;
  return {
    kind: 'account-reconciliation',
    v: 1,
    definition: { ...rows.definition },
    entity: rows.entity,
    period: rows.period,
    from: rows.from,
    cutoff: rows.cutoff,
    accounts: rows.accounts === undefined ? null : [...rows.accounts].sort(),
    limits: { thresholds: { ...rows.thresholds }, levels: [...rows.levels] },
    opening: json(rows.opening ?? null),
    figures: json(figures),
    balances: json(balancesOf(rows)),
    run: json(rows.run ?? null),
    controls: json({ source: sourceVerdicts(rows.source), failed: sortedBy(rows.failed) }),
    decided: [...rows.decided].sort(),
    differences: json(
      sortedBy(
        rows.differences.map(({ group, currency, minor }) => ({
          group,
          currency,
          amount: formatMinor(minor, currency),
        })),
      ),
    ),
    late: json(sortedBy(rows.late.map(lateRow))),
    items: json(sortedBy(rows.items.map(itemRow))),
  };
}

/** Each account on its own, so that two accounts cannot make up for one another in silence. */
function balancesOf({ totals, broughtForward }: ReconciliationRows): readonly object[] {
  const opened = broughtForward.map(({ account, currency, booksMinor, sourceMinor, basis }) => ({
    account,
    currency,
    broughtForward: {
      books: formatMinor(booksMinor, currency),
      source: formatMinor(sourceMinor, currency),
      basis,
    },
  }));
  const lines = totals.map(({ side, account, currency, lines: count, minor }) => ({
    account,
    currency,
    side,
    lines: count,
    amount: formatMinor(minor, currency),
  }));
  return sortedBy([...opened, ...lines]);
}

export const verdictOfSource = ({
  statedMinor,
  computedMinor,
}: SourceControl): 'passed' | 'failed' => (statedMinor === computedMinor ? 'passed' : 'failed');

const sourceVerdicts = (source: readonly SourceControl[]): readonly object[] =>
  sortedBy(
    source.map((one) => ({
      account: one.account,
      currency: one.currency,
      on: one.on,
      stated: formatMinor(one.statedMinor, one.currency),
      computed: formatMinor(one.computedMinor, one.currency),
      verdict: verdictOfSource(one),
    })),
  );

const lateRow = ({ period, side, currency, count, netMinor, grossMinor }: LateTotal): object => ({
  ...{ period, side, currency, count },
  net: formatMinor(netMinor, currency),
  gross: formatMinor(grossMinor, currency),
});

function itemRow(item: ReconcilingItem): object {
  const { id, type, currency, aMinor, bMinor, cause, explanation } = item;
  return {
    id,
    type,
    class: item.class,
    currency,
    a: formatMinor(aMinor, currency),
    b: formatMinor(bMinor, currency),
    ...(cause === undefined ? {} : { cause }),
    ...(explanation === undefined ? {} : { explanation }),
  };
}

/** In the order of their canonical text: no order of arrival or of a database reaches the hash. */
function sortedBy<T extends object>(rows: readonly T[]): readonly T[] {
  return rows
    .map((row) => ({ row, key: canonicalJson(row as unknown as Json) }))
    .sort((x, y) => (x.key < y.key ? -1 : x.key > y.key ? 1 : 0))
    .map(({ row }) => row);
}
