import { type Frontier } from './frontier';

/** One place of the log with the leaves that copies claim for it; the first is the most likely one. */
export interface Place {
  readonly index: number;
  readonly candidates: readonly Uint8Array[];
}

/** 2^10 combinations of a commit are tried at most; a forger who needs more has changed more than can be told apart. */
const UNCERTAIN_MAX = 10;

/**
 * Which leaf at each place leads to a signed root: the copy that reaches it is the good one.
 *
 * @param before the log before these places; it is not changed
 * @returns the chosen leaves and the log after them, or undefined when no choice reaches the root
 */
export function chooseLeaves(
  before: Frontier,
  places: readonly Place[],
  root: Uint8Array,
): readonly Uint8Array[] | undefined {
  const uncertain = places.filter((place) => place.candidates.length > 1).slice(0, UNCERTAIN_MAX);
  const choice = new Map(uncertain.map((place) => [place.index, 0]));
  do {
    const leaves = places.map((place) => place.candidates[choice.get(place.index) ?? 0]);
    if (leaves.every((leaf) => leaf !== undefined) && reaches(before, leaves, root)) return leaves;
  } while (nextChoice(uncertain, choice));
  return undefined;
}

function reaches(before: Frontier, leaves: readonly Uint8Array[], root: Uint8Array): boolean {
  const after = before.copy();
  for (const leaf of leaves) after.append(leaf);
  return Buffer.compare(after.root(), root) === 0;
}

/** Counts up through the combinations; false after the last. */
function nextChoice(uncertain: readonly Place[], choice: Map<number, number>): boolean {
  for (const { index, candidates } of uncertain) {
    const next = (choice.get(index) ?? 0) + 1;
    if (next < candidates.length) {
      choice.set(index, next);
      return true;
    }
    choice.set(index, 0);
  }
  return false;
}

/** Equal hashes once, in the given order; missing ones left out. */
export function distinct(hashes: readonly (Uint8Array | undefined)[]): Uint8Array[] {
  const kept: Uint8Array[] = [];
  for (const hash of hashes) {
    if (hash === undefined || kept.some((k) => Buffer.compare(k, hash) === 0)) continue;
    kept.push(hash);
  }
  return kept;
}
