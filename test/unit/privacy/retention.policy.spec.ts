import { classOf, endOfPeriod, isPeriod } from '../../../src/privacy/retention.policy';

describe('the end of a period', () => {
  it.each([
    ['2026-01-05T10:41:07.055Z', 'P10Y', '2036-01-05'],
    ['2024-02-29T00:00:00.000Z', 'P1Y', '2025-02-28'],
    ['2024-02-29T00:00:00.000Z', 'P4Y', '2028-02-29'],
    ['2026-01-31T23:59:59.999Z', 'P1M', '2026-02-28'],
    ['2026-11-30T00:00:00.000Z', 'P1Y3M', '2028-02-29'],
    ['2026-12-31T00:00:00.000Z', 'P1D', '2027-01-01'],
    ['2026-12-01T00:00:00.000Z', 'P13M', '2028-01-01'],
    ['2026-06-15T00:00:00.000Z', 'P6M30D', '2027-01-14'],
  ])('of %s and %s is %s', (from, period, end) => {
    expect(endOfPeriod(from, period)).toBe(end);
  });

  it.each(['', 'P', '10Y', 'P1D1Y', 'P-1Y', 'P1.5Y', 'PT1H', 'P1000Y', 'P1Y '])(
    'is not told of %p',
    (period) => {
      expect(isPeriod(period)).toBe(false);
      expect(() => endOfPeriod('2026-01-01T00:00:00.000Z', period)).toThrow(RangeError);
    },
  );
});

describe('the class of a value', () => {
  it.each([
    ['/data/reason', 'reason'],
    ['/data/attachments/0/name', 'attachment-name'],
    ['/data/attachments/12/name', 'attachment-name'],
    ['/data/personal/payeeIban', 'personal'],
    ['/data/personal/reason', 'personal'],
    ['/data/attachments/x/name', 'personal'],
  ])('of %s is %s', (path, kind) => {
    expect(classOf(path)).toBe(kind);
  });
});
