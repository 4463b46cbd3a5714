import { type Decimal, parseDecimal } from '../../src/kernel/decimal';
import { entryInForce } from '../control-registers';
import { type ReadDb } from '../read-model';

/** The rate of one date, `USD-EUR-2026-03-02`, as approved now: a correction holds for the past too. */
export function rateIn(db: ReadDb, id: string): Decimal | undefined {
  const rate = entryInForce(db, 'exchange-rate', id)?.entry['rate'];
  return typeof rate === 'string' ? parseDecimal(rate) : undefined;
}
