import { canonicalBytes } from '../../src/kernel/canonical-json';
import { type Entry } from '../../src/kernel/entry';
import { sha256Hex } from '../../src/kernel/hash';
import { type Json } from '../../src/kernel/json';
import { type Finding } from '../../src/sealing/check-report';
import { refused } from '../../src/sealing/findings';
import { type PackFile, readWhole } from './pack-source';
import { Members, readCanonical } from './strict-object';

interface Opening {
  readonly path: string;
  readonly salt: Uint8Array;
  readonly value: Json;
}

/** Disclosed personal values: each must fit the commitment in its entry. */
export class Openings {
  private readonly left: Map<string, Opening[]>;

  private constructor(openings: ReadonlyMap<string, Opening[]>) {
    this.left = new Map(openings);
  }

  /** @throws TieoutError `proof-invalid` */
  static read(file: PackFile | undefined): Openings {
    const byId = new Map<string, Opening[]>();
    if (file === undefined) return new Openings(byId);
    const finding = 'opening-mismatch';
    const root = new Members(readCanonical(readWhole(file), finding), '', finding).only(
      'openings',
      'v',
    );
    for (const opening of root.objects('openings')) {
      opening.only('id', 'path', 'salt', 'value');
      const id = opening.text('id');
      const list = byId.get(id) ?? [];
      list.push({
        path: opening.text('path'),
        salt: opening.hash('salt'),
        value: opening.value('value'),
      });
      byId.set(id, list);
    }
    return new Openings(byId);
  }

  mismatches(entry: Entry): Pick<Finding, 'detail' | 'pointer'>[] {
    const openings = this.left.get(entry.id) ?? [];
    this.left.delete(entry.id);
    return openings
      .filter((opening) => entry.commitments?.[opening.path] !== commitmentOf(opening))
      .map(({ path }) => ({
        pointer: path,
        detail: 'The value shown is not the one that was recorded.',
      }));
  }

  /** @throws TieoutError `proof-invalid` when a value is shown for an event that is not in the item */
  checkAllUsed(): void {
    const [id] = this.left.keys();
    if (id !== undefined) throw refused('opening-mismatch', `The item has no event ${id}.`);
  }
}

/** SHA-256(`tieout/commit/v1` 0x00 ‖ u16 length of path ‖ path ‖ salt ‖ canonical value). */
function commitmentOf({ path, salt, value }: Opening): string {
  const pathBytes = Buffer.from(path);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(pathBytes.length);
  return sha256Hex('tieout/commit/v1\0', length, pathBytes, salt, canonicalBytes(value));
}
