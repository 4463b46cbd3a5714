import { camtXml } from '../support/camt-file';
import { CloseDesk } from '../support/close-desk';
import { People } from '../support/people';
import { ReconDesk, statementOf } from '../support/recon-desk';

describe('decisions on imported files', () => {
  let desk: ReconDesk;
  beforeAll(async () => {
    desk = await ReconDesk.open();
  });
  afterAll(() => desk.close());

  const imported = async (text: string): Promise<string> => {
    const reply = await desk.upload(text);
    expect([reply.status, reply.body]).toMatchObject([202, {}]);
    return (reply.body as { id: string }).id;
  };
  const decide = (id: string, what: string, body: object, revision = 0) =>
    desk.post(`imports/${id}/${what}`, body).set('If-Match', `"rev-${revision}"`);
  const openOnB = async () =>
    ((await desk.get('/v1/recon/breaks?type=UNMATCHED_B'))['items'] as object[]).length;

  it('accept a failed control once, by a named person, with the reason', async () => {
    const entries = [{ amount: '5.00', direction: 'DBIT', date: '2026-11-03' }] as const;
    const wrong = camtXml({
      statements: [{ id: 'W', opening: '10.00', closing: '4.00', entries }],
    });
    const id = await imported(wrong);
    const reason = { reason: 'The bank corrects it in December.' };
    const unnamed = await decide(id, 'accept-controls', reason);
    expect([unnamed.status, unnamed.body]).toMatchObject([
      409,
      { code: 'state-conflict', state: 'unattributed' },
    ]);
    const people = await People.of(desk.app);
    await people.account('preparer', 'P-preparer');
    const blind = await desk.post(`imports/${id}/accept-controls`, reason);
    expect([blind.status, blind.body]).toMatchObject([428, { code: 'precondition-required' }]);
    const accepted = await decide(id, 'accept-controls', reason);
    expect([accepted.status, accepted.body]).toMatchObject([
      200,
      { controlsAccepted: { ...reason, by: 'preparer', byPerson: 'P-preparer' } },
    ]);
    expect(await desk.get(`/v1/recon/imports/${id}`)).toMatchObject({
      revision: 1,
      controls: { balance: { failed: 1 } },
      controlsAccepted: reason,
    });
    expect((await decide(id, 'accept-controls', reason, 1)).body).toMatchObject({
      state: 'accepted',
    });
    const right = await imported(statementOf('R', { amount: '6.00' }));
    expect((await decide(right, 'accept-controls', reason)).body).toMatchObject({
      state: 'passed',
    });
  });

  it('withdraw a file: its lines leave, but for those that another file has too', async () => {
    await desk.run('commit', '2026-11-30');
    const before = await openOnB();
    const first = await imported(
      statementOf(
        'S-1',
        { amount: '11.00', remittance: 'A' },
        { amount: '12.00', remittance: 'B' },
      ),
    );
    await desk.run('commit', '2026-11-30');
    expect(await openOnB()).toBe(before + 2);
    const again = await imported(
      statementOf(
        'S-2',
        { amount: '12.00', remittance: 'B' },
        { amount: '13.00', remittance: 'C' },
      ),
    );
    const withdrawn = await decide(first, 'withdraw', { reason: 'Wrong day', supersededBy: again });
    expect([withdrawn.status, withdrawn.body]).toMatchObject([
      200,
      { withdrawn: { reason: 'Wrong day', supersededBy: again } },
    ]);
    await desk.run('commit', '2026-11-30');
    expect(await openOnB()).toBe(before + 2);
    const gone = (await desk.get('/v1/recon/breaks?status=resolved'))['items'] as object[];
    expect(gone).toMatchObject([{ resolution: 'withdrawn', amountB: { amount: '-11.00' } }]);
    expect(await desk.get(`/v1/recon/imports/${again}/lines`)).toMatchObject({
      items: [{ isNew: true }, { isNew: true }],
    });
    const twice = await decide(first, 'withdraw', { reason: 'Again' }, 1);
    expect([twice.status, twice.body]).toMatchObject([409, { state: 'withdrawn' }]);
  });

  it('take a line back in when a later file brings it after the withdrawal', async () => {
    const before = await openOnB();
    const first = await imported(statementOf('T-1', { amount: '21.00', remittance: 'D' }));
    await decide(first, 'withdraw', { reason: 'Wrong account' });
    await desk.run('commit', '2026-11-30');
    expect(await openOnB()).toBe(before);
    await imported(statementOf('T-2', { amount: '21.00', remittance: 'D' }));
    await desk.run('commit', '2026-11-30');
    expect(await openOnB()).toBe(before + 1);
  });

  it.each([
    ['withdraw', { reason: '' }, 422, 'contract-violation'],
    ['withdraw', { reason: 'x', supersededBy: 'f'.repeat(64) }, 404, 'not-found'],
    ['accept-controls', {}, 422, 'contract-violation'],
  ])('refuse to %s with %j', async (what, body, status, code) => {
    const id = await imported(statementOf(`U-${what}-${status}`, { amount: '1.00' }));
    const reply = await decide(id, what, body);
    expect([reply.status, reply.body]).toMatchObject([status, { code }]);
  });
});

describe('an entry under a key that is here with other content', () => {
  const ofx = (amount: string, memo = 'Rent') =>
    'OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n' +
    '<OFX><BANKMSGSRSV1><STMTTRNRS><TRNUID>17<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>EUR\n' +
    '<BANKACCTFROM><BANKID>1<ACCTID>0012345<ACCTTYPE>CHECKING</BANKACCTFROM>' +
    '<BANKTRANLIST><DTSTART>20261101<DTEND>20261103' +
    `<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20261103<FITID>F-1<TRNAMT>${amount}<MEMO>${memo}</STMTTRN></BANKTRANLIST>` +
    '<LEDGERBAL><BALAMT>100.50<DTASOF>20261103</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>';

  it('is kept as a rejected row that names the line, until the other file is withdrawn', async () => {
    const desk = await ReconDesk.open();
    const first = await desk.upload(ofx('-7.50'));
    expect(first.body).toMatchObject({ counts: { booked: 1, rejected: 0 } });
    await desk.app.settle();
    const other = await desk.upload(ofx('-7.51'));
    expect(other.body).toMatchObject({ counts: { booked: 0, rejected: 1 } });
    const { id } = other.body as { id: string };
    expect(await desk.get(`/v1/recon/imports/${id}/rejects`)).toMatchObject({
      items: [{ reason: 'key-conflict', raw: { key: 'F-1', amount: '-7.51' } }],
    });
    const { id: mine } = first.body as { id: string };
    await desk.post(`imports/${mine}/withdraw`, { reason: 'Wrong' }).set('If-Match', '"rev-0"');
    await desk.app.settle();
    const later = await desk.upload(ofx('-7.51', 'Rent November'));
    expect(later.body).toMatchObject({ counts: { booked: 1, rejected: 0 } });
    await desk.close();
  });
});

describe('a file whose control failed', () => {
  it('keeps its period from being signed until somebody accepts it by name', async () => {
    const desk = await CloseDesk.open();
    const path = '/v1/periods/E_DE/2026-11';
    await desk.post('max', `${path}/open`, { requires: [{ definition: 'bank' }] }).expect(201);
    await desk.recon.pay('PAY-1', '50.00');
    const summary = '<TxsSummry><TtlNtries><NbOfNtries>9</NbOfNtries></TtlNtries></TxsSummry>';
    const entry = {
      amount: '50.00',
      direction: 'DBIT',
      date: '2026-11-05',
      endToEndId: 'PAY-1',
    } as const;
    const dates = { openingDate: '2026-11-01', closingDate: '2026-11-30' };
    const file = {
      id: 'N',
      opening: '100.00',
      closing: '50.00',
      ...dates,
      summary,
      entries: [entry],
    };
    const { body } = await desk.recon.upload(camtXml({ statements: [file] }));
    await desk.recon.run('commit', '2026-11-30');
    const guard = async () =>
      ((await desk.reconciliation())['guards'] as { guard: string; holds: boolean }[]).find(
        (one) => one.guard === 'controls-passed',
      );
    expect(await guard()).toMatchObject({ holds: false });
    await desk.identify('ann', 'P-ann');
    await desk.recon.app.settle();
    const { id } = body as { id: string };
    await desk
      .post(
        'ann',
        `/v1/recon/imports/${id}/accept-controls`,
        { reason: 'The bank counts pages.' },
        { 'If-Match': '"rev-0"' },
      )
      .expect(200);
    expect(await guard()).toMatchObject({ holds: true });
    await desk.close();
  });
});
