import { Inject, Injectable } from '@nestjs/common';
import { BoardReader } from '../../../projections/reconciliation-board/board-reader';
import { type ReconciliationRow } from '../../../projections/close/account-reconciliations';
import { LiveReconciliations } from '../../../projections/close/live-reconciliations';
import {
  findReconciliationRow,
  guardsOf,
  reconciled,
  type Reconciled,
  reconciliationsOfPeriod,
} from '../../../projections/close/reconciliations.view';
import { type ReadModel, type Snapshot } from '../../../projections/read-model';
import { type EventStore } from '../../event-store';
import { READ_MODEL, STORE } from '../../http';
import { notFound } from '../../kernel/errors';
import { type Guard } from './guard.policy';

/** A reconciliation with the conditions of its first signature, from one snapshot. */
export type Judged = Reconciled & { readonly guards: readonly Guard[] };

/** What decisions of a close rest on: the read model, never older than what was recorded when they were asked. */
@Injectable()
export class CloseBooks {
  readonly #board: BoardReader;

  constructor(
    @Inject(READ_MODEL) private readonly readModel: ReadModel,
    @Inject(STORE) store: EventStore,
    @Inject(LiveReconciliations) private readonly live: LiveReconciliations,
  ) {
    this.#board = new BoardReader(readModel, store);
  }

  /** @throws TieoutError `read-model-behind`, `read-model-stopped` */
  async atHead<T>(view: (db: Snapshot) => T): Promise<T> {
    await this.#board.reachHead();
    return this.readModel.query(view);
  }

  /** @throws TieoutError `not-found` */
  reconciliation(id: string): Promise<Judged> {
    return this.atHead((db) => {
      const row = findReconciliationRow(db, id);
      if (row === undefined) throw notFound(`The reconciliation ${id}`);
      return this.judgedRow(db, row);
    });
  }

  /** One row of a snapshot. */
  judgedRow(db: Snapshot, row: ReconciliationRow): Judged {
    const found = reconciled(db, row, this.live.of);
    return { ...found, guards: guardsOf(db, found) };
  }

  /** Every required reconciliation of a period, from one snapshot. */
  ofPeriod(db: Snapshot, entity: string, period: string): readonly Judged[] {
    return reconciliationsOfPeriod(db, entity, period).map((row) => this.judgedRow(db, row));
  }
}
