import { type Placed } from '../port';

/**
 * Where this node knows entry ids to be recorded. KurrentDB has no such index; a node has what its own appends and its
 * sequencer told it.
 */
export interface EntryIdIndex {
  find(ids: readonly string[]): ReadonlyMap<string, Placed>;
  note(id: string, placed: Placed): void;
}

/** In memory and without bound: for tools and tests. */
export class EntryIdMap implements EntryIdIndex {
  private readonly places = new Map<string, Placed>();

  find(ids: readonly string[]): ReadonlyMap<string, Placed> {
    const found = new Map<string, Placed>();
    for (const id of ids) {
      const placed = this.places.get(id);
      if (placed !== undefined) found.set(id, placed);
    }
    return found;
  }

  note(id: string, placed: Placed): void {
    this.places.set(id, placed);
  }
}
