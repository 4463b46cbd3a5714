import { decodeEntry } from '../../src/kernel/entry';
import { ErasureRegister } from '../../src/sealing/privacy-check';
import { type ErasedValue, type PackEntry } from './pack-input';

export interface ErasureFacts {
  /** every event of the streams that say so, ascending by index, so that none of them can be left out unseen */
  readonly erasures: readonly PackEntry[];
  readonly erased: readonly ErasedValue[];
}

/**
 * Which values of a transaction were erased, and the sealed events that say so.
 *
 * @param entries of the transaction
 * @param privacy entries of all privacy streams below the pack's size
 */
export function erasureFacts(
  entries: readonly PackEntry[],
  privacy: readonly PackEntry[],
): ErasureFacts {
  const register = new ErasureRegister();
  const streams = new Map<number, string>();
  for (const { index, bytes } of privacy) {
    const entry = decodeEntry(bytes);
    streams.set(index, entry.stream);
    register.note(entry, index);
  }
  const erased: ErasedValue[] = [];
  const named = new Set<string>();
  for (const { index, bytes } of privacy.length === 0 ? [] : entries) {
    const { id, stream, revision, commitments = {} } = decodeEntry(bytes);
    for (const path of Object.keys(commitments).sort()) {
      const by = register.by({ stream, revision, path }, index);
      if (by === undefined) continue;
      erased.push({ id, path, event: by.event });
      named.add(by.stream);
    }
  }
  return {
    erasures: privacy.filter(({ index }) => named.has(streams.get(index) ?? '')),
    erased: erased.sort(byIdAndPath),
  };
}

export function byIdAndPath(
  a: { readonly id: string; readonly path: string },
  b: { readonly id: string; readonly path: string },
): number {
  const [x, y] = [`${a.id} ${a.path}`, `${b.id} ${b.path}`];
  return x < y ? -1 : x > y ? 1 : 0;
}
