import { type Json } from '../../../src/kernel/json';
import { linesFault } from '../../../src/ingestion/contract/document-lines.policy';

const line = (more: Record<string, Json> = {}): Json => ({ line: '10', quantity: '3', ...more });

describe('the lines of a document', () => {
  it('take texts, exact decimals and a currency', () => {
    expect(
      linesFault([
        line({ order: 'PO-1', orderLine: '10', unitPrice: '0.123456789', currency: 'JPY' }),
        line({ line: '20', amount: '-12.50', tax: '0', document: 'INV-1', costCenter: 'CC-1' }),
      ]),
    ).toBeUndefined();
  });

  it.each<[string, Json, RegExp]>([
    ['no list', { line: '10' }, /is a list of 1 to 500 lines/],
    ['no line', [], /is a list of 1 to 500 lines/],
    ['too many', Array.from({ length: 501 }, (_, i) => line({ line: String(i) })), /1 to 500/],
    ['one that is no object', ['10'], /line 0 that is not an object/],
    ['one without number', [{ quantity: '1' }], /has no number/],
    ['a number twice', [line(), line()], /two lines numbered "10"/],
    ['a float', [line({ quantity: 3 as Json })], /"quantity" that is not text/],
    ['an exponent', [line({ quantity: '1e3' })], /"quantity" that is not an exact decimal/],
    ['too fine a decimal', [line({ unitPrice: '1.0123456789' })], /at most 9 digits/],
    ['an unknown currency', [line({ currency: 'EURO' })], /ISO 4217/],
    ['an unknown member', [line({ colour: 'red' })], /"colour" that lines do not have/],
    [
      'a control character',
      [line({ order: 'PO\u0000' })],
      /"order" that is not text of at most 64/,
    ],
  ])('refuse %s', (_, value, said) => {
    expect(linesFault(value)).toMatch(said);
  });
});
