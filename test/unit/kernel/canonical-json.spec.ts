import { canonicalJson } from '../../../src/kernel/canonical-json';
import { type Json } from '../../../src/kernel/json';

describe('the canonical writer', () => {
  it('orders members by UTF-16 units, at every level', () => {
    expect(canonicalJson({ b: 1, a: { d: [], c: {} }, A: null, '10': true, '9': false })).toBe(
      '{"10":true,"9":false,"A":null,"a":{"c":{},"d":[]},"b":1}',
    );
    // U+FB33 comes after U+1F602 by code point but before it by UTF-16 units.
    expect(canonicalJson({ '\ufb33': 1, '\u{1f602}': 2 })).toBe('{"\u{1f602}":2,"\ufb33":1}');
  });

  it('escapes what must be escaped and nothing else', () => {
    expect(canonicalJson('"\\/\b\f\n\r\t\u0000\u001f\u007f\u2028é😀')).toBe(
      '"\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\u007f\u2028é😀"',
    );
    expect(canonicalJson({ 'a"\n': 1 })).toBe('{"a\\"\\n":1}');
  });

  it.each<[string, unknown]>([
    ['NaN', Number.NaN],
    ['an infinity', [Number.POSITIVE_INFINITY]],
    ['a bigint', { a: 1n }],
    ['undefined', { a: undefined }],
    ['a hole', [, 1]],
    ['a lone surrogate', 'x\ud800y'],
    ['a lone surrogate in a name', { '\udc00': 1 }],
  ])('refuses %s instead of writing something else', (_what, value) => {
    expect(() => canonicalJson(value as Json)).toThrow(TypeError);
  });

  it('still writes names after more of them than it remembers', () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`n${i}`, i]));
    expect(canonicalJson(many)).toBe(
      JSON.stringify(Object.fromEntries(Object.entries(many).sort(([a], [b]) => (a < b ? -1 : 1)))),
    );
  });
});
