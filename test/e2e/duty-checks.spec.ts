import { transitionData, transitionEvent } from '../support/transition-events';
import { type Agent, TestApp } from '../support/test-app';

const SINCE = '2026-01-01T00:00:00.000Z';
const SUPPLIER = { type: 'supplier', id: 'V1', role: 'supplier' };

describe('asking before the act', () => {
  let app: TestApp;
  let erp: Agent;
  let admin: Agent;
  let approver: Agent;
  let workflow: Agent;
  let auditor: Agent;
  let alice: Agent;
  let keys = 0;

  beforeAll(async () => {
    app = await TestApp.start();
    admin = await app.as('admin', ['config.manage']);
    approver = await app.as('controller', ['approve']);
    auditor = await app.as('auditor', ['ledger.read']);
    workflow = await app.as('workflow', ['controls.check', 'findings.work']);
    erp = await app.as('erp-connector', ['events.append']);
    await admin
      .put('/v1/sources/erp')
      .set('If-None-Match', '*')
      .send({ uri: 'https://erp.example/' })
      .expect(201);
    for (const name of ['alice', 'bob', 'carol', 'dave'])
      await approved(`accounts/erp/${name}`, {
        kind: 'human',
        person: `P-${name.toUpperCase()}`,
        validFrom: SINCE,
      });
    await approved('accounts/tieout/alice-desk', {
      ...{ kind: 'human', person: 'P-ALICE', validFrom: SINCE },
    });
    alice = await app.as('alice-desk', ['findings.work', 'approve']);
    await approved('authority-limits/bob', {
      ...{ person: 'P-BOB', duty: 'PO-APPROVE', limit: { amount: '1000.00', currency: 'EUR' } },
    });
    await act('purchase-order', 'PO-1', 'created', 'alice', { related: [SUPPLIER] });
    await act('supplier', 'V1', 'bank-details-changed', 'dave');
    await app.settle();
  });
  afterAll(() => app.stop());

  const key = () => `key-${(keys += 1)}`;
  async function approved(path: string, entry: object): Promise<void> {
    await admin.put(`/v1/controls/${path}`).send(entry).expect(201);
    await approver.post(`/v1/controls/${path}/approve`).set('Idempotency-Key', key()).expect(200);
  }

  async function act(
    type: string,
    id: string,
    action: string,
    account: string,
    more = {},
    time = '2026-11-01T09:00:00.000Z',
  ): Promise<string> {
    const event = transitionEvent({
      id: `${id}-${action}-${time}`,
      source: 'https://erp.example/',
      type: `tieout.${type}.${action}`,
      time,
      data: {
        ...transitionData({
          object: { type, id },
          transition: { action, to: type === 'supplier' ? 'created' : action },
          actor: { account, kind: 'person' },
          amount: { amount: '900.00', currency: 'EUR' },
        }),
        ...more,
      },
    });
    const reply = await erp
      .post('/v1/events')
      .set('Content-Type', 'application/cloudevents+json')
      .send(JSON.stringify(event));
    expect(reply.body).toMatchObject({ result: 'recorded' });
    return reply.headers['consistency-token']!;
  }

  const step = (action: string, account: string, more: object = {}) => ({
    system: 'erp',
    entity: 'E_DE',
    object: { type: 'purchase-order', id: 'PO-1' },
    action,
    actor: { account },
    ...more,
  });
  const ask = (body: object) => workflow.post('/v1/checks/duty').send(body);

  it('denies an approval by whoever made the order, with the event and what would clear it', async () => {
    const { body } = await ask(step('approved', 'alice')).expect(200);
    expect(body).toMatchObject({
      decision: 'deny',
      verdict: 'violation',
      findings: [
        {
          rule: 'P2P-04',
          person: 'P-ALICE',
          conflicting: [{ type: 'purchase-order.created', persons: ['P-ALICE'] }],
          clears: ['Let another person take this step.'],
        },
        { rule: 'DOA-01', reasons: ['no_authority'] },
      ],
      inconclusive: [],
    });
  });

  it('allows one by somebody else within authority, and records every answer', async () => {
    const { body } = await ask(step('approved', 'bob')).expect(200);
    expect(body).toMatchObject({ decision: 'allow', verdict: 'clear', findings: [] });
    await app.settle();
    const recorded = await auditor.get('/v1/events?type=check.decided').expect(200);
    expect(recorded.body.items.map((e: { data: { check: string } }) => e.data.check)).toContain(
      body.checkId,
    );
  });

  it('asks for more than the ledger has when a step depends on an unknown account', async () => {
    const { body } = await ask(step('approved', 'newcomer')).expect(200);
    expect(body).toMatchObject({ decision: 'escalate', verdict: 'inconclusive' });
    expect(body.findings[0].clears[0]).toContain('Map the account');
  });

  it('sees what the same person did about the same supplier, on another document', async () => {
    const payment = { type: 'payment', id: 'PAY-1' };
    const related = [SUPPLIER];
    const { body } = await ask(step('proposed', 'dave', { object: payment, related })).expect(200);
    expect(body.decision).toBe('deny');
    expect(body.findings.map((f: { rule: string }) => f.rule)).toEqual(['P2P-01', 'P2P-02']);
    const other = await ask(step('proposed', 'carol', { object: payment, related })).expect(200);
    expect(other.body.decision).toBe('allow');
  });

  it('denies executing what nobody approved, and allows it once the approval is read', async () => {
    expect((await ask(step('issued', 'carol'))).body).toMatchObject({
      decision: 'deny',
      findings: [{ rule: 'DOA-05', reasons: ['none'] }],
    });
    const token = await act('purchase-order', 'PO-1', 'approved', 'bob');
    const { body } = await ask(step('issued', 'carol')).set('Consistency-Token', token).expect(200);
    expect(body).toMatchObject({ decision: 'allow', position: expect.stringMatching(/^s\./) });
  });

  it('records nothing of a dry run, and gives it no id', async () => {
    const { body } = await ask(step('approved', 'bob', { dryRun: true })).expect(200);
    expect(body).toMatchObject({ dryRun: true, decision: 'allow' });
    expect(body.checkId).toBeUndefined();
  });

  it('escalates an action that has no duty, and refuses what cannot be read', async () => {
    const { body } = await ask(step('admired', 'bob')).expect(200);
    expect(body).toMatchObject({ decision: 'escalate', inconclusive: ['duty_unmapped'] });
    expect(
      (await ask(step('approved', 'bob', { duty: 'PO-APPROVE' })).expect(422)).body.errors[0]
        .pointer,
    ).toBe('/duty');
    expect(
      (await ask({ ...step('approved', 'bob'), action: undefined, duty: 'NONE' }).expect(422)).body
        .detail,
    ).toContain('NONE');
    expect(
      (
        await ask(
          step('approved', 'bob', { related: [{ type: 'supplier', id: 'V1', role: 'friend' }] }),
        ).expect(422)
      ).body.errors[0].pointer,
    ).toBe('/related/0/role');
    await auditor.post('/v1/checks/duty').send(step('approved', 'bob')).expect(403);
  });

  it('mitigates a recorded finding by an exception, until its control is overdue', async () => {
    await act('purchase-order', 'PO-9', 'created', 'alice');
    await act('goods-receipt', 'GR-9', 'posted', 'alice', {
      related: [{ type: 'purchase-order', id: 'PO-9', role: 'order' }],
    });
    const post = (who: Agent, path: string, body?: object) =>
      who.post(`/v1/controls/exceptions${path}`).set('Idempotency-Key', key()).send(body);
    const opened = await post(workflow, '', {
      ...{ rule: 'P2P-05', person: 'P-ALICE', reason: 'two-person site' },
      ...{ compensatingControl: 'Independent receipt confirmation' },
      ...{ from: '2026-10-01T00:00:00.000Z', to: '2026-12-01T00:00:00.000Z' },
      controlDueAt: '2026-11-10T00:00:00.000Z',
    }).expect(201);
    const found = async () => {
      await app.settle();
      const { body } = await auditor.get('/v1/findings?rule=P2P-05').expect(200);
      return body.items.map((f: { status: string; reasons: string[]; turnsAt?: string }) => [
        f.status,
        f.reasons,
        f.turnsAt,
      ]);
    };
    expect(await found()).toEqual([['violation', [], undefined]]);
    // Approved on 2 November, a day after the acts: an exception does not reach back.
    await post(approver, `/${opened.body.id}/approve`).expect(200);
    expect(await found()).toEqual([['violation', ['retroactive'], undefined]]);
    await act(
      'goods-receipt',
      'GR-10',
      'posted',
      'alice',
      {
        related: [{ type: 'purchase-order', id: 'PO-10', role: 'order' }],
      },
      '2026-11-03T09:00:00.000Z',
    );
    await act('purchase-order', 'PO-10', 'created', 'alice', {}, '2026-11-03T08:00:00.000Z');
    const due = '2026-11-10T00:00:00.000Z';
    expect(await found()).toEqual([
      ['mitigated', [opened.body.id], due],
      ['violation', ['retroactive'], undefined],
    ]);
    app.clock.advance(9 * 86_400_000);
    const overdue = ['violation', ['compensating_control_not_evidenced'], undefined];
    expect((await found())[0]).toEqual(overdue);
    await auditor
      .get('/v1/findings?rule=P2P-05&status=mitigated')
      .expect(200)
      .expect(({ body }) => expect(body.items).toEqual([]));
    // Too late is not in time.
    await post(workflow, `/${opened.body.id}/evidence`, { note: 'checked' }).expect(200);
    expect((await found())[0]).toEqual(overdue);
  });

  it('lets a finding be worked on by whom it does not concern, until it changes', async () => {
    const work = (who: Agent, id: string, verb: string, body?: object) =>
      who.post(`/v1/findings/${id}/${verb}`).set('Idempotency-Key', key()).send(body);
    await act('purchase-order', 'PO-20', 'created', 'alice');
    await act('purchase-order', 'PO-20', 'approved', 'alice');
    await app.settle();
    const path = '/v1/findings?rule=P2P-04&object=purchase-order/E_DE/PO-20';
    const read = async (more = '') => {
      await app.settle();
      return (await auditor.get(`${path}${more}`).expect(200)).body.items;
    };
    const [{ id, evidence }] = await read('&work=open');
    await work(workflow, id, 'assign', { owner: 'accountant', due: '2026-11-20' }).expect(200);
    expect(await read('&owner=accountant')).toMatchObject([
      { id, owner: 'accountant', due: '2026-11-20' },
    ]);

    const answer = {
      outcome: 'confirmed',
      reason: 'control failed, no effect on the books',
      evidence,
    };
    // Alice works with a client of her own: the finding is about her.
    expect((await work(alice, id, 'dispose', answer).expect(403)).body.code).toBe('duty-conflict');
    await work(workflow, id, 'dispose', answer).expect(200);
    expect(await read('&work=open')).toMatchObject([
      { disposition: { state: 'waiting', outcome: 'confirmed' } },
    ]);
    expect((await work(alice, id, 'approve').expect(403)).body.code).toBe('duty-conflict');
    await work(approver, id, 'approve').expect(200);
    expect(await read('&work=disposed')).toMatchObject([
      {
        status: 'violation',
        disposition: { state: 'effective', by: 'workflow', approvedBy: 'controller' },
      },
    ]);

    await act('purchase-order', 'PO-20', 'approved', 'alice', {}, '2026-11-04T09:00:00.000Z');
    expect(await read('&work=open')).toMatchObject([{ id, disposition: { state: 'outdated' } }]);
    await work(workflow, id, 'dispose', { ...answer, evidence: '0'.repeat(64) }).expect(422);
    await work(workflow, 'f'.repeat(64), 'assign', { owner: 'x' }).expect(404);
  });
});
