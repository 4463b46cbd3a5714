import { type Body, ReconDesk } from '../support/recon-desk';

const MAPPING = {
  mapping: 1,
  kind: 'statement',
  date: 'DD.MM.YYYY',
  decimal: ',',
  delimiter: ';',
  currency: 'EUR',
  account: 'DE02120300000000202051',
  columns: { bookDate: 'Tag', amount: 'Betrag' },
  references: [{ kind: 'end-to-end', column: 'Ref' }],
};

const MT940 =
  ':20:S\n:25:DE02120300000000202051\n:28C:1/1\n:60F:C261102EUR100,00\n' +
  ':61:2611031103D7,50NTRFPAY-MT\n:62F:C261103EUR92,50\n-\n';

describe('importing statements of other formats than camt.053', () => {
  let desk: ReconDesk;
  beforeAll(async () => {
    desk = await ReconDesk.open();
  });
  afterAll(() => desk.close());

  const save = (mapping: object, key: string) =>
    desk.preparer
      .put('/v1/recon/mappings/house-bank')
      .set('Idempotency-Key', key)
      .set('Content-Type', 'application/json')
      .send(JSON.stringify(mapping));

  it('recognises an MT940 file and matches its lines', async () => {
    await desk.pay('PAY-MT', '7.50');
    const reply = await desk.upload(MT940);
    expect([reply.status, reply.body]).toMatchObject([
      202,
      { format: 'mt940', parser: { name: 'swift' }, controls: { balance: { passed: 1 } } },
    ]);
    const { id } = reply.body as { id: string };
    await desk.app.settle();
    const file = await desk.preparer.get(`/v1/recon/imports/${id}/file`);
    expect(file.headers['content-type']).toMatch(/^text\/plain/);
    const run = await desk.run('dry-run');
    expect(run.body).toMatchObject({ result: { groups: 1, passes: { document: 1 } } });
  });

  it('keeps what a report tells, and matches nothing of it', async () => {
    const report = MT940.replace(':60F:C261102EUR100,00', ':34F:EUR0,\n:13D:2611031200+0100')
      .replace(/:62F:.*\n/, '')
      .replace('PAY-MT', 'PAY-REPORT');
    expect((await desk.upload(report)).body).toMatchObject({ reason: 'message-not-supported' });
    const reply = await desk.upload(report, 'source=bank-reports&entity=E_DE');
    expect(reply.body).toMatchObject({ format: 'mt942', counts: { lines: 1, booked: 1 } });
    await desk.pay('PAY-REPORT', '7.50');
    await desk.app.settle();
    const { id } = reply.body as { id: string };
    expect(await desk.get(`/v1/recon/imports/${id}/lines`)).toMatchObject({
      items: [{ status: 'reported' }],
    });
    await desk.run('commit');
    const { items } = await desk.get('/v1/recon/breaks?definition=bank');
    const open = (items as Body[]).map((item) => JSON.stringify(item));
    expect(open.filter((text) => text.includes('PAY-REPORT'))).toHaveLength(1);
  });

  it('reads CSV by a saved mapping, whose version the batch names', async () => {
    const first = await save(MAPPING, 'm-1');
    expect([first.status, first.body]).toMatchObject([200, { id: 'house-bank', version: 1 }]);
    expect((await save(MAPPING, 'm-2')).body).toMatchObject({ version: 1 });
    const changed = await save({ ...MAPPING, text: ['Ref'] }, 'm-3');
    expect(changed.body).toMatchObject({ version: 2 });
    expect(await desk.get('/v1/recon/mappings/house-bank')).toMatchObject({ version: 2 });

    const text = 'Tag;Betrag;Ref\n03.11.2026;-12,00;PAY-CSV\n03.11.2026;x;PAY-2\n';
    const query = 'source=bank-csv&mapping=house-bank&entity=E_DE';
    expect((await desk.upload(text, `${query}&dryRun=yes`)).body).toMatchObject({
      dryRun: true,
      counts: { lines: 1, rejected: 1 },
      rejects: [{ reason: 'amount-unreadable' }],
      lines: [
        {
          bookDate: '2026-11-03',
          amount: { amount: '-12.00', currency: 'EUR' },
          text: 'PAY-CSV',
        },
      ],
    });
    const reply = await desk.upload(text, query);
    const { sha256 } = changed.body as { sha256: string };
    expect([reply.status, reply.body]).toMatchObject([
      202,
      { format: 'csv', mapping: { id: 'house-bank', version: 2, sha256 } },
    ]);
    const { id } = reply.body as { id: string };
    expect(await desk.get(`/v1/recon/imports/${id}/lines`)).toMatchObject({
      items: [{ amount: { amount: '-12.00', currency: 'EUR' }, status: 'booked' }],
    });
  });

  it.each([
    ['source=bank-csv', 400, 'malformed'],
    ['source=bank-csv&mapping=nobody', 404, 'not-found'],
    ['source=bank&mapping=house-bank', 400, 'malformed'],
  ])('refuses %s', async (query, status, code) => {
    const reply = await desk.upload('Tag;Betrag\n', query);
    expect([reply.status, reply.body]).toMatchObject([status, { code }]);
  });

  it('refuses a mapping that leaves a question open', async () => {
    const reply = await save({ ...MAPPING, date: undefined }, 'm-4');
    expect([reply.status, reply.body]).toMatchObject([
      422,
      { code: 'contract-violation', errors: [{ pointer: '/date' }] },
    ]);
  });
});
