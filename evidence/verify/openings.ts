import { canonicalBytes } from '../../src/kernel/canonical-json';
import { commitmentOf, PATH_BYTES_MAX } from '../../src/kernel/commitment';
import { type Entry } from '../../src/kernel/entry';
import { type Json } from '../../src/kernel/json';
import { type Finding } from '../../src/sealing/check-report';
import { refused } from '../../src/sealing/findings';
import { type ErasureRegister } from '../../src/sealing/privacy-check';
import { type PackFile, readWhole } from './pack-source';
import { Members, readCanonical } from './strict-object';

interface Opening {
  readonly path: string;
  readonly salt: Uint8Array;
  readonly value: Json;
}

interface Erased {
  readonly path: string;
  /** entry id of the `privacy.erased` event */
  readonly event: string;
}

interface Unproved {
  readonly proved: number;
  readonly missing: Pick<Finding, 'detail' | 'pointer'>[];
}

/** Disclosed personal values: each must fit the commitment in its entry. */
export class Openings {
  private readonly left: Map<string, Opening[]>;
  private readonly erased: Map<string, Erased[]>;

  private constructor(
    openings: ReadonlyMap<string, Opening[]>,
    erased: ReadonlyMap<string, Erased[]>,
  ) {
    this.left = new Map(openings);
    this.erased = new Map(erased);
  }

  /** @throws TieoutError `proof-invalid` */
  static read(file: PackFile | undefined): Openings {
    const byId = new Map<string, Opening[]>();
    const erased = new Map<string, Erased[]>();
    if (file === undefined) return new Openings(byId, erased);
    const finding = 'opening-mismatch';
    const root = new Members(readCanonical(readWhole(file), finding), '', finding);
    const hasErased = root.optional('erased') !== undefined;
    root.only(...(hasErased ? ['erased'] : []), 'openings', 'v');
    for (const value of hasErased ? root.objects('erased') : []) {
      value.only('event', 'id', 'path');
      const id = value.text('id');
      const list = erased.get(id) ?? [];
      list.push({ path: value.text('path'), event: value.text('event') });
      erased.set(id, list);
    }
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
    return new Openings(byId, erased);
  }

  mismatches(entry: Entry): Pick<Finding, 'detail' | 'pointer'>[] {
    const openings = this.left.get(entry.id) ?? [];
    this.left.delete(entry.id);
    return openings
      .filter((opening) => entry.commitments?.[opening.path] !== committed(opening))
      .map(({ path }) => ({
        pointer: path,
        detail: 'The value shown is not the one that was recorded.',
      }));
  }

  /**
   * Values that the item calls erased, but no proved event names.
   *
   * @param index of the entry in the log
   */
  unproved(entry: Entry, index: number, register: ErasureRegister): Unproved {
    const { id, stream, revision } = entry;
    const claimed = this.erased.get(id) ?? [];
    this.erased.delete(id);
    const missing = claimed.filter(({ path, event }) => {
      const by = register.by({ stream, revision, path }, index);
      return entry.commitments?.[path] === undefined || by?.event !== event;
    });
    const detail = 'The value is said to be erased, and no event here proves it.';
    return {
      proved: claimed.length - missing.length,
      missing: missing.map(({ path }) => ({ pointer: path, detail })),
    };
  }

  /** @throws TieoutError `proof-invalid` when a value is shown for an event that is not in the item */
  checkAllUsed(): void {
    const [id] = [...this.left.keys(), ...this.erased.keys()];
    if (id !== undefined) throw refused('opening-mismatch', `The item has no event ${id}.`);
  }
}

/** The commitment; nothing for a path that no commitment can have. */
function committed({ path, salt, value }: Opening): string {
  return Buffer.byteLength(path) > PATH_BYTES_MAX
    ? ''
    : commitmentOf(path, salt, canonicalBytes(value));
}
