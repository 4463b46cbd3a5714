import { type Json } from '../../../src/kernel/json';
import { chunked, readFile } from '../../support/event-files';

const mapping = (changes: Readonly<Record<string, Json>> = {}): Record<string, Json> => ({
  mapping: 1,
  format: 'csv',
  source: 'https://workflow.example/',
  id: { join: [{ column: 'invoice' }, { column: 'status' }], with: '/' },
  time: { column: 'at' },
  timeZone: 'Europe/Berlin',
  entity: 'E_DE',
  object: { type: 'invoice', id: { column: 'invoice' } },
  steps: {
    of: { column: 'status' },
    map: [
      { value: 'in', action: 'received', to: 'received' },
      {
        value: 'pay',
        action: 'proposed',
        to: 'proposed',
        object: { type: 'payment', id: { join: ['PAY', { column: 'invoice' }], with: '-' } },
        related: [{ type: 'invoice', id: { column: 'invoice' }, role: 'settles' }],
      },
    ],
  },
  actor: { account: { column: 'who' }, kind: 'person' },
  amount: { value: { column: 'total' }, currency: 'EUR' },
  ...changes,
});

const HEADER = 'invoice,status,at,who,total\n';
const rows = (...lines: readonly string[]): string => `${HEADER}${lines.join('\n')}\n`;
const refusal = (reason: string, line?: number) => ({
  code: 'contract-violation',
  members: line === undefined ? expect.objectContaining({ reason }) : { reason, line },
});

describe('a CSV log', () => {
  it('becomes one canonical event a row, of the object that the step names', async () => {
    const csv = rows(
      'INV-1,in,2026-03-02 10:00:00,kim,12.5',
      'INV-1,pay,2026-07-02 10:00,lee,12.50',
    );
    const { events, counts } = await readFile(chunked(csv), mapping());
    expect(events).toMatchObject([
      {
        id: 'INV-1/in',
        type: 'tieout.invoice.received',
        time: '2026-03-02T09:00:00.000Z',
        data: {
          actor: { account: 'kim', kind: 'person' },
          amount: { amount: '12.50', currency: 'EUR' },
        },
      },
      {
        subject: 'payment/E_DE/PAY-INV-1',
        time: '2026-07-02T08:00:00.000Z',
        data: { related: [{ type: 'invoice', id: 'INV-1', role: 'settles' }] },
      },
    ]);
    expect(counts).toEqual({ rows: 2, cases: 0, events: 2, skipped: 0, refused: 0 });
  });

  it('may have a byte order mark, quotes, line breaks in them, another delimiter and more columns', async () => {
    const csv =
      '\ufeffinvoice;note;status;at;who;total\r\n"I;1";"two\nlines";in;2026-03-02T10:00:00Z;"O""Hara";1\r\n';
    const { events } = await readFile(chunked(csv, 1), mapping({ delimiter: ';' }));
    expect(events).toMatchObject([
      { data: { object: { id: 'I;1' }, actor: { account: 'O"Hara' } } },
    ]);
  });

  it('takes values from a second file', async () => {
    const csv = rows('INV-1,in,2026-03-02 10:00,kim,', 'INV-2,in,2026-03-02 10:00,kim,');
    const lookups = [
      {
        name: 'totals',
        file: 'totals.csv',
        key: 'case',
        value: 'number',
        where: [['metric', 'amount']],
      },
    ];
    const amount = { value: { lookup: 'totals', key: { column: 'invoice' } }, currency: 'JPY' };
    const { events } = await readFile(chunked(csv), mapping({ lookups, amount }), {
      'totals.csv': 'case,metric,number\nINV-1,days,9\nINV-1,amount,714755\n',
    });
    expect(events[0]).toMatchObject({ data: { amount: { amount: '714755', currency: 'JPY' } } });
    expect(events[1]!['data']).not.toHaveProperty('amount');
  });

  it('tells rows that do not fit, with their line, and keeps their neighbours', async () => {
    const csv = rows(
      'INV-1,in,2026-03-02 10:00,kim,1.005',
      'INV-2,in,2026-03-29 02:30,kim,1.00',
      'INV-3,in,2026-02-30 10:00,kim,1.00',
      'INV-4,in,2026-03-02 10:00,,1.00',
      'INV-5,in,2026-03-02 10:00,kim,ten',
      'INV-6,in,2026-03-02 10:00,kim,6.00',
    );
    const { events, refused } = await readFile(chunked(csv), mapping());
    expect(events.map(({ id }) => id)).toEqual(['INV-6/in']);
    expect(refused.map(({ line, code }) => [line, code])).toEqual([
      [2, 'money-form'],
      [3, 'time-form'],
      [4, 'time-form'],
      [5, 'contract-violation'],
      [6, 'contract-violation'],
    ]);
    expect(refused[3]!.message).toContain('/data/actor/account');
  });

  it('takes no time without an offset unless the mapping states the zone', async () => {
    const without = mapping();
    delete without['timeZone'];
    const { refused } = await readFile(chunked(rows('I,in,2026-03-02 10:00,kim,1')), without);
    expect(refused).toMatchObject([{ line: 2, code: 'time-form' }]);
  });

  it('takes the first of a local time that the clocks show twice', async () => {
    const csv = rows('I,in,2026-10-25 02:30,kim,1');
    const { events } = await readFile(chunked(csv), mapping());
    expect(events[0]!['time']).toBe('2026-10-25T00:30:00.000Z');
  });

  it.each([
    [
      'a row with a column too few',
      rows('INV-1,in,2026-03-02 10:00,kim,1', 'INV-2,in'),
      'columns-differ',
      3,
    ],
    ['a quote that never closes', rows('INV-1,"in,2026-03-02 10:00,kim,1'), 'truncated', undefined],
    [
      'a header without a column that the mapping names',
      'invoice,status,at,who\n',
      'column-missing',
      1,
    ],
    ['a column that stands there twice', 'invoice,status,at,who,total,who\n', 'columns-differ', 1],
    ['nothing', '', 'truncated', 1],
  ])('is refused for %s', async (_, csv, reason, line) => {
    await expect(readFile(chunked(csv), mapping())).rejects.toMatchObject(refusal(reason, line));
  });

  it('is refused for a row that is too long, before memory suffers', async () => {
    async function* huge(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`${HEADER}"`);
      for (;;) yield Buffer.alloc(10_000, 'x');
    }
    await expect(readFile(huge(), mapping())).rejects.toMatchObject(refusal('too-long'));
  });
});
