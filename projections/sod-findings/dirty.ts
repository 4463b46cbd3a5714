import { type Instant } from '../../src/kernel/runtime';
import { type ProjectionDb } from '../read-model';
import { type UnitName } from './unit';

/** What a batch has touched. */
export interface Dirty {
  /** objects that got an act */
  readonly objects: Set<string>;
  /** objects whose acts may count differently from now on */
  readonly reconsidered: Set<string>;
  /** objects that came from another document than before */
  readonly relinked: Set<string>;
  /** accounts that are somebody else from now on */
  readonly accounts: Set<string>;
  /** related objects about which something lasting was done */
  readonly relied: Set<string>;
  /** related objects, as `key:value`, about which somebody acted */
  readonly relations: Set<string>;
  /** objects whose approvals or amounts may be judged otherwise, and nothing else about them */
  readonly rejudged: Set<string>;
  /** units whose findings a permission bears on */
  readonly units: Map<string, UnitName>;
  /** persons whose rights may be others */
  readonly persons: Set<string>;
  /** legal entities whose dates are others */
  readonly entities: Set<string>;
  /** approvals from these instants on, by duty: an authority began or ended */
  readonly limited: Map<string, Instant>;
  /** a register says something else than before */
  registersChanged: boolean;
}

/**
 * Kept per connection and in memory: to note it as rows would cost as much as the facts themselves. A batch that fails
 * leaves its notes behind, and the units it names are judged once more than needed, which changes nothing.
 */
const touched = new WeakMap<ProjectionDb, Dirty>();

export function dirtyOf(db: ProjectionDb): Dirty {
  let dirty = touched.get(db);
  if (dirty === undefined) {
    dirty = {
      objects: new Set(),
      reconsidered: new Set(),
      relinked: new Set(),
      accounts: new Set(),
      relied: new Set(),
      relations: new Set(),
      rejudged: new Set(),
      units: new Map(),
      persons: new Set(),
      entities: new Set(),
      limited: new Map(),
      registersChanged: false,
    };
    touched.set(db, dirty);
  }
  return dirty;
}

export function markUnit({ kind, scope }: UnitName, { units }: Dirty): void {
  units.set(`${kind} ${scope}`, { kind, scope });
}

/** Everything the batch touched, or undefined; afterwards there is nothing left to do. */
export function takeDirty(db: ProjectionDb): Dirty | undefined {
  const dirty = touched.get(db);
  touched.delete(db);
  return dirty;
}
