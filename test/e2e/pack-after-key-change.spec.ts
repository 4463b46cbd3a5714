import { PackService } from '../support/pack-service';

jest.setTimeout(120_000);

const REQUEST = {
  kind: 'transaction',
  subject: { type: 'purchase-order', entity: 'E_DE', id: 'PO-7719' },
  purpose: 'Year-end test of purchase controls',
};

describe('a pack of a log whose key changed', () => {
  let service: PackService;
  beforeAll(async () => {
    service = await PackService.start();
  });
  afterAll(() => service.stop());

  async function resultOf(key: string): Promise<string> {
    const asked = await service
      .as('preparer')
      .post('/v1/evidence/packs')
      .set('Idempotency-Key', key)
      .send(REQUEST)
      .expect(202);
    const { id } = asked.body as { id: string };
    await service.finished(id);
    const { report } = service.verify((await service.download(id)).body);
    expect(report.findings).toEqual([]);
    return report.result;
  }

  it('verifies with the old key while both sign, and with the new one afterwards', async () => {
    const { app } = service;
    const ann = await app.as('ann', ['log.manage']);
    const bob = await app.as('bob', ['log.manage']);
    const path = '/v1/log/keys/rotate';
    const body = { reason: 'yearly', overlapDays: 0 };
    const asked = await ann.post(path).set('Idempotency-Key', 'r').send(body).expect(202);
    const { id } = asked.body as { id: string };
    await bob.post(`${path}/${id}/approve`).set('Idempotency-Key', 'a').expect(202);
    expect(app.runtime.keys.history().current).toHaveLength(2);
    expect(await resultOf('in-the-overlap')).toBe('verified');
    await app.runtime.keyChange.retireDue();
    expect(app.runtime.keys.history().current).toHaveLength(1);
    expect(await resultOf('afterwards')).toBe('verified');
  });
});
