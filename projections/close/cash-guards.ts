import { addDays } from '../../src/kernel/civil-date';
import { formatMinor } from '../../src/kernel/money';
import { type Guard } from '../../src/reconciliation/close/guard.policy';
import { minorOf } from '../../src/reconciliation/matching/result-file';
import { proofOfCash } from '../../src/reconciliation/proofs/proof-of-cash.policy';
import { type Figures } from '../../src/reconciliation/sign-off/account-reconciliation.policy';
import { type ReadDb } from '../read-model';
import { cashFigures } from '../reconciliation-board/roll-forward.view';
import { scopedTotals } from '../reconciliation-board/scope.view';
import { definitionOf, requiredOf, scopeOf } from './account-reconciliations';
import { type Reconciled } from './reconciliations.view';

const OTHERS = `
  SELECT 1 AS yes FROM reconciliation
   WHERE definition = :definition AND entity <> :entity LIMIT 1`;

/**
 * Proof of cash of a bank definition: bank and books agree in opening, receipts, disbursements and closing, adjusted for
 * what only one of them has. The proof is of a whole definition: one that serves several entities or only some accounts
 * of one is proved by its roll-forward, as is period 13, which has no days of its own.
 */
export function cashGuards(
  db: ReadDb,
  { row, live }: Reconciled,
  prior: readonly Figures[],
): Guard[] {
  const definition = definitionOf(db, row);
  const { entity, from_day: fromDay, cutoff, period } = row;
  const isWhole =
    requiredOf(row).accounts === undefined &&
    db.get(OTHERS, { definition: definition.id, entity }) === undefined;
  if (definition.kind !== 'bank' || !isWhole || period.endsWith('-13')) return [];
  const from = addDays(fromDay, -1);
  return live.figures.map(({ currency, perBooks }): Guard => {
    const books = {
      openingMinor: openingOf(db, { row, live }, { currency, from, prior }),
      closingMinor: minorOf(perBooks),
    };
    const { input, notStated } = cashFigures(db, { definition, currency, from, to: cutoff, books });
    const { faults, rows } = proofOfCash(input);
    const isProved = faults.length === 0 || notStated.length > 0;
    const difference = rows.find(({ row: name }) => name === 'difference');
    return {
      guard: 'proof-of-cash',
      holds: isProved,
      detail: isProved
        ? `The proof of cash in ${currency} holds.`
        : `The proof of cash in ${currency} fails in ${[...new Set(faults.map((fault) => fault.row))].join(', ')}: the closing differs by ${formatMinor(difference?.closingMinor ?? 0n, currency)}. Run ${definition.id} again and look at its columns.`,
      link: `/v1/recon/proof-of-cash?definition=${definition.id}&currency=${currency}&from=${from}&to=${cutoff}`,
    };
  });
}

/** Books at the end of the period before: as they were closed, else what their lines come to. */
function openingOf(
  db: ReadDb,
  { row, live }: Pick<Reconciled, 'row' | 'live'>,
  at: { readonly currency: string; readonly from: string; readonly prior: readonly Figures[] },
): bigint {
  const closed = at.prior.find(({ currency }) => currency === at.currency);
  if (closed !== undefined) return minorOf(closed.perBooks);
  const brought = (live.rows?.broughtForward ?? []).filter((b) => b.currency === at.currency);
  const lines = scopedTotals(db, definitionOf(db, row), scopeOf(row), at.from).filter(
    ({ side, currency }) => side === 'A' && currency === at.currency,
  );
  return (
    brought.reduce((sum, { booksMinor }) => sum + booksMinor, 0n) +
    lines.reduce((sum, { minor }) => sum + minor, 0n)
  );
}
