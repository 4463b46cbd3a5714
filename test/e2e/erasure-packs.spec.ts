import { evidenceIn, fileIn, PackService } from '../support/pack-service';
import { readPdf } from '../support/pdf-reader';
import { REASON } from '../support/sample-purchase';
import { type Agent } from '../support/test-app';

const REQUEST = {
  kind: 'transaction',
  subject: { type: 'purchase-order', entity: 'E_DE', id: 'PO-7719' },
  purpose: 'Year-end test of purchase controls',
  disclose: ['/data/reason'],
};

jest.setTimeout(120_000);

describe('packs before and after an erasure', () => {
  let service: PackService;
  let before: Buffer;
  let after: Buffer;
  /** the entry whose reason is erased, and the event that says so */
  let entry: string;
  let erasedBy: string;

  beforeAll(async () => {
    service = await PackService.start();
    before = await pack('before');
    const step = evidenceIn(before).report.timeline.find(({ personal }) => personal.length > 0);
    entry = step!.entry;
    const dpo = await service.app.as('dpo', ['privacy.manage']);
    const head = await service.app.as('head-of-finance', ['privacy.manage']);
    const { id } = await post(dpo, 'erasures', {
      values: [{ event: entry, path: '/data/reason' }],
      legalBasis: 'GDPR Art. 17(1)(a)',
    });
    await post(head, `erasures/${id}/approve`);
    await service.app.settle();
    const shown = await dpo.get(`/v1/privacy/erasures/${id}`).expect(200);
    erasedBy = (shown.body as { events: string[] }).events[0]!;
    after = await pack('after');
  });
  afterAll(() => service.stop());

  const post = async (agent: Agent, path: string, body?: object): Promise<{ id: string }> => {
    const request = agent.post(`/v1/privacy/${path}`).set('Idempotency-Key', path);
    const reply = await (body === undefined ? request : request.send(body));
    if (reply.status >= 300) throw new Error(JSON.stringify(reply.body));
    return reply.body as { id: string };
  };
  const pack = async (key: string): Promise<Buffer> => {
    const asked = await service
      .as('preparer')
      .post('/v1/evidence/packs')
      .set('Idempotency-Key', key)
      .send(REQUEST)
      .expect(202);
    const { id } = asked.body as { id: string };
    await service.finished(id);
    return (await service.download(id)).body;
  };
  const personalIn = (zip: Buffer) =>
    evidenceIn(zip).report.timeline.find((step) => step.entry === entry)?.personal;

  it('both verify', () => {
    for (const zip of [before, after]) {
      expect(service.verify(zip)).toMatchObject({
        status: 0,
        report: { result: 'verified', findings: [] },
      });
    }
  });

  it('the old one still opens the value, the new one names the event that erased it', () => {
    expect(personalIn(before)).toEqual([{ path: '/data/reason', value: REASON }]);
    expect(personalIn(after)).toEqual([{ path: '/data/reason', erasedBy }]);
    const { results, verdicts } = evidenceIn(after).report;
    expect(results).toMatchObject({ erased: 1 });
    expect(verdicts.find(({ topic }) => topic === 'Personal values')?.sentence).toContain(
      '1 erased',
    );
    const openings = JSON.parse(
      fileIn(after, 'data/items/T-0001/openings.json').toString(),
    ) as Record<string, unknown>;
    expect(openings['erased']).toEqual([{ event: erasedBy, id: entry, path: '/data/reason' }]);
  });

  it('the value is nowhere in the new one, neither in data nor in print', () => {
    expect(after.includes(Buffer.from(REASON.slice(0, 20)))).toBe(false);
    const print = readPdf(fileIn(after, 'data/evidence-pack.pdf')).pages.join(' ');
    expect(print).toContain('erased: /data/reason');
    expect(print).not.toContain('Łukasz');
  });

  it('the new one carries the proof of the erasure', () => {
    const { report } = service.verify(after) as unknown as {
      report: { checked: Record<string, number> };
    };
    expect(report.checked).toMatchObject({ 'erased values': 1, 'erasure events': 3 });
  });
});
