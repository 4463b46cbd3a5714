import { assertIdentifier, isIdentifier } from '../../../src/kernel/identifier';
import { refusalOf } from '../../support/refusals';

describe('an identifier', () => {
  it.each(['INV-1001', 'INV 1001', 'a', 'é', '発注-7', '\ufb01-1', '😀'])('may be %j', (text) => {
    expect(isIdentifier(text)).toBe(true);
  });

  it.each([
    ['empty', ''],
    ['decomposed', 'e\u0301'],
    ['the ANGSTROM SIGN, which NFC replaces', '\u212b1'],
    ['with a zero-width space', 'INV\u200b1001'],
    ['with a soft hyphen', 'INV\u00ad1001'],
    ['with a bidirectional override', 'INV\u202e1001'],
    ['with a tab', 'INV\t1'],
    ['with a line feed at the end', 'INV\n'],
    ['with DEL', 'INV\u007f'],
    ['with a leading space', ' INV'],
    ['with a trailing space', 'INV '],
    ['with a trailing no-break space', 'INV\u00a0'],
    ['with a leading ideographic space', '\u3000INV'],
    ['with a lone surrogate', 'INV\ud800'],
  ])('is never %s', (_what, text) => {
    expect(isIdentifier(text)).toBe(false);
    const { code, members } = refusalOf(() => assertIdentifier(text, '/id'));
    expect([code, members['pointer']]).toEqual(['identifier-form', '/id']);
  });
});
