import {
  normaliseReference,
  textReferences,
} from '../../../src/reconciliation/matching/reference.policy';

describe('references as they are compared', () => {
  it.each([
    ['INV-10023', 'INV10023'],
    ['inv 10023', 'INV10023'],
    ['000000001', '1'],
    ['RF18 5390 0754 7034', 'RF18539007547034'],
    ['ＩＮＶ１', 'INV1'],
    ['straße 5', 'STRASSE5'],
  ])('reads %s as %s', (raw, key) => expect(normaliseReference(raw)).toBe(key));

  it.each(['NONREF', 'NOTPROVIDED', 'Not provided', '0000', '', '---'])(
    'takes %p for no reference',
    (raw) => {
      expect(normaliseReference(raw)).toBeUndefined();
    },
  );

  it('finds the tokens of a text that can name a document', () => {
    expect(textReferences('Payment INV-10023, order 4711; thanks MUELL/FINP/RA12345')).toEqual([
      'INV10023',
      'MUELLFINPRA12345',
      'RA12345',
    ]);
  });

  it('reads a bounded number of tokens of a long text', () => {
    const text = Array.from({ length: 5_000 }, (_, i) => `REF${10_000 + i}`).join(' ');
    expect(textReferences(text)).toHaveLength(64);
  });
});
