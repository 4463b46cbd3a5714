import {
  type GroupDifference,
  type ItemClass,
  type ReconcilingItem,
} from '../../src/reconciliation/sign-off/reconciliation-rows.policy';
import { minorOf } from '../../src/reconciliation/matching/result-file';
import { type RolledItem } from '../../src/reconciliation/proofs/roll-forward.policy';
import { type Sides } from '../../src/reconciliation/matching/sides.policy';
import { sha256Hex } from '../../src/kernel/hash';
import { type ReadDb } from '../read-model';
import { linesById, type LineView } from '../reconciliation-board/lines.view';
import { isInScope, type Scope } from '../reconciliation-board/scope.view';

const LIST_ITEM_LINES = `
  SELECT i.break, i.type, b.class, b.entity, b.currency, b.a, b.b, b.owner, c.cause, c.explanation, l.line
    FROM reconciliation_item i
    JOIN reconciliation r ON r.id = i.reconciliation
    JOIN break b ON b.id = i.break
    LEFT JOIN break_cause c ON c.break = i.break AND c.period = r.period
    LEFT JOIN break_line l ON l.break = i.break
   WHERE i.reconciliation = :id
   ORDER BY i.break, l.line`;

/** Sets that persons made and that were cleared by the cut-off: they hold for the runs of every period. */
const LIST_PERSONS_GROUPS = `
  SELECT g.id, a.line, a.side, a.amount_minor, g.currency, coalesce(g.decided_by, '') AS by
    FROM match_group g JOIN allocation a ON a.definition = g.definition AND a.match_group = g.id
   WHERE g.definition = :definition AND g.pass = 'person' AND g.status = 'confirmed' AND a.live = 1
     AND g.clearing_date <= :cutoff
   ORDER BY g.id, a.line`;

const LIST_DIFFERING_GROUPS = `
  SELECT d.match_group AS id, a.line, a.side, a.amount_minor, g.currency
    FROM reconciliation_difference d
    JOIN reconciliation r ON r.id = d.reconciliation
    JOIN match_group g ON g.definition = r.definition AND g.id = d.match_group
    JOIN allocation a ON a.definition = g.definition AND a.match_group = g.id
   WHERE d.reconciliation = :id
   ORDER BY d.match_group, a.line`;

interface ItemLineRow {
  readonly break: string;
  readonly type: string;
  readonly class: string;
  readonly entity: string;
  readonly currency: string;
  /** decimal text of the whole break */
  readonly a: string;
  readonly b: string;
  readonly owner: string | null;
  readonly cause: string | null;
  readonly explanation: string | null;
  /** absent: a difference of balances or states */
  readonly line: string | null;
}

interface GroupLineRow {
  readonly id: string;
  readonly line: string;
  readonly side: 'A' | 'B';
  readonly amount_minor: bigint;
  readonly currency: string;
}

type PersonsLineRow = GroupLineRow & { readonly by: string };

export interface ReconcilingRows {
  readonly items: readonly ReconcilingItem[];
  readonly differences: readonly GroupDifference[];
  readonly decided: readonly string[];
  /** clients that decided */
  readonly workers: readonly string[];
  /** breaks with whoever owns them */
  readonly owned: ReadonlySet<string>;
  /** its open lines, each with its amount; of a break without lines the break */
  readonly open: readonly RolledItem[];
}

/** What the run of the period left open, less what persons have matched since, and what groups were allowed to differ by. */
export function reconcilingRows(
  db: ReadDb,
  of: {
    readonly id: string;
    readonly definition: string;
    readonly cutoff: string;
    readonly sides: Sides;
    /** lines that came late for a closed period */
    readonly late: ReadonlySet<string>;
  },
  scope: Scope,
): ReconcilingRows {
  const { definition, cutoff } = of;
  const persons = db.all<PersonsLineRow>(LIST_PERSONS_GROUPS, { definition, cutoff });
  const matched = new Set(persons.map(({ line }) => line));
  const open = db
    .all<ItemLineRow>(LIST_ITEM_LINES, { id: of.id })
    .filter(({ line }) => line === null || !matched.has(line));
  const groups = [...persons, ...db.all<GroupLineRow>(LIST_DIFFERING_GROUPS, { id: of.id })];
  const ids = [...open, ...groups].flatMap(({ line }) => line ?? []);
  const lines = linesById(db, ids, of.sides);
  const isMine = ({ line }: { readonly line: string }): boolean => {
    const found = lines.get(line);
    return found !== undefined && isInScope(scope, found);
  };
  const lateBreaks = new Set(
    open.filter(({ line }) => line !== null && of.late.has(line)).map((row) => row.break),
  );
  const lateType = (row: ItemLineRow): ItemLineRow =>
    lateBreaks.has(row.break) ? { ...row, type: 'LATE_CHANGE' } : row;
  const decided = persons.filter(isMine);
  return {
    items: itemsOf(open.map(lateType), lines, scope),
    differences: differencesOf(groups.filter(isMine)),
    decided: [...new Set(decided.map(({ id }) => id))],
    workers: [...new Set(decided.map(({ by }) => by))],
    owned: new Set(open.filter(({ owner }) => owner !== null).map((row) => row.break)),
    open: openOf(open, lines, scope),
  };
}

function itemsOf(
  rows: readonly ItemLineRow[],
  lines: ReadonlyMap<string, LineView>,
  scope: Scope,
): ReconcilingItem[] {
  const items = new Map<string, ReconcilingItem>();
  for (const row of rows) {
    const part = partOf(row, lines, scope);
    if (part === undefined) continue;
    const key = `${row.break} ${part.currency}`;
    const before = items.get(key) ?? { aMinor: 0n, bMinor: 0n };
    items.set(key, {
      id: row.break,
      type: row.type,
      class: row.class as ItemClass,
      currency: part.currency,
      aMinor: before.aMinor + part.aMinor,
      bMinor: before.bMinor + part.bMinor,
      ...(row.cause === null ? {} : { cause: row.cause }),
      ...(row.explanation === null ? {} : { explanation: sha256Hex(row.explanation) }),
    });
  }
  return [...items.values()];
}

type Part = Pick<ReconcilingItem, 'currency' | 'aMinor' | 'bMinor'>;

/** A line of the break on its side; of a break without lines, all of it. */
function partOf(
  row: ItemLineRow,
  lines: ReadonlyMap<string, LineView>,
  scope: Scope,
): Part | undefined {
  const { entity, currency } = row;
  if (row.line === null) {
    const isMine = entity === scope.entity || entity === '_';
    return isMine ? { currency, aMinor: minorOf(row.a), bMinor: minorOf(row.b) } : undefined;
  }
  const line = lines.get(row.line);
  if (line === undefined || !isInScope(scope, line)) return undefined;
  const minor = minorOf(line.amount.amount);
  return {
    currency: line.amount.currency,
    aMinor: line.side === 'A' ? minor : 0n,
    bMinor: line.side === 'B' ? minor : 0n,
  };
}

function openOf(
  rows: readonly ItemLineRow[],
  lines: ReadonlyMap<string, LineView>,
  scope: Scope,
): RolledItem[] {
  const found = rows.flatMap((row) => {
    const part = partOf(row, lines, scope);
    if (part === undefined) return [];
    const { currency, aMinor, bMinor } = part;
    const id = row.line ?? row.break;
    return [
      { id, side: 'A', currency, openMinor: aMinor },
      { id, side: 'B', currency, openMinor: bMinor },
    ].filter(({ openMinor }) => openMinor !== 0n);
  });
  const key = ({ id, side, currency }: RolledItem) => `${id} ${side} ${currency}`;
  return found.sort((x, y) => (key(x) < key(y) ? -1 : 1));
}

function differencesOf(rows: readonly GroupLineRow[]): GroupDifference[] {
  const differences = new Map<string, GroupDifference>();
  for (const { id, side, amount_minor: minor, currency } of rows) {
    const before = differences.get(id)?.minor ?? 0n;
    const after = before + (side === 'A' ? minor : -minor);
    differences.set(id, { group: id, currency, minor: after });
  }
  return [...differences.values()].filter(({ minor }) => minor !== 0n);
}
