import { decodeEntry } from '../../src/kernel/entry';
import { hex, leafHash } from '../../src/kernel/hash';
import { type PackEntry } from './pack-input';
import { type ReadEntry } from './timeline';

/** Decodes sealed entries strictly: a pack never shows what its own verifier would refuse. */
export function readEntries(entries: readonly PackEntry[]): ReadEntry[] {
  return entries.map(({ index, bytes }) => ({
    index,
    entry: decodeEntry(bytes),
    leaf: hex(leafHash(bytes)),
  }));
}
