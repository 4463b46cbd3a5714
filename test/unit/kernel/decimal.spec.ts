import {
  addDecimal,
  compareDecimal,
  formatDecimal,
  parseDecimal,
  roundDecimal,
} from '../../../src/kernel/decimal';
import { codeOf } from '../../support/refusals';

const rounded = (text: string, scale: number) =>
  formatDecimal(roundDecimal(parseDecimal(text), scale));

describe('exact decimals', () => {
  it.each([
    ['26.850000000000000', { unscaled: 26850000000000000n, scale: 15 }],
    ['-0.5', { unscaled: -5n, scale: 1 }],
    ['0', { unscaled: 0n, scale: 0 }],
    ['0.00', { unscaled: 0n, scale: 2 }],
  ])('reads %s and writes it back', (text, decimal) => {
    expect(parseDecimal(text)).toEqual(decimal);
    expect(formatDecimal(decimal)).toBe(text);
  });

  it.each([
    '',
    '-',
    '1.',
    '.5',
    '+1',
    '1e3',
    '01',
    '-0',
    '-0.00',
    'NaN',
    '1 ',
    `1.${'0'.repeat(120)}`,
  ])('refuses %j', (text) => {
    expect(codeOf(() => parseDecimal(text))).toBe('contract-violation');
  });

  it('refuses more digits after the point than the contract fixes', () => {
    expect(parseDecimal('1.25', '', 2).scale).toBe(2);
    expect(codeOf(() => parseDecimal('1.250', '', 2))).toBe('contract-violation');
  });

  it('adds and compares across scales', () => {
    expect(formatDecimal(addDecimal(parseDecimal('1.05'), parseDecimal('-2.1')))).toBe('-1.05');
    expect(compareDecimal(parseDecimal('1.10'), parseDecimal('1.1'))).toBe(0);
    expect(compareDecimal(parseDecimal('-1.11'), parseDecimal('-1.1'))).toBe(-1);
    expect(compareDecimal(parseDecimal('2'), parseDecimal('1.999'))).toBe(1);
  });

  it('rounds a half to the even neighbour, on both sides of zero', () => {
    expect(
      ['0.125', '0.135', '0.1251', '-0.125', '-0.135', '0.005', '-0.006', '2.5'].map((text) =>
        rounded(text, 2),
      ),
    ).toEqual(['0.12', '0.14', '0.13', '-0.12', '-0.14', '0.00', '-0.01', '2.50']);
    expect(['0.5', '1.5', '2.5', '-0.5'].map((text) => rounded(text, 0))).toEqual([
      '0',
      '2',
      '2',
      '0',
    ]);
  });
});
