import { type CivilDate } from '../../src/kernel/civil-date';
import { type StatedBalance } from '../../src/reconciliation/kinds/balances';
import { type FileSide } from '../../src/reconciliation/matching/sides.policy';
import { type ReadDb } from '../read-model';

/** The last closing balance of each account up to a day; of two files that close on one day, the one that came later. */
const LIST_CLOSING_BALANCES = `
  SELECT s.account, s.closing_currency AS currency, s.closing_minor AS minor, s.closing_date AS day
    FROM statement s JOIN batch b ON b.id = s.batch
   WHERE s.closing_minor IS NOT NULL AND b.withdrawn IS NULL AND s.closing_date <= :cutoff
     AND (:sources IS NULL OR s.source IN (SELECT value FROM json_each(:sources)))
     AND (:entity IS NULL OR b.entity = :entity)
   ORDER BY s.closing_date, b.log_index, s.ordinal`;

export function closingBalances(
  db: ReadDb,
  { sources, entity, accounts }: FileSide,
  cutoff: CivilDate,
): StatedBalance[] {
  const latest = new Map<string, StatedBalance>();
  const rows = db.all<{ account: string; currency: string; minor: bigint; day: string }>(
    LIST_CLOSING_BALANCES,
    {
      cutoff,
      sources: sources === undefined ? null : JSON.stringify(sources),
      entity: entity ?? null,
    },
  );
  for (const { account, currency, minor, day } of rows)
    if (accounts === undefined || accounts.includes(account))
      latest.set(`${account} ${currency}`, { account, currency, minor, on: day });
  return [...latest.values()];
}
