import { Inject, Injectable } from '@nestjs/common';
import { type BlobStore } from '../../src/blob-store';
import { BLOBS, READ_MODEL } from '../../src/http';
import { canonicalJson } from '../../src/kernel/canonical-json';
import {
  readSnapshot,
  type Snapshot,
} from '../../src/reconciliation/close/closing-snapshot.policy';
import { closingOf } from '../../src/reconciliation/close/period-state.policy';
import { type Figures } from '../../src/reconciliation/sign-off/account-reconciliation.policy';
import { type ReadDb, type ReadModel } from '../read-model';
import {
  type LiveReconciliation,
  liveReconciliation,
  periodState,
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

  #snapshot: { readonly sha256: string; readonly snapshot: Snapshot } | undefined;

  constructor(
    @Inject(READ_MODEL) private readonly readModel: ReadModel,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  readonly of = (db: ReadDb, row: ReconciliationRow): LiveReconciliation => {
    const mark = `${this.readModel.status().generation ?? ''} ${row.touched} ${row.movable}`;
    const kept = this.#kept.get(row.id);
    if (kept?.mark === mark) return kept.live;
    const live = this.closed(db, row) ?? liveReconciliation(db, row);
    this.#kept.delete(row.id);
    this.#kept.set(row.id, { mark, live });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT_MAX && oldest !== undefined) this.#kept.delete(oldest);
    return live;
  };

  /** A closing snapshot of ours. @throws Error when the blob store has lost it */
  snapshot(sha256: string): Snapshot {
    if (this.#snapshot?.sha256 === sha256) return this.#snapshot.snapshot;
    const bytes = this.blobs.read(sha256);
    if (bytes === undefined) throw new Error(`the blob store has no closing snapshot ${sha256}`);
    const snapshot = readSnapshot(bytes);
    this.#snapshot = { sha256, snapshot };
    return snapshot;
  }

  /** What was closed stays as it was closed, whatever its rows have become. */
  private closed(db: ReadDb, row: ReconciliationRow): LiveReconciliation | undefined {
    if (row.movable === 1n) return undefined;
    const state = periodState(db, row.entity, row.period);
    const closing = state === undefined ? undefined : closingOf(state);
    if (closing === undefined) return undefined;
    const { reconciliations } = this.snapshot(closing.snapshot.sha256);
    const found = reconciliations.find(({ id }) => id === row.id);
    if (found === undefined) return undefined;
    const { statement, hash } = found;
    const figures = statement.figures as unknown as readonly Figures[];
    return { figures, statement, text: canonicalJson(statement), hash };
  }
}
