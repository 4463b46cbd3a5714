import {
  addDays,
  civilDateOf,
  civilDateOfDay,
  dayNumber,
  parseCivilDate,
} from '../../../src/kernel/civil-date';
import {
  addMillis,
  instantOf,
  isInstant,
  millisOf,
  parseInstant,
} from '../../../src/kernel/instant';
import { codeOf, refusalOf } from '../../support/refusals';

describe('instants', () => {
  it.each([
    ['2026-01-05T10:41:07.055Z', '2026-01-05T10:41:07.055Z'],
    ['2026-01-05T10:41:07Z', '2026-01-05T10:41:07.000Z'],
    ['2026-01-05T10:41:07.5Z', '2026-01-05T10:41:07.500Z'],
    ['2026-01-05T10:41:07.055000Z', '2026-01-05T10:41:07.055Z'],
    ['2026-01-05t11:41:07+01:00', '2026-01-05T10:41:07.000Z'],
    ['2026-01-01T00:30:00+05:45', '2025-12-31T18:45:00.000Z'],
    ['2025-12-31T23:59:59.999-00:01', '2026-01-01T00:00:59.999Z'],
    ['2024-02-29T00:00:00z', '2024-02-29T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['0050-06-01T00:00:00Z', '0050-06-01T00:00:00.000Z'],
  ])('reads %s as %s', (text, instant) => expect(parseInstant(text)).toBe(instant));

  it.each([
    '2026-01-05',
    '2026-01-05T10:41Z',
    '2026-01-05T10:41:07',
    '2026-01-05 10:41:07Z',
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-00T00:00:00.000Z',
    '2026-04-31T00:00:00.000Z',
    '2026-01-05T24:00:00Z',
    '2026-01-05T10:60:00.000Z',
    '2026-12-31T23:59:60Z',
    '2026-01-05T10:41:07+24:00',
    '2026-01-05T10:41:07+01:60',
    '0001-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59-01:00',
    '0000-12-31T00:00:00.000Z',
    '2026-01-05T10:41:07.Z',
    '2026-01-05T10:41:07.0551Z',
    '+02026-01-05T10:41:07Z',
    '',
    '2026-01-05T10:41:07.055Z\n',
  ])('refuses %j', (text) => {
    const error = refusalOf(() => parseInstant(text, '/time'));
    expect([error.code, error.members['pointer']]).toEqual(['time-form', '/time']);
  });

  it('cuts finer digits only where the source is registered so', () => {
    expect(parseInstant('2026-01-05T10:41:07.055999Z', '', 'cut')).toBe('2026-01-05T10:41:07.055Z');
  });

  it('knows the stored form only', () => {
    expect(
      ['2026-01-05T10:41:07.055Z', '2026-01-05T10:41:07Z', '2026-01-05T11:41:07.055+01:00'].map(
        isInstant,
      ),
    ).toEqual([true, false, false]);
  });

  it('counts in milliseconds', () => {
    expect(instantOf(0)).toBe('1970-01-01T00:00:00.000Z');
    expect(millisOf('1970-01-02T00:00:00.001Z')).toBe(86_400_001);
    expect(addMillis('2026-02-28T23:59:59.999Z', 1)).toBe('2026-03-01T00:00:00.000Z');
    expect(() => instantOf(0.5)).toThrow(RangeError);
    expect(() => instantOf(253_402_300_800_000)).toThrow(RangeError);
  });
});

describe('civil dates', () => {
  it.each(['2026-11-20', '2024-02-29', '0001-01-01', '9999-12-31'])('reads %s', (text) =>
    expect(parseCivilDate(text)).toBe(text),
  );

  it.each([
    '2026-02-29',
    '1900-02-29',
    '2026-00-10',
    '2026-13-01',
    '2026-01-32',
    '0000-01-01',
    '2026-1-05',
    '20260105',
    '2026-11-20T00:00:00Z',
    '',
  ])('refuses %j', (text) => expect(codeOf(() => parseCivilDate(text))).toBe('time-form'));

  it('are read off the clock of the time zone', () => {
    expect(civilDateOf('2026-11-20T23:30:00.000Z', 'UTC')).toBe('2026-11-20');
    expect(civilDateOf('2026-11-20T23:30:00.000Z', 'Europe/Berlin')).toBe('2026-11-21');
    expect(civilDateOf('2026-11-20T04:59:59.999Z', 'America/New_York')).toBe('2026-11-19');
    // Summer time began at 01:00 UTC: the same UTC hour is another day before and after it.
    expect(civilDateOf('2026-03-28T22:30:00.000Z', 'Europe/Berlin')).toBe('2026-03-28');
    expect(civilDateOf('2026-03-29T22:30:00.000Z', 'Europe/Berlin')).toBe('2026-03-30');
    expect(() => civilDateOf('2026-11-20T23:30:00.000Z', 'Europe/Nowhere')).toThrow(RangeError);
  });

  it('count days across months, leap days and centuries', () => {
    expect([
      dayNumber('1970-01-01'),
      dayNumber('1969-12-31'),
      dayNumber('2000-03-01'),
      dayNumber('2026-11-20'),
    ]).toEqual([0, -1, 11017, 20777]);
    expect(civilDateOfDay(20777)).toBe('2026-11-20');
    expect(addDays('2024-02-28', 2)).toBe('2024-03-01');
    expect(addDays('2026-01-01', -1)).toBe('2025-12-31');
    expect(() => civilDateOfDay(2_932_897)).toThrow(RangeError);
  });
});
