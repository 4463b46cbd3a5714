import { transitionData, transitionEvent } from '../support/transition-events';
import { type Agent, TestApp } from '../support/test-app';

const SOURCE = 'https://erp.example/';

describe('asking about objects and resting steps on answers', () => {
  let app: TestApp;
  let erp: Agent;
  let workflow: Agent;
  let auditor: Agent;

  beforeAll(async () => {
    app = await TestApp.start();
    const admin = await app.as('admin', ['config.manage']);
    const approver = await app.as('controller', ['approve']);
    auditor = await app.as('auditor', ['ledger.read']);
    workflow = await app.as('workflow', ['controls.check']);
    erp = await app.as('erp-connector', ['events.append']);
    await admin.put('/v1/sources/erp').set('If-None-Match', '*').send({ uri: SOURCE }).expect(201);
    for (const name of ['alice', 'bob']) {
      const path = `/v1/controls/accounts/erp/${name}`;
      const person = `P-${name.toUpperCase()}`;
      const mapping = { kind: 'human', person, validFrom: '2026-01-01T00:00:00.000Z' };
      await admin.put(path).send(mapping).expect(201);
      await approver.post(`${path}/approve`).set('Idempotency-Key', name).expect(200);
    }
  });
  afterAll(() => app.stop());

  async function act(type: string, id: string, action: string, more: object = {}, to = action) {
    const event = transitionEvent({
      ...{ id: `${id}-${action}`, source: SOURCE, time: '2026-11-01T09:00:00.000Z' },
      type: `tieout.${type}.${action}`,
      data: {
        ...transitionData({
          object: { type, id },
          transition: { action, to },
          actor: { account: 'alice', kind: 'person' },
          sourceDocument: { id: `DOC-${id}` },
        }),
        ...more,
      },
    });
    const reply = await erp
      .post('/v1/events')
      .set('Content-Type', 'application/cloudevents+json')
      .send(JSON.stringify(event));
    expect(reply.body).toMatchObject({ result: 'recorded' });
    await app.settle();
    return reply.body.id as string;
  }

  const flagsOf = async (id: string): Promise<string[]> => {
    const { body } = await auditor.get(`/v1/events?object=purchase-order&q=${id}`).expect(200);
    return body.items.at(-1).flags?.split(',') ?? [];
  };
  const object = (body: object) => workflow.post('/v1/checks/object').send(body);
  const duty = (body: object) => workflow.post('/v1/checks/duty').send(body);
  const step = (id: string, action: string, account: string) => ({
    ...{ system: 'erp', entity: 'E_DE', object: { type: 'purchase-order', id } },
    ...{ action, actor: { account } },
  });

  it('says whether a supplier is known, in which state, and that it is blocked', async () => {
    await act('supplier', 'V1', 'created');
    const asked = { type: 'supplier', entity: 'E_DE', id: 'V1' };
    expect((await object(asked).expect(200)).body).toMatchObject({
      ...{ known: true, state: 'created', blocked: false, isTerminal: false, inconclusive: [] },
      sides: [{ system: 'erp', state: 'created' }],
    });
    await act('supplier', 'V1', 'blocked');
    expect((await object(asked)).body).toMatchObject({ state: 'blocked', blocked: true });
    expect((await object({ ...asked, id: 'V9' })).body).toMatchObject({ known: false });
  });

  it('finds objects by the number of a document, in one system or any', async () => {
    await act('purchase-order', 'PO-1', 'created');
    const found = await object({ sourceDocument: { id: 'DOC-PO-1' } }).expect(200);
    expect(found.body).toMatchObject({
      known: true,
      objects: [{ type: 'purchase-order', entity: 'E_DE', id: 'PO-1', state: 'created' }],
      hasMore: false,
    });
    const elsewhere = { sourceDocument: { id: 'DOC-PO-1', system: 'crm' } };
    expect((await object(elsewhere)).body).toMatchObject({ known: false, objects: [] });
  });

  it('refuses a question about nothing or two things', async () => {
    for (const body of [
      {},
      { type: 'supplier', id: 'V1' },
      { type: 'x', sourceDocument: { id: 'y' } },
    ])
      expect((await object(body).expect(422)).body.code).toBe('contract-violation');
    await auditor.post('/v1/checks/object').send({}).expect(403);
  });

  it('answers several steps, each for itself, and records each', async () => {
    const items = [step('PO-1', 'approved', 'alice'), step('PO-1', 'approved', 'bob')];
    const { body } = await duty({ items: [...items, { ...items[1], dryRun: true }] }).expect(200);
    expect(body.items.map((i: { decision: string }) => i.decision)).toEqual([
      ...['deny', 'allow', 'allow'],
    ]);
    const [first, second, dry] = body.items;
    expect(dry).toMatchObject({ dryRun: true });
    await app.settle();
    const recorded = await auditor.get('/v1/events?type=check.decided').expect(200);
    const ids = recorded.body.items.map((e: { data: { check: string } }) => e.data.check);
    expect(ids).toEqual(expect.arrayContaining([first.checkId, second.checkId]));
    expect((await duty({ items: [] }).expect(422)).body.errors[0].pointer).toBe('/items');
    const unreadable = [items[0], { ...items[1], duty: 'PO-APPROVE' }];
    await duty({ items: unreadable }).expect(422);
    await app.settle();
    const after = await auditor.get('/v1/events?type=check.decided').expect(200);
    expect(after.body.items).toHaveLength(recorded.body.items.length);
  });

  it('escalates a step about what the ledger does not know', async () => {
    expect((await duty(step('PO-77', 'approved', 'bob'))).body).toMatchObject({
      ...{ decision: 'escalate', verdict: 'inconclusive', inconclusive: ['unknown_object'] },
    });
    const related = [{ type: 'requisition', id: 'REQ-77', role: 'requisition' }];
    expect((await duty({ ...step('PO-78', 'created', 'bob'), related })).body).toMatchObject({
      ...{ decision: 'escalate', inconclusive: ['lineage_unknown'] },
    });
    expect((await duty(step('PO-78', 'created', 'bob'))).body.decision).toBe('allow');
  });

  it('marks a step that was denied before, whether it cites the answer or not', async () => {
    await act('purchase-order', 'PO-2', 'created');
    const { body } = await duty(step('PO-2', 'approved', 'alice'));
    expect(body.decision).toBe('deny');
    await act('purchase-order', 'PO-2', 'approved');
    expect(await flagsOf('PO-2')).toEqual(['unauthorised']);
    await act('purchase-order', 'PO-3', 'created');
    const denied = await duty(step('PO-3', 'approved', 'alice'));
    await act('purchase-order', 'PO-3', 'approved', { checks: [denied.body.checkId] });
    expect(await flagsOf('PO-3')).toEqual(['unauthorised']);
  });

  it('marks a step that cites an answer about something else, or none that was given', async () => {
    await act('purchase-order', 'PO-4', 'created');
    const other = await duty(step('PO-4', 'approved', 'bob'));
    expect(other.body.decision).toBe('allow');
    await act('purchase-order', 'PO-4', 'approved', { checks: [other.body.checkId] });
    expect(await flagsOf('PO-4')).toEqual(['conflicting']);
    await act('purchase-order', 'PO-5', 'created', { checks: ['no-such-check'] });
    expect(await flagsOf('PO-5')).toEqual(['conflicting']);
    await act('purchase-order', 'PO-6', 'created');
    const own = await duty({ ...step('PO-6', 'approved', 'bob') });
    const actor = { account: 'bob', kind: 'person' };
    await act('purchase-order', 'PO-6', 'approved', { checks: [own.body.checkId], actor });
    expect(await flagsOf('PO-6')).toEqual([]);
  });
});
