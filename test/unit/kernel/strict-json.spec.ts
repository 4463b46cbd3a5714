import { parseStrictJson } from '../../../src/kernel/strict-json';
import { refusalOf } from '../../support/refusals';

const utf8 = (text: string) => Buffer.from(text, 'utf8');
const read = (text: string) => parseStrictJson(utf8(text));
const refusal = (bytes: Uint8Array) => {
  const { code, members } = refusalOf(() => parseStrictJson(bytes));
  return [code, members['pointer'], members['offset']];
};

describe('the strict JSON reader', () => {
  it('reads every kind of value', () => {
    expect(
      read(' {"a":[1,-2,0],"b":{"c":null},"d":true,"e":false,"f":"x","g":{},"h":[]}\r\n\t '),
    ).toEqual({
      a: [1, -2, 0],
      b: { c: null },
      d: true,
      e: false,
      f: 'x',
      g: {},
      h: [],
    });
  });

  it('reads escapes and astral characters', () => {
    expect(read('"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\ud83d\\ude02\u{1f600}é\u007f"')).toBe(
      '"\\/\b\f\n\r\tAé😂😀é\u007f',
    );
  });

  it('keeps text that is not NFC as it came', () => {
    expect(read('"e\u0301"')).toBe('e\u0301');
  });

  it('reads integers up to 2^53 - 1 on both sides of zero', () => {
    expect(read('[9007199254740991,-9007199254740991]')).toEqual([
      9007199254740991, -9007199254740991,
    ]);
  });

  it('builds objects that inherit nothing', () => {
    const object = read('{"a":1}') as Record<string, unknown>;
    expect([
      object['constructor'],
      object['toString'],
      object['hasOwnProperty'],
      '__proto__' in object,
    ]).toEqual([undefined, undefined, undefined, false]);
  });

  it('takes the same member name in different objects, and names met before', () => {
    expect(read('[{"a":1},{"a":2,"b":{"a":3}}]')).toEqual([{ a: 1 }, { a: 2, b: { a: 3 } }]);
  });

  it('tells apart names that share a hash', () => {
    // "Aa" and "BB" have equal hashes for the multiplier 31.
    expect(read('{"Aa":1,"BB":2}')).toEqual({ Aa: 1, BB: 2 });
    expect(read('{"BB":1,"Aa":2}')).toEqual({ BB: 1, Aa: 2 });
  });

  it('reads 32 levels and refuses the bracket that opens the 33rd', () => {
    expect(JSON.stringify(read('['.repeat(32) + ']'.repeat(32)))).toBe(
      '['.repeat(32) + ']'.repeat(32),
    );
    expect(refusal(utf8('['.repeat(33)))).toEqual(['json-depth', '/0'.repeat(32), 32]);
  });

  it('allows any name inside the member that it is told to, and only there', () => {
    const options = { freeNamesOf: 'commitments' };
    expect(parseStrictJson(utf8('{"commitments":{"/data/a":"x"}}'), options)).toEqual({
      commitments: { '/data/a': 'x' },
    });
    expect(
      refusalOf(() => parseStrictJson(utf8('{"data":{"commitments":{"/a":1}}}'), options)).code,
    ).toBe('json-name');
    expect(
      refusalOf(() => parseStrictJson(utf8('{"commitments":{"/a":1,"/a":2}}'), options)).code,
    ).toBe('json-duplicate-name');
    expect(
      refusalOf(() => parseStrictJson(utf8('{"commitments":{"a":{"/b":1}}}'), options)).code,
    ).toBe('json-name');
  });

  it.each<[string, Uint8Array, string, string, number]>([
    ['a byte order mark', Buffer.from('efbbbf7b7d', 'hex'), 'json-encoding', '', 0],
    [
      'a byte that UTF-8 never has',
      Buffer.from('7b2261223a22ff227d', 'hex'),
      'json-encoding',
      '',
      6,
    ],
    ['an overlong form', Buffer.from('22c0af22', 'hex'), 'json-encoding', '', 1],
    ['an overlong form of three bytes', Buffer.from('2241e08080', 'hex'), 'json-encoding', '', 2],
    ['an encoded surrogate', Buffer.from('22eda08022', 'hex'), 'json-encoding', '', 1],
    ['a point above U+10FFFF', Buffer.from('22f490808022', 'hex'), 'json-encoding', '', 1],
    ['a sequence cut short', Buffer.from('22c3', 'hex'), 'json-encoding', '', 1],
    [
      'a bad byte behind a syntax error: encoding first',
      Buffer.from('7b7b22ff', 'hex'),
      'json-encoding',
      '',
      3,
    ],
  ])('refuses %s', (_what, bytes, code, pointer, offset) => {
    expect(refusal(bytes)).toEqual([code, pointer, offset]);
  });

  it.each<[string, string, string, string, number]>([
    ['nothing', '', 'json-syntax', '', 0],
    ['white space only', ' \n', 'json-syntax', '', 2],
    ['a trailing comma', '{"a":1,}', 'json-syntax', '', 7],
    ['a trailing comma in an array', '[1,]', 'json-syntax', '/1', 3],
    ['a leading zero', '{"a":01}', 'json-syntax', '/a', 5],
    ['a leading zero after the sign', '[-01]', 'json-syntax', '/0', 2],
    ['a plus sign', '[+1]', 'json-syntax', '/0', 1],
    ['a number that begins with a point', '[.5]', 'json-syntax', '/0', 1],
    ['a number that ends with a point', '[5.]', 'json-syntax', '/0', 2],
    ['a point in the exponent', '[1e1.5]', 'json-syntax', '/0', 4],
    ['an empty exponent', '[1e]', 'json-syntax', '/0', 2],
    ['an exponent with a sign only', '[1.5e+]', 'json-syntax', '/0', 4],
    ['NaN', '[NaN]', 'json-syntax', '/0', 1],
    ['a literal cut short', '[tru]', 'json-syntax', '/0', 1],
    ['a comment', '{"a":1}//x', 'json-syntax', '', 7],
    ['a second value', '{"a":1}{}', 'json-syntax', '', 7],
    ['a raw control character', '{"a":"b\nc"}', 'json-syntax', '/a', 7],
    ['an unknown escape', '{"a":"\\x41"}', 'json-syntax', '/a', 6],
    ['a bad hex digit', '{"a":"\\u00g1"}', 'json-syntax', '/a', 6],
    ['an escape at the end', '"\\', 'json-syntax', '', 1],
    ['a string that is not closed', '{"a":"b', 'json-syntax', '/a', 7],
    ['a string with an escape that is not closed', '"\\n', 'json-syntax', '', 3],
    ['an object that is not closed', '{"a":1', 'json-syntax', '', 6],
    ['a missing colon', '{"a" 1}', 'json-syntax', '/a', 5],
    ['a missing comma', '{"a":1 "b":2}', 'json-syntax', '', 7],
    ['a missing comma in an array', '[1 2]', 'json-syntax', '/0', 3],
    ['a name without quotes', '{a:1}', 'json-syntax', '', 1],
    ['the same name twice', '{"a":1,"a":1}', 'json-duplicate-name', '/a', 7],
    [
      'the same name twice, the first value being null',
      '{"a":null,"a":1}',
      'json-duplicate-name',
      '/a',
      10,
    ],
    ['the same name after unescaping', '{"a":1,"\\u0061":2}', 'json-duplicate-name', '/a', 7],
    [
      'the same name in a nested object',
      '{"x":[{"a":1,"b":2,"a":3}]}',
      'json-duplicate-name',
      '/x/0/a',
      19,
    ],
    ['__proto__', '{"__proto__":{}}', 'json-name', '/__proto__', 1],
    ['__proto__ in escapes', '{"\\u005f_proto__":{}}', 'json-name', '/__proto__', 1],
    ['an empty name', '{"":1}', 'json-name', '/', 1],
    ['a name with a slash', '{"a":{"b/c":1}}', 'json-name', '/a/b~1c', 6],
    ['a name that begins with a digit', '{"1a":1}', 'json-name', '/1a', 1],
    ['a name that begins with a dash', '{"-a":1}', 'json-name', '/-a', 1],
    ['a name of 65 characters', `{"${'a'.repeat(65)}":1}`, 'json-name', `/${'a'.repeat(65)}`, 1],
    ['a name that is not ASCII', '{"é":1}', 'json-name', '/é', 1],
    ['a fraction', '{"é1":1}'.replace('é1', 'a').replace('1}', '1.0}'), 'json-number', '/a', 5],
    ['an exponent', '{"n":1e0}', 'json-number', '/n', 5],
    ['a number beyond a double', '[1E400]', 'json-number', '/0', 1],
    ['minus zero', '[1,-0]', 'json-number', '/1', 3],
    ['minus zero with a fraction', '[-0.0]', 'json-number', '/0', 1],
    ['2^53', '{"a":9007199254740992}', 'json-number-range', '/a', 5],
    ['2^53 + 1', '{"a":9007199254740993}', 'json-number-range', '/a', 5],
    ['-2^53', '[-9007199254740992]', 'json-number-range', '/0', 1],
    ['400 digits', `[${'9'.repeat(400)}]`, 'json-number-range', '/0', 1],
    ['a lone high surrogate', '{"a":"é\\ud800"}', 'json-string', '/a', 8],
    ['a lone low surrogate', '["\\udc00"]', 'json-string', '/0', 2],
    ['surrogates in the wrong order', '["\\udc00\\ud800"]', 'json-string', '/0', 2],
    ['a high surrogate before another character', '["\\ud800x"]', 'json-string', '/0', 2],
    ['a high surrogate before another escape', '["\\ud800\\u0041"]', 'json-string', '/0', 2],
    ['U+0000', '["\\u0000"]', 'json-string', '/0', 2],
    ['a raw noncharacter', '["\uffff"]', 'json-string', '/0', 2],
    ['a noncharacter as an escape', '["\\ufdd0"]', 'json-string', '/0', 2],
    ['an astral noncharacter', '["\\ud83f\\udffe"]', 'json-string', '/0', 2],
    ['a raw astral noncharacter', '["a\u{1fffe}"]', 'json-string', '/0', 3],
    ['a lone surrogate in a name', '{"\\ud800":1}', 'json-string', '', 2],
  ])('refuses %s', (_what, text, code, pointer, offset) => {
    expect(refusal(utf8(text))).toEqual([code, pointer, offset]);
  });
});
