import { type ProjectionDb } from '../read-model';

/** What a batch has touched. */
export interface Dirty {
  /** got an act */
  readonly objects: Set<string>;
  /** came from another document than before */
  readonly relinked: Set<string>;
  /** are somebody else from now on */
  readonly accounts: Set<string>;
  /** master data about which something lasting was done */
  readonly refs: Set<string>;
  /** chains whose findings a permission bears on */
  readonly roots: Set<string>;
}

/**
 * Kept per connection and in memory: to note it as rows would cost as much as the facts themselves. A batch that fails
 * leaves its notes behind, and the chains it names are judged once more than needed, which changes nothing.
 */
const touched = new WeakMap<ProjectionDb, Dirty>();

export function dirtyOf(db: ProjectionDb): Dirty {
  let dirty = touched.get(db);
  if (dirty === undefined) {
    dirty = {
      objects: new Set(),
      relinked: new Set(),
      accounts: new Set(),
      refs: new Set(),
      roots: new Set(),
    };
    touched.set(db, dirty);
  }
  return dirty;
}

/** Everything the batch touched, or undefined; afterwards there is nothing left to do. */
export function takeDirty(db: ProjectionDb): Dirty | undefined {
  const dirty = touched.get(db);
  touched.delete(db);
  return dirty;
}
