import {
  contentOf,
  differingPointers,
  encodeEntry,
  encodeForStore,
  storeIdOf,
} from '../../../src/kernel/entry';
import { anEntry } from '../../support/entries';

const LEAF = '9a0731043972af8632ef78aab6f72548c1d07f84339ddc5c33ea9d7db283c9cd';

describe('what a repeat is compared by', () => {
  it('is the entry without the members of arrival', () => {
    const { stream, id, type, contract, occurredAt, actor, source, data } = anEntry();
    expect(contentOf(anEntry({ revision: 4, prev: LEAF, attempt: 2 }))).toEqual({
      stream,
      id,
      type,
      contract,
      occurredAt,
      actor,
      source,
      data,
    });
  });

  it('leaves out the time of our own events, which is that of recording', () => {
    const content = contentOf(anEntry({ source: { system: 'tieout', id: 'k' } }));
    expect(Object.keys(content)).not.toContain('occurredAt');
  });

  it('gives one store id to every arrival of one event, and another to other content', () => {
    const first = storeIdOf(anEntry());
    expect(
      storeIdOf(
        anEntry({ revision: 9, prev: LEAF, attempt: 3, recordedAt: '2027-01-05T10:40:11.902Z' }),
      ),
    ).toBe(first);
    expect(storeIdOf(anEntry({ data: {} }))).not.toBe(first);
    expect(storeIdOf(anEntry({ occurredAt: '2026-01-05T10:40:12.000Z' }))).not.toBe(first);
  });

  it('is hashed as RFC 8785 and derived from the entry id', () => {
    // UUIDv5(entry id, hex of SHA-256 of the content), computed with Python's uuid and hashlib.
    expect(storeIdOf(anEntry())).toBe('01c38482-fc8a-54a5-b83a-d48939fd0167');
    expect(
      storeIdOf(
        anEntry({
          source: { system: 'tieout' },
          rules: [{ id: 'R', version: 1, outcome: 'pass' }],
        }),
      ),
    ).toBe('602dd556-dbe2-5168-ad59-f504f05ea923');
  });

  it('is the same when entry and store id are written together', () => {
    for (const entry of [
      anEntry(),
      anEntry({
        source: { system: 'tieout' },
        attempt: 2,
        revision: 1,
        prev: LEAF,
        overrides: [{ rule: 'R', reason: 'x', approver: 'p' }],
      }),
    ]) {
      expect(encodeForStore(entry)).toEqual({
        id: entry.id,
        type: entry.type,
        storeId: storeIdOf(entry),
        entry: encodeEntry(entry),
      });
    }
  });

  it('names the places that differ, never the values', () => {
    expect(
      differingPointers(
        { a: 1, b: { c: [1, { d: 'x' }], e: 1 }, same: { deep: [1] }, 'x/y': 1 },
        { a: 1, b: { c: [1, { d: 'y' }, 3] }, same: { deep: [1] }, z: null, 'x/y': '1' },
      ),
    ).toEqual(['/b/c/1/d', '/b/c/2', '/b/e', '/x~1y', '/z']);
    expect(differingPointers({ a: [] }, { a: {} })).toEqual(['/a']);
    expect(differingPointers({ a: [1, {}] }, { a: [1, {}] })).toEqual([]);
  });
});
