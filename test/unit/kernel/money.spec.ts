import {
  addMoney,
  formatMinor,
  minorDigits,
  moneyJson,
  parseAmount,
  parseMoney,
} from '../../../src/kernel/money';
import { codeOf, refusalOf } from '../../support/refusals';

describe('money', () => {
  it.each([
    ['1190.00', 'EUR', 119000n],
    ['-0.05', 'EUR', -5n],
    ['0.00', 'EUR', 0n],
    ['118400', 'JPY', 118400n],
    ['1.005', 'KWD', 1005n],
    ['1.0005', 'CLF', 10005n],
    ['9999999999999999.99', 'USD', 999999999999999999n],
  ])('reads %s %s exactly, and writes it back', (amount, currency, minor) => {
    expect(parseMoney({ amount, currency })).toEqual({ minor, currency });
    expect(moneyJson({ minor, currency })).toEqual({ amount, currency });
  });

  it.each([
    ['1190', 'EUR'],
    ['1190.0', 'EUR'],
    ['1190.000', 'EUR'],
    ['1190.00', 'JPY'],
    ['118400.', 'JPY'],
    ['01.00', 'EUR'],
    ['+1.00', 'EUR'],
    ['-0.00', 'EUR'],
    ['-0', 'JPY'],
    ['1e2', 'JPY'],
    ['.50', 'EUR'],
    ['1,00', 'EUR'],
    ['', 'EUR'],
    [' 1.00', 'EUR'],
    ['1.00\n', 'EUR'],
    ['١.٠٠', 'EUR'],
    ['10000000000000000.00', 'EUR'],
  ])('refuses the form %j in %s', (amount, currency) => {
    const error = refusalOf(() => parseMoney({ amount, currency }, '/data/amount'));
    expect([error.code, error.members['pointer']]).toEqual(['money-form', '/data/amount/amount']);
  });

  it.each(['eur', 'XXX', 'XAU', 'EURO', ''])('refuses the currency %j', (currency) => {
    const error = refusalOf(() => parseMoney({ amount: '1.00', currency }, '/data/amount'));
    expect([error.code, error.members['pointer']]).toEqual(['money-form', '/data/amount/currency']);
  });

  it('refuses an amount that is not text', () => {
    expect(codeOf(() => parseAmount(5 as unknown as string, 'EUR'))).toBe('money-form');
  });

  it('knows the minor digits of ISO 4217', () => {
    expect(['EUR', 'JPY', 'KWD', 'CLF', 'USD', 'ISK', 'XAG'].map(minorDigits)).toEqual([
      2,
      0,
      3,
      4,
      2,
      0,
      undefined,
    ]);
  });

  it('writes negative and small amounts with their zeros', () => {
    expect([formatMinor(-5n, 'EUR'), formatMinor(7n, 'KWD'), formatMinor(-12n, 'JPY')]).toEqual([
      '-0.05',
      '0.007',
      '-12',
    ]);
  });

  it('adds within one currency and refuses two', () => {
    expect(addMoney({ minor: 5n, currency: 'EUR' }, { minor: -7n, currency: 'EUR' })).toEqual({
      minor: -2n,
      currency: 'EUR',
    });
    expect(() => addMoney({ minor: 5n, currency: 'EUR' }, { minor: 5n, currency: 'USD' })).toThrow(
      RangeError,
    );
  });
});
