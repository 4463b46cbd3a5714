import * as fc from 'fast-check';

import { wrapLines } from '../../../evidence/pack/pdf/wrap';

const measure = (text: string): number => text.length;

describe('wrapping', () => {
  it('breaks at spaces, then after punctuation, then anywhere', () => {
    expect(wrapLines('one two three', 7, measure)).toEqual(['one two', 'three']);
    expect(wrapLines('purchase-order.approved', 10, measure)).toEqual([
      'purchase-',
      'order.',
      'approved',
    ]);
    expect(wrapLines('0123456789abcdef', 6, measure)).toEqual(['012345', '6789ab', 'cdef']);
  });

  it('never loses a character and never exceeds the width', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), fc.integer({ min: 1, max: 30 }), (text, width) => {
        const lines = wrapLines(text, width, measure);
        const bare = (s: string): string => s.replace(/[ \n]/g, '');
        expect(bare(lines.join(''))).toBe(bare(text));
        expect(lines.every((line) => line.length <= width)).toBe(true);
      }),
    );
  });
});
