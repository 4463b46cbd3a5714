import { printable } from '../../../evidence/pack/printable-text';

const all = (): boolean => true;

describe('printable text', () => {
  it.each([
    ['a right-to-left override', 'abc\u202etxt.exe', 'abc[U+202E]txt.exe'],
    ['a zero-width space', 'pay\u200bee', 'pay[U+200B]ee'],
    ['a control character', 'a\u0007b', 'a[U+0007]b'],
    ['a no-break space', 'a\u00a0b', 'a[U+00A0]b'],
    ['a line separator', 'a\u2028b', 'a[U+2028]b'],
    ['a lone surrogate', 'a\ud800b', 'a[U+D800]b'],
    ['a private use character', '\ue000', '[U+E000]'],
  ])('shows %s as what it is', (_, text, shown) => {
    expect(printable(text, all)).toEqual({ text: shown, escaped: 1 });
  });

  it('shows a character that the font lacks by its number, and counts it', () => {
    const ascii = (codePoint: number): boolean => codePoint < 0x80;
    expect(printable('Zo\u00eb \u{1F600}', ascii)).toEqual({
      text: 'Zo[U+00EB] [U+1F600]',
      escaped: 2,
    });
  });

  it('keeps letters of any script, spaces and line ends', () => {
    const text = 'Łukasz Żółć\nΑθήνα Москва 1.190,00 €';
    expect(printable(text, all)).toEqual({ text, escaped: 0 });
  });
});
