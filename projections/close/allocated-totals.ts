import { normaliseAccount } from '../../src/reconciliation/matching/reference.policy';
import { type RolledTotal } from '../../src/reconciliation/proofs/roll-forward.policy';
import { type ReadDb } from '../read-model';
import { isInScope, type Scope, type ScopedTotal } from '../reconciliation-board/scope.view';

const SUM_ALLOCATIONS = `
  SELECT a.side, g.currency, coalesce(k.entity, s.entity) AS entity, coalesce(k.account, s.account, '') AS account,
         sum(a.amount_minor / 1000000000) AS whole, sum(a.amount_minor % 1000000000) AS rest
    FROM allocation a
    JOIN match_group g ON g.definition = a.definition AND g.id = a.match_group
    LEFT JOIN book_line k ON k.id = a.line
    LEFT JOIN statement_line s ON s.id = a.line
   WHERE a.definition = :definition AND a.live = 1
   GROUP BY 1, 2, 3, 4
   ORDER BY 1, 2, 3, 4`;

const PART = 1_000_000_000n;

interface AllocatedRow {
  readonly side: string;
  readonly currency: string;
  readonly entity: string;
  readonly account: string;
  readonly whole: bigint;
  readonly rest: bigint;
}

/**
 * What all lines of each side come to, and how much of it is in live groups. Lines are added up from the lines,
 * allocations from the groups: the roll-forward rests on the two being different records.
 */
export function rolledTotals(
  db: ReadDb,
  definition: string,
  scope: Scope,
  totals: readonly ScopedTotal[],
): RolledTotal[] {
  const sums = new Map<string, { lines: bigint; allocated: bigint }>();
  const sumOf = (side: string, currency: string) => {
    const key = `${side} ${currency}`;
    const found = sums.get(key) ?? { lines: 0n, allocated: 0n };
    sums.set(key, found);
    return found;
  };
  for (const { side, currency, minor } of totals) sumOf(side, currency).lines += minor;
  for (const row of db.all<AllocatedRow>(SUM_ALLOCATIONS, { definition })) {
    const { side, currency, entity, whole, rest } = row;
    if (isInScope(scope, { entity, account: normaliseAccount(row.account) }))
      sumOf(side, currency).allocated += whole * PART + rest;
  }
  return [...sums]
    .sort(([x], [y]) => (x < y ? -1 : 1))
    .map(([key, { lines: linesMinor, allocated: allocatedMinor }]) => {
      const [side = '', currency = ''] = key.split(' ');
      return { side, currency, linesMinor, allocatedMinor };
    });
}
