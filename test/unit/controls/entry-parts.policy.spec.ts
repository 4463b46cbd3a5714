import { canonicalJson } from '../../../src/kernel/canonical-json';
import {
  joined,
  PART_BYTES_MAX,
  partsOf,
} from '../../../src/controls/registers/entry-parts.policy';

const item = (n: number) => ({ id: `R-${n}`, text: 'x'.repeat(1_000) });
const items = (count: number) => Array.from({ length: count }, (_, n) => item(n));

describe('an entry that one event cannot hold', () => {
  it('is parted, and put together again as it was', () => {
    const entry = { title: 'large', duties: items(40), rules: items(70), empty: [] };
    const parts = partsOf(entry);
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts)
      expect(Buffer.byteLength(canonicalJson(part))).toBeLessThan(PART_BYTES_MAX + 1_024);
    const [first = {}, ...more] = parts;
    expect(more.reduce(joined, first)).toEqual(entry);
  });

  it('is left alone when it fits, and refused when one item does not', () => {
    expect(partsOf({ a: 1 })).toEqual([{ a: 1 }]);
    expect(() => partsOf({ rules: [{ text: 'x'.repeat(PART_BYTES_MAX) }] })).toThrow(
      expect.objectContaining({ code: 'too-large' }),
    );
  });
});
