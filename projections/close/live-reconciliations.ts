import { Inject, Injectable } from '@nestjs/common';
import { READ_MODEL } from '../../src/http';
import { type ReadDb, type ReadModel } from '../read-model';
import {
  type LiveReconciliation,
  liveReconciliation,
  type ReconciliationRow,
} from './account-reconciliations';

/** Reconciliations kept in memory. */
const KEPT_MAX = 200;

/**
 * Reconciliations computed from rows, kept until a row that they rest on is touched. The mark of the last touch is read
 * in the same snapshot as the rows, so that nobody is shown older figures than the snapshot has.
 */
@Injectable()
export class LiveReconciliations {
  readonly #kept = new Map<string, { readonly mark: string; readonly live: LiveReconciliation }>();

  constructor(@Inject(READ_MODEL) private readonly readModel: ReadModel) {}

  readonly of = (db: ReadDb, row: ReconciliationRow): LiveReconciliation => {
    const mark = `${this.readModel.status().generation ?? ''} ${row.touched}`;
    const kept = this.#kept.get(row.id);
    if (kept?.mark === mark) return kept.live;
    const live = liveReconciliation(db, row);
    this.#kept.delete(row.id);
    this.#kept.set(row.id, { mark, live });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT_MAX && oldest !== undefined) this.#kept.delete(oldest);
    return live;
  };
}
