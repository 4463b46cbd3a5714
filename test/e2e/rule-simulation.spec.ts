import mapping from '../../src/controls/default-duty-mapping.json';
import shipped from '../../src/controls/default-rule-set.json';
import { transitionData, transitionEvent } from '../support/transition-events';
import { type Agent, TestApp } from '../support/test-app';

const SOURCE = 'https://erp.example/';

describe('running other rules over what is recorded', () => {
  let app: TestApp;
  let admin: Agent;
  let erp: Agent;
  let keys = 0;

  beforeAll(async () => {
    app = await TestApp.start();
    admin = await app.as('admin', ['config.manage', 'ledger.read']);
    erp = await app.as('erp-connector', ['events.append']);
    const approver = await app.as('controller', ['approve']);
    await admin.put('/v1/sources/erp').set('If-None-Match', '*').send({ uri: SOURCE }).expect(201);
    for (const name of ['alice', 'bob']) {
      const path = `/v1/controls/accounts/erp/${name}`;
      const person = `P-${name.toUpperCase()}`;
      const map = { kind: 'human', person, validFrom: '2020-01-01T00:00:00.000Z' };
      await admin.put(path).send(map).expect(201);
      await approver.post(`${path}/approve`).set('Idempotency-Key', name).expect(200);
    }
    // One order made and approved by one person this year, another the year before, and one by two persons.
    await act('PO-1', 'created', 'alice', '2026-03-01');
    await act('PO-1', 'approved', 'alice', '2026-03-02');
    await act('PO-2', 'created', 'alice', '2025-03-01');
    await act('PO-2', 'approved', 'alice', '2025-03-02');
    await act('PO-3', 'created', 'bob', '2026-03-01');
    await act('PO-3', 'approved', 'alice', '2026-03-02');
    await act('PO-3', 'issued', 'alice', '2026-03-03');
    await app.settle();
  });
  afterAll(() => app.stop());

  async function act(id: string, action: string, account: string, date: string): Promise<void> {
    const event = transitionEvent({
      ...{ id: `${id}-${action}`, source: SOURCE, time: `${date}T09:00:00.000Z` },
      type: `tieout.purchase-order.${action}`,
      data: transitionData({
        object: { type: 'purchase-order', id },
        transition: { action, to: action },
        actor: { account, kind: 'person' },
        amount: { amount: '900.00', currency: 'EUR' },
      }),
    });
    const reply = await erp
      .post('/v1/events')
      .set('Content-Type', 'application/cloudevents+json')
      .send(JSON.stringify(event));
    expect(reply.body).toMatchObject({ result: 'recorded' });
  }

  /** Proposes a version of the shipped rules with changes and simulates it. */
  async function simulated(rules: readonly object[], query = '') {
    keys += 1;
    const path = `/v1/controls/rule-sets/set-${keys}/versions/1`;
    const body = {
      effectiveFrom: '2026-12-01',
      baseCurrency: 'EUR',
      duties: shipped.duties,
      rules,
    };
    await admin.put(path).send(body).expect(201);
    await app.settle();
    return (await admin.post(`${path}/simulate${query}`).expect(200)).body;
  }
  const changed = (id: string, more: object) =>
    shipped.rules.map((rule) => (rule.id === id ? { ...rule, ...more } : rule));

  it('finds no difference where the rules are the same', async () => {
    const same = await simulated(shipped.rules);
    expect(same).toMatchObject({
      totals: { new: 0, gone: 0, changed: 0, unchanged: 1 },
      ...{ changes: [], rules: [], missingCritical: [], notCovered: [], hasMore: false },
      against: { ruleSet: { id: 'ledger-default-sod' } },
    });
    expect((await simulated(shipped.rules, '?since=2025-01-01')).totals.unchanged).toBe(2);
  });

  it('tells what would be gone with a rule, by rule and amount', async () => {
    const told = await simulated(shipped.rules.filter(({ id }) => id !== 'P2P-04'));
    expect(told).toMatchObject({
      totals: { new: 0, gone: 1, changed: 0, unchanged: 0 },
      rules: [
        {
          ...{ rule: 'P2P-04', new: 0, gone: 1, changed: 0 },
          amounts: [{ currency: 'EUR', new: '0.00', gone: '900.00', changed: '0.00' }],
        },
      ],
      changes: [
        {
          ...{ change: 'gone', rule: 'P2P-04', person: 'P-ALICE', kind: 'lineage' },
          scope: 'purchase_order-E_DE.PO-1',
          before: { status: 'violation', severity: 'critical', exposure: { amount: '900.00' } },
        },
      ],
      missingCritical: ['P2P-04'],
    });
  });

  it('tells what a new rule would find, and what it would judge in another way', async () => {
    const own = {
      ...shipped.rules.find(({ id }) => id === 'P2P-04'),
      ...{ id: 'ACME-01', name: 'Approve vs issue', left: ['PO-APPROVE'], right: ['PO-ISSUE'] },
      ...{ versioned: false, severity: 'high' },
    };
    const milder = await simulated([...changed('P2P-04', { severity: 'medium' }), own]);
    expect(milder.totals).toEqual({ new: 1, gone: 0, changed: 1, unchanged: 0 });
    expect(milder.changes).toMatchObject([
      { change: 'changed', before: { severity: 'critical' }, after: { severity: 'medium' } },
      { change: 'new', rule: 'ACME-01', scope: 'purchase_order-E_DE.PO-3' },
    ]);
    // What was recorded stays as it is: a simulation is a question.
    const { body } = await admin.get('/v1/findings').expect(200);
    expect(body.items.map((f: { rule: string }) => f.rule)).toEqual(['P2P-04', 'P2P-04']);
  });

  it('runs a duty mapping too, and says what it could not judge', async () => {
    const rows = mapping.rows
      .filter(({ type }) => type !== 'purchase-order.approved')
      .concat({ type: 'purchase-order.countersigned', duties: ['PO-APPROVE'] } as never);
    const path = '/v1/controls/duty-mappings/own/versions/1';
    await admin.put(path).send({ effectiveFrom: '2026-12-01', rows }).expect(201);
    await app.settle();
    const { body } = await admin.post(`${path}/simulate`).expect(200);
    expect(body).toMatchObject({ notCovered: ['purchase-order.countersigned'] });
    // The issued order would lack its approval, and nobody would have approved the own one.
    expect(body.changes.map((c: { change: string; rule: string }) => [c.change, c.rule])).toEqual([
      ['gone', 'P2P-04'],
      ['new', 'DOA-05'],
    ]);
    await admin.post('/v1/controls/duty-mappings/own/versions/9/simulate').expect(404);
    await erp.post(`${path}/simulate`).expect(403);
  });
});
