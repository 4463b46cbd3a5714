import { leafHash } from '../../../src/kernel/hash';
import { findOneByteEdit, pointerAt } from '../../../src/sealing/one-byte-edit';
import { ENTRIES, LEAVES } from '../../support/log-example';

const [, received, approved] = ENTRIES.map((entry) => Buffer.from(entry)) as [
  Buffer,
  Buffer,
  Buffer,
];

const pointerOfText = (json: Buffer, text: string) => {
  const at = json.indexOf(text);
  expect(at).toBeGreaterThan(0);
  return pointerAt(json, at);
};

describe('the field of a byte', () => {
  it.each([
    ['1190.00', '/data/gross/amount'],
    ['Büro', '/data/costCenter'],
    ['application/pdf', '/attachments/0/mediaType'],
    ['7a0049', '/commitments/~1data~1payee~1iban'],
    ['"version":3', '/rules/0/version'],
    ['"lines":2', '/data/lines'],
    ['"v":1', '/v'],
  ])('of %s in an entry is %s', (text, pointer) => {
    expect(pointerOfText(received, text)).toBe(pointer);
  });

  it('tells members of arrays apart', () => {
    expect(pointerOfText(approved, 'AUTH-LIMIT')).toBe('/rules/0/id');
    expect(pointerOfText(approved, '"outcome":"fail"')).toBe('/rules/1/outcome');
    expect(pointerOfText(approved, 'credit-and-rebill')).toBe('/overrides/0/reason');
  });
});

describe('the search for a changed byte', () => {
  const isGood = (leaf: Uint8Array) => Buffer.from(leaf).toString('hex') === LEAVES[1];

  it('finds it in a value, in a name and in the punctuation', () => {
    const edits: readonly (readonly [string, string, string])[] = [
      ['"lines":2', '"lines":3', '/data/lines'],
      ['"issued"', '"isSued"', '/data/issued'],
      ['{"amount":"190.00"', '["amount":"190.00"', '/data/tax'],
    ];
    for (const [from, to, pointer] of edits) {
      const bad = Buffer.from(received.toString('utf8').replace(from, to));
      expect(isGood(leafHash(bad))).toBe(false);
      expect(findOneByteEdit(bad, isGood)?.pointer).toBe(pointer);
    }
  });

  it('gives up on two changed bytes and on long entries', () => {
    const two = Buffer.from(received.toString('utf8').replace('"lines":2', '"lines":31'));
    expect(findOneByteEdit(two, isGood)).toBeUndefined();
    let asked = 0;
    findOneByteEdit(Buffer.alloc(5_000), () => {
      asked += 1;
      return false;
    });
    expect(asked).toBe(0);
  });
});
