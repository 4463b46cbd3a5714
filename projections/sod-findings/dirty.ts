import { type ProjectionDb } from '../read-model';

/**
 * What a batch has touched: an object that got an act, an object whose links changed, an account whose person did, or
 * master data about which something lasting was done. Kept as rows, so that it belongs to the batch's transaction.
 */
export type DirtyKind = 'object' | 'links' | 'account' | 'ref';

export interface Dirty {
  readonly kind: DirtyKind;
  readonly key: string;
}

const MARK_DIRTY = `INSERT OR IGNORE INTO sod_dirty (kind, key) VALUES (:kind, :key)`;
const LIST_DIRTY = `SELECT kind, key FROM sod_dirty ORDER BY kind, key`;
const CLEAR_DIRTY = `DELETE FROM sod_dirty`;

export function markDirty(kind: DirtyKind, key: string, db: ProjectionDb): void {
  db.run(MARK_DIRTY, { kind, key });
}

/** Everything the batch touched, once each; afterwards there is nothing left to do. */
export function takeDirty(db: ProjectionDb): Dirty[] {
  const dirty = db.all<Dirty>(LIST_DIRTY);
  if (dirty.length > 0) db.run(CLEAR_DIRTY);
  return dirty;
}
