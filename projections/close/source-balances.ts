import { type BroughtForward } from '../../src/reconciliation/close/period.events';
import { addDays } from '../../src/kernel/civil-date';
import { parseAmount } from '../../src/kernel/money';
import { type Definition } from '../../src/reconciliation/matching/definition.policy';
import { normaliseAccount } from '../../src/reconciliation/matching/reference.policy';
import { type FileSide } from '../../src/reconciliation/matching/sides.policy';
import {
  type FailedControl,
  type OpeningBalance,
  type SourceControl,
} from '../../src/reconciliation/sign-off/reconciliation-rows.policy';
import { sourceOf } from '../../src/reconciliation/sources/source.policy';
import { type ReadDb } from '../read-model';
import { bankSide, isInScope, type Scope, scopedTotals } from '../reconciliation-board/scope.view';

/** The statements of the first day and of the last day up to the cut-off, of every account. */
const LIST_BALANCES = `
  WITH mine AS (
    SELECT s.source, b.entity, s.account, coalesce(s.closing_currency, s.opening_currency) AS currency, b.log_index,
           s.opening_minor, s.closing_minor, coalesce(s.opening_date, s.closing_date, '') AS opened, s.closing_date AS closed
      FROM statement s JOIN batch b ON b.id = s.batch
     WHERE b.entity IN (:entity, '_')),
  first AS (SELECT source, entity, account, currency, min(opened) AS day FROM mine WHERE opening_minor IS NOT NULL GROUP BY 1, 2, 3, 4),
  last AS (
    SELECT source, entity, account, currency, max(closed) AS day FROM mine
     WHERE closing_minor IS NOT NULL AND closed <= :cutoff GROUP BY 1, 2, 3, 4)
  SELECT m.source, m.entity, m.account, m.currency, m.opening_minor, m.closing_minor, m.opened AS day, 'opening' AS kind
    FROM mine m JOIN first f ON f.source = m.source AND f.entity = m.entity AND f.account = m.account
     AND f.currency = m.currency AND f.day = m.opened
   WHERE m.opening_minor IS NOT NULL
  UNION ALL
  SELECT m.source, m.entity, m.account, m.currency, m.opening_minor, m.closing_minor, m.closed, 'closing'
    FROM mine m JOIN last l ON l.source = m.source AND l.entity = m.entity AND l.account = m.account
     AND l.currency = m.currency AND l.day = m.closed
   WHERE m.closing_minor IS NOT NULL`;

const LIST_FAILED = `
  SELECT s.source, b.entity, s.account, s.batch, s.ordinal, s.data, b.accepted IS NOT NULL AS accepted
    FROM statement s JOIN batch b ON b.id = s.batch
   WHERE b.entity IN (:entity, '_') AND s.closing_date >= :from AND s.closing_date <= :cutoff
     AND s.data LIKE '%"verdict":"failed"%'
   ORDER BY s.batch, s.ordinal
   LIMIT 1000`;

interface BalanceRow {
  readonly source: string;
  readonly entity: string;
  readonly account: string;
  readonly currency: string;
  readonly opening_minor: bigint | null;
  readonly closing_minor: bigint | null;
  readonly day: string;
  readonly kind: 'opening' | 'closing';
}

export interface SourceBalances {
  readonly broughtForward: readonly OpeningBalance[];
  readonly source: readonly SourceControl[];
  readonly failed: readonly FailedControl[];
}

export interface BalanceRequest {
  readonly definition: Definition;
  readonly scope: Scope;
  readonly from: string;
  readonly cutoff: string;
  readonly stated: readonly BroughtForward[];
}

const isOfSide = (
  { sources, status }: Pick<FileSide, 'sources' | 'status'>,
  source: string,
): boolean => sources?.includes(source) ?? sourceOf(source)?.lines === status;

/** What statements say the accounts hold, beside what their lines add up to. */
export function sourceBalances(db: ReadDb, request: BalanceRequest): SourceBalances {
  const { scope, from, cutoff } = request;
  const { entity } = scope;
  const bank = bankSide(request.definition);
  if (bank === undefined) return { broughtForward: [], source: [], failed: [] };
  const isMine = (row: { source: string; entity: string; account: string }) =>
    isOfSide(bank, row.source) && isInScope(scope, row);
  const rows = db.all<BalanceRow>(LIST_BALANCES, { entity, cutoff }).filter(isMine);
  const broughtForward = broughtForwardOf(
    rows.filter(({ kind }) => kind === 'opening'),
    request,
  );
  return {
    broughtForward,
    source: controlsOf(
      db,
      rows.filter(({ kind }) => kind === 'closing'),
      broughtForward,
      request,
    ),
    failed: db
      .all<{
        source: string;
        entity: string;
        account: string;
        batch: string;
        ordinal: bigint;
        data: string;
        accepted: bigint;
      }>(LIST_FAILED, { entity, from, cutoff })
      .filter(isMine)
      .flatMap(failedOf),
  };
}

function broughtForwardOf(
  openings: readonly BalanceRow[],
  { definition, scope, stated }: BalanceRequest,
): OpeningBalance[] {
  const balances = new Map<string, OpeningBalance>();
  for (const [key, rows] of byAccount(openings)) {
    const first = endOfChain(rows, 'opening_minor', 'closing_minor');
    const minor = first?.opening_minor;
    if (first === undefined || minor === undefined || minor === null) continue;
    const { currency } = first;
    const account = normaliseAccount(first.account);
    balances.set(key, {
      account,
      currency,
      booksMinor: minor,
      sourceMinor: minor,
      basis: 'first-statement',
    });
  }
  for (const { definition: id, account: raw, currency, books, source } of stated) {
    const account = normaliseAccount(raw);
    const isMine = scope.accounts?.includes(account) ?? true;
    if (id !== definition.id || !isMine) continue;
    balances.set(`${account} ${currency}`, {
      account,
      currency,
      booksMinor: parseAmount(books, currency),
      sourceMinor: parseAmount(source, currency),
      basis: 'stated',
    });
  }
  return [...balances.values()];
}

function byAccount(rows: readonly BalanceRow[]): ReadonlyMap<string, readonly BalanceRow[]> {
  const groups = new Map<string, BalanceRow[]>();
  for (const row of rows) {
    const key = `${normaliseAccount(row.account)} ${row.currency}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return groups;
}

/** Of several statements of one day, the one that no other goes on from. */
function endOfChain(
  rows: readonly BalanceRow[],
  end: 'opening_minor' | 'closing_minor',
  other: 'opening_minor' | 'closing_minor',
): BalanceRow | undefined {
  const isInner = (row: BalanceRow) => rows.some((one) => one !== row && one[other] === row[end]);
  return rows.find((row) => !isInner(row)) ?? rows[0];
}

/** Opening + lines up to the day of the statement = what the statement closes with. */
function controlsOf(
  db: ReadDb,
  closings: readonly BalanceRow[],
  broughtForward: readonly OpeningBalance[],
  { definition, scope }: BalanceRequest,
): SourceControl[] {
  return [...byAccount(closings)].flatMap(([key, rows]) => {
    const row = endOfChain(rows, 'closing_minor', 'opening_minor');
    const statedMinor = row?.closing_minor;
    const opening = broughtForward.find((b) => `${b.account} ${b.currency}` === key);
    if (opening === undefined || row === undefined) return [];
    if (statedMinor === undefined || statedMinor === null) return [];
    const account = normaliseAccount(row.account);
    const on = row.day;
    const total = scopedTotals(
      db,
      definition,
      { entity: scope.entity, accounts: [account] },
      on,
    ).find((t) => t.side === bankSide(definition)?.side && t.currency === row.currency);
    const computedMinor = opening.sourceMinor + (total?.minor ?? 0n);
    return [{ account, currency: row.currency, on, statedMinor, computedMinor }];
  });
}

function failedOf(row: {
  readonly batch: string;
  readonly ordinal: bigint;
  readonly data: string;
  readonly accepted: bigint;
}): FailedControl[] {
  const accepted = row.accepted === 1n;
  const { controls } = JSON.parse(row.data) as {
    readonly controls: Readonly<Record<string, { readonly verdict: string }>>;
  };
  return Object.entries(controls).flatMap(([control, { verdict }]) =>
    verdict === 'failed'
      ? [{ batch: row.batch, statement: Number(row.ordinal), control, accepted }]
      : [],
  );
}

/** Accounts whose newest statement ends too long before the cut-off; the entity itself when none is here. */
export function staleAccounts(
  db: ReadDb,
  request: Omit<BalanceRequest, 'stated' | 'from'>,
  freshDays: number,
): readonly { readonly account: string; readonly upTo?: string }[] {
  const { definition, scope, cutoff } = request;
  const bank = bankSide(definition);
  if (bank === undefined) return [];
  const rows = db
    .all<BalanceRow>(LIST_BALANCES, { entity: scope.entity, cutoff: '9999-12-31' })
    .filter((row) => row.kind === 'closing' && isOfSide(bank, row.source) && isInScope(scope, row));
  const upTo = new Map<string, string>();
  for (const { account: raw, day } of rows) {
    const account = normaliseAccount(raw);
    if (day > (upTo.get(account) ?? '')) upTo.set(account, day);
  }
  const wanted = scope.accounts ?? [...upTo.keys()];
  const oldest = addDays(cutoff, -freshDays);
  const stale = wanted.flatMap((account) => {
    const date = upTo.get(account);
    if (date === undefined) return [{ account }];
    return date < oldest ? [{ account, upTo: date }] : [];
  });
  return wanted.length === 0 ? [{ account: scope.entity }] : stale;
}
