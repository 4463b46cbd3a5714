import { csv, defuse } from '../../../src/kernel/csv';

describe('CSV of a pack', () => {
  it('is RFC 4180 with BOM, CRLF, header and a count of escaped cells', () => {
    const bytes = csv(
      [
        { name: 'name', type: 'text' },
        { name: 'amount', type: 'decimal' },
      ],
      [
        ['say "hi", twice', '-12.00'],
        ['=1+1', '5'],
      ],
    );
    expect(bytes.toString()).toBe(
      '\ufeffname,amount,escaped\r\n"say ""hi"", twice",-12.00,0\r\n\'=1+1,5,1\r\n',
    );
  });

  it.each([
    '=1',
    '+1',
    '-1',
    '@a',
    '\tx',
    '\rx',
    '  =1',
    '\u00a0=1',
    'a\n=1',
    '\uff1d1',
    '\uff0b1',
    '\uff0d1',
    '\uff20a',
  ])('defuses %j', (text) => expect(defuse(text)).toBe(`'${text}`));

  it.each(['plain', 'a=b', 'PO-1', '1.00', 'x @ y', '', "o'neil"])('leaves %j alone', (text) =>
    expect(defuse(text)).toBe(text),
  );

  it.each([
    ['decimal', '1,00'],
    ['decimal', '=1'],
    ['integer', '1.0'],
    ['instant', '2026-01-05'],
    ['hex', 'abc'],
    ['date', '05.01.2026'],
  ] as const)('refuses a %s cell that holds %j', (type, value) => {
    expect(() => csv([{ name: 'c', type }], [[value]])).toThrow(/Column c/);
  });
});
