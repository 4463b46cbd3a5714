import { type CivilDate } from '../../src/kernel/civil-date';
import {
  NOTHING_OPEN,
  type RolledPosition,
} from '../../src/reconciliation/proofs/roll-forward.policy';
import {
  type CashGroup,
  type CashItem,
  type ProofOfCashInput,
} from '../../src/reconciliation/proofs/proof-of-cash.policy';
import { type Definition } from '../../src/reconciliation/matching/definition.policy';
import { isFileSide } from '../../src/reconciliation/matching/sides.policy';
import { type ReadDb } from '../read-model';
import { closingBalances } from './stated-balances.view';

/** The last run that speaks of a day: committed up to it, with the latest cut-off. */
const FIND_RUN = `
  SELECT id, cutoff FROM run
   WHERE definition = :definition AND cutoff <= :cutoff ORDER BY cutoff DESC, log_index DESC LIMIT 1`;

const LIST_OPEN = `
  SELECT line, side, currency, amount_minor FROM open_item
   WHERE definition = :definition AND since <= :cutoff AND (until IS NULL OR until > :cutoff)
   ORDER BY line`;
const LIST_TOTALS = `
  SELECT side, currency, amount, allocated, received, paid FROM side_total
   WHERE definition = :definition AND cutoff = :cutoff ORDER BY side, currency`;
const LIST_UNEVEN_GROUPS = `
  SELECT id, since, until, received_a, paid_a, received_b, paid_b FROM uneven_group
   WHERE definition = :definition AND currency = :currency AND since <= :cutoff
   ORDER BY id, since`;

interface TotalRow {
  readonly side: string;
  readonly currency: string;
  readonly amount: string;
  readonly allocated: string;
  readonly received: string;
  readonly paid: string;
}

interface GroupRow {
  readonly id: string;
  readonly since: string;
  readonly until: string | null;
  readonly received_a: string;
  readonly paid_a: string;
  readonly received_b: string;
  readonly paid_b: string;
}

/** Where a definition stood on a day, and which run says so. */
export interface PositionAt extends RolledPosition {
  /** absent before its first run */
  readonly run?: { readonly id: string; readonly cutoff: CivilDate };
}

/** Open items and totals of a definition as of its last run up to a day. */
export function positionAt(db: ReadDb, definition: string, on: CivilDate): PositionAt {
  const run = runUpTo(db, definition, on);
  if (run === undefined) return NOTHING_OPEN;
  const at = { definition, cutoff: run.cutoff };
  const items = db.all<{ line: string; side: string; currency: string; amount_minor: bigint }>(
    LIST_OPEN,
    at,
  );
  return {
    run,
    items: items.map(({ line, side, currency, amount_minor }) => ({
      ...{ id: line, side, currency, openMinor: amount_minor },
    })),
    totals: db.all<TotalRow>(LIST_TOTALS, at).map(({ side, currency, amount, allocated }) => ({
      ...{ side, currency, linesMinor: BigInt(amount), allocatedMinor: BigInt(allocated) },
    })),
  };
}

const runUpTo = (db: ReadDb, definition: string, cutoff: CivilDate) =>
  db.get<{ id: string; cutoff: string }>(FIND_RUN, { definition, cutoff });

/** A period of one bank definition and currency. */
export interface CashPeriod {
  readonly definition: Definition;
  readonly currency: string;
  /** cut-off of the period before; of the first period any day before it */
  readonly from: CivilDate;
  readonly to: CivilDate;
  /** what the books state, where the caller knows it; otherwise what their lines come to */
  readonly books?: { readonly openingMinor: bigint; readonly closingMinor: bigint } | undefined;
}

/** The figures of a proof of cash, and which of them nobody states. */
export interface CashFigures {
  readonly input: ProofOfCashInput;
  /** accounts that have no stated balance at an end of the period */
  readonly notStated: readonly { readonly account: string; readonly at: 'opening' | 'closing' }[];
}

/** What a proof of cash is made of: stated balances, movements of lines, open items and uneven groups. */
export function cashFigures(db: ReadDb, period: CashPeriod): CashFigures {
  const { definition, currency, from, to } = period;
  const [before, after] = [positionAt(db, definition.id, from), positionAt(db, definition.id, to)];
  const moved = (side: 'A' | 'B') => movements(db, period, side);
  const [a, b] = [moved('A'), moved('B')];
  const stated = statedBalances(db, period);
  const items = (position: PositionAt, at: CashItem['at']): CashItem[] =>
    position.items
      .filter((item) => item.currency === currency)
      .map(({ id, side, openMinor }) => ({
        ...{ id, at, amountMinor: openMinor },
        side: side === 'A' ? 'A' : 'B',
      }));
  const { groups, earlierDifferenceMinor } = unevenGroups(db, period, {
    opening: before.run?.cutoff ?? '',
    closing: after.run?.cutoff ?? '',
  });
  return {
    input: {
      currency,
      bank: {
        ...{ receiptsMinor: b.receiptsMinor, disbursementsMinor: b.disbursementsMinor },
        ...{ openingMinor: stated.openingMinor, closingMinor: stated.closingMinor },
      },
      books: { ...a, ...period.books },
      items: [...items(before, 'opening'), ...items(after, 'closing')],
      groups,
      earlierDifferenceMinor,
    },
    notStated: stated.notStated,
  };
}

/** Lines of one side at both ends, and what came in between, by the runs of both ends. */
function movements(db: ReadDb, { definition, currency, from, to }: CashPeriod, side: 'A' | 'B') {
  const at = (day: CivilDate) => {
    const cutoff = runUpTo(db, definition.id, day)?.cutoff ?? '';
    return db
      .all<TotalRow>(LIST_TOTALS, { definition: definition.id, cutoff })
      .find((total) => total.side === side && total.currency === currency);
  };
  const [old, now] = [at(from), at(to)];
  const moved = (name: 'received' | 'paid') => BigInt(now?.[name] ?? 0) - BigInt(old?.[name] ?? 0);
  return {
    openingMinor: BigInt(old?.amount ?? 0),
    receiptsMinor: moved('received'),
    disbursementsMinor: moved('paid'),
    closingMinor: BigInt(now?.amount ?? 0),
  };
}

/** Balances that statements state, added over the accounts of the side. */
function statedBalances(db: ReadDb, { definition, currency, from, to }: CashPeriod) {
  const side = definition.sides.B;
  const at = (day: CivilDate) => {
    const balances = isFileSide(side) ? closingBalances(db, side, day) : [];
    const found = balances.filter((one) => one.currency === currency);
    return new Map(found.map(({ account, minor }) => [account, minor]));
  };
  const [opening, closing] = [at(from), at(to)];
  const first = isFileSide(side) ? firstOpenings(db, currency, from) : new Map<string, bigint>();
  const openingOf = (account: string) => opening.get(account) ?? first.get(account);
  const accounts = [...new Set([...opening.keys(), ...closing.keys()])].sort();
  const sum = (values: readonly (bigint | undefined)[]) =>
    values.reduce<bigint>((total, minor) => total + (minor ?? 0n), 0n);
  return {
    openingMinor: sum(accounts.map(openingOf)),
    closingMinor: sum([...closing.values()]),
    notStated: accounts
      .filter((account) => openingOf(account) === undefined)
      .map((account) => ({ account, at: 'opening' as const })),
  };
}

/** An account whose first statement lies in the period opens with what that statement states. */
const LIST_FIRST_OPENINGS = `
  SELECT s.account, s.opening_minor AS minor FROM statement s JOIN batch b ON b.id = s.batch
   WHERE s.opening_minor IS NOT NULL AND s.opening_currency = :currency AND s.closing_date > :from
   ORDER BY coalesce(s.opening_date, s.closing_date) DESC, b.log_index DESC, s.ordinal DESC`;

const firstOpenings = (
  db: ReadDb,
  currency: string,
  from: CivilDate,
): ReadonlyMap<string, bigint> =>
  new Map(
    db
      .all<{ account: string; minor: bigint }>(LIST_FIRST_OPENINGS, { currency, from })
      .map(({ account, minor }) => [account, minor]),
  );

/** Groups that came or went in the period, and what those that were there before leave between the sides. */
function unevenGroups(
  db: ReadDb,
  { definition, currency }: CashPeriod,
  { opening, closing }: { readonly opening: CivilDate; readonly closing: CivilDate },
): Pick<ProofOfCashInput, 'groups' | 'earlierDifferenceMinor'> {
  const rows = db.all<GroupRow>(LIST_UNEVEN_GROUPS, {
    definition: definition.id,
    currency,
    cutoff: closing,
  });
  const isLive = ({ since, until }: GroupRow, at: CivilDate) =>
    since <= at && (until === null || until > at);
  const before = rows.filter((row) => isLive(row, opening));
  const after = rows.filter((row) => isLive(row, closing));
  const net = (row: GroupRow) =>
    BigInt(row.received_b) - BigInt(row.paid_b) - BigInt(row.received_a) + BigInt(row.paid_a);
  const groupOf = (row: GroupRow, sign: bigint): CashGroup => ({
    id: row.id,
    a: {
      receiptsMinor: sign * BigInt(row.received_a),
      disbursementsMinor: sign * BigInt(row.paid_a),
    },
    b: {
      receiptsMinor: sign * BigInt(row.received_b),
      disbursementsMinor: sign * BigInt(row.paid_b),
    },
  });
  const came = after.filter((row) => !isLive(row, opening));
  const went = before.filter((row) => !isLive(row, closing));
  return {
    groups: [...came.map((row) => groupOf(row, 1n)), ...went.map((row) => groupOf(row, -1n))],
    earlierDifferenceMinor: before.reduce((sum, row) => sum + net(row), 0n),
  };
}
