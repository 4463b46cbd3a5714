import mapping from '../../src/controls/default-duty-mapping.json';
import shipped from '../../src/controls/default-rule-set.json';
import { type Agent, TestApp } from '../support/test-app';

const body = (more: object = {}) => ({
  ...{ effectiveFrom: '2026-12-01', baseCurrency: 'EUR', title: 'Acme' },
  ...{ duties: shipped.duties, rules: shipped.rules },
  ...more,
});
const without = (...ids: string[]): object[] => shipped.rules.filter(({ id }) => !ids.includes(id));

describe('rule sets over HTTP', () => {
  let app: TestApp;
  let admin: Agent;
  let approver: Agent;
  let workflow: Agent;
  let keys = 0;

  beforeAll(async () => {
    app = await TestApp.start();
    admin = await app.as('admin', ['config.manage', 'ledger.read']);
    approver = await app.as('controller', ['approve', 'ledger.read']);
    workflow = await app.as('workflow', ['controls.check']);
  });
  afterAll(() => app.stop());

  const put = (path: string, entry: object) => admin.put(`/v1/controls/${path}`).send(entry);
  const decide = (who: Agent, path: string, note?: object) =>
    who
      .post(`/v1/controls/${path}`)
      .set('Idempotency-Key', `key-${(keys += 1)}`)
      .send(note);
  const inForce = async (date: string, kind = 'rule-sets') => {
    await app.settle();
    const path = `/v1/controls/${kind}/in-force?effectiveOn=${date}`;
    const { id, version, isInForce } = (await admin.get(path).expect(200)).body;
    return [id, version, isInForce];
  };

  it('show the shipped set whole, and judge by it until another begins', async () => {
    const path = '/v1/controls/rule-sets/ledger-default-sod/versions/1.0.0';
    const { body: read } = await admin.get(path).expect(200);
    expect(read).toMatchObject({ state: 'shipped', missingCritical: [] });
    expect(read.entry.rules).toHaveLength(58);
    expect(await inForce('2026-12-01')).toEqual(['ledger-default-sod', '1.0.0', true]);
  });

  it('are proposed with every weakness named, and begin when another person approved', async () => {
    const entry = body({ rules: without('P2P-04', 'DOA-02') });
    const proposed = await put('rule-sets/acme/versions/1', entry).expect(201);
    expect(proposed.body).toMatchObject({
      ...{ id: 'acme', version: 1, state: 'proposed' },
      missingCritical: ['P2P-04', 'DOA-02'],
    });
    await put('rule-sets/acme/versions/1', entry).expect(200);
    expect(await inForce('2026-12-01')).toEqual(['ledger-default-sod', '1.0.0', true]);

    const own = await app.as('admin', ['approve']);
    const path = 'rule-sets/acme/versions/1/approve';
    expect((await decide(own, path).expect(403)).body.code).toBe('same-person');
    const approved = await decide(approver, path).expect(200);
    expect(approved.body).toMatchObject({ state: 'approved', hash: proposed.body.hash });
    expect(await inForce('2026-11-30')).toEqual(['ledger-default-sod', '1.0.0', true]);
    expect(await inForce('2026-12-01')).toEqual(['acme', '1', true]);
    // Larger than one event: read back as it was proposed.
    const read = await admin.get('/v1/controls/rule-sets/acme/versions/1').expect(200);
    expect(read.body.entry).toEqual(entry);
    expect(read.body.decisions).toMatchObject([{ decision: 'approved', by: 'controller' }]);
  });

  it('keep every version: one that was proposed never changes', async () => {
    const changed = body({ title: 'Other' });
    expect((await put('rule-sets/acme/versions/1', changed).expect(409)).body).toMatchObject({
      code: 'version-exists',
      version: 2,
    });
    expect((await put('rule-sets/acme/versions/3', changed).expect(409)).body.code).toBe(
      'state-conflict',
    );
    await put('rule-sets/acme/versions/zero', changed).expect(422);
  });

  it('refuse what reaches back, overlaps, or names a duty nobody has', async () => {
    const november = { effectiveFrom: '2026-11-02', effectiveTo: '2026-11-20' };
    const early = await put('rule-sets/acme/versions/2', body(november));
    expect(early.body).toMatchObject({ code: 'state-conflict', earliest: '2026-11-03' });
    const overlapping = await put(
      'rule-sets/other/versions/1',
      body({ effectiveFrom: '2026-11-10', effectiveTo: '2026-12-01' }),
    ).expect(409);
    expect(overlapping.body.detail).toContain('overlaps acme@1');
    const odd = without('P2P-04').concat({ ...shipped.rules[0]!, id: 'P2P-04', left: ['NONE'] });
    const unknown = await put('rule-sets/acme/versions/2', body({ rules: odd })).expect(422);
    expect(unknown.body).toMatchObject({
      code: 'contract-violation',
      detail: expect.stringContaining('no duty NONE'),
    });
  });

  it('are succeeded by the next version, turned down, and listed without their rules', async () => {
    const next = body({ effectiveFrom: '2027-01-01', effectiveTo: '2027-03-31' });
    await put('rule-sets/acme/versions/2', next).expect(201);
    await decide(approver, 'rule-sets/acme/versions/2/reject', { note: 'later' }).expect(200);
    expect(
      (await decide(approver, 'rule-sets/acme/versions/2/approve').expect(409)).body.code,
    ).toBe('state-conflict');
    await put('rule-sets/acme/versions/3', next).expect(201);
    await decide(approver, 'rule-sets/acme/versions/3/approve').expect(200);
    expect(await inForce('2026-12-31')).toEqual(['acme', '1', true]);
    expect(await inForce('2027-01-01')).toEqual(['acme', '3', true]);
    expect(await inForce('2028-01-01')).toEqual(['acme', '3', false]);
    const list = await admin.get('/v1/controls/rule-sets?state=approved').expect(200);
    expect(list.body.items.map((i: { version: number }) => i.version)).toEqual([3, 1]);
    expect(list.body.items[0].entry).toEqual({
      ...{ baseCurrency: 'EUR', effectiveFrom: '2027-01-01', effectiveTo: '2027-03-31' },
      title: 'Acme',
    });
  });

  it('stand beside mappings with versions of their own', async () => {
    const rows = [...mapping.rows, { type: 'contract.signed', duties: ['PO-APPROVE'] }];
    const path = 'duty-mappings/acme/versions/1';
    await put(path, { effectiveFrom: '2026-12-01', rows }).expect(201);
    await decide(approver, `${path}/approve`).expect(200);
    expect(await inForce('2026-12-01', 'duty-mappings')).toEqual(['acme', '1', true]);
    const odd = [{ type: 'contract.signed', duties: ['CONTRACT-SIGN'] }];
    const refused = await put('duty-mappings/acme/versions/2', {
      ...{ effectiveFrom: '2027-02-01', rows: odd },
    }).expect(409);
    expect(refused.body.detail).toContain('no duty CONTRACT-SIGN');
  });

  it('say on every page of findings what the rules in force lack', async () => {
    app.clock.advance(29 * 86_400_000);
    const { body } = await admin.get('/v1/findings').expect(200);
    expect(body).toMatchObject({ items: [], missingCritical: ['P2P-04', 'DOA-02'] });
  });

  it('escalate every check when the last one has ended', async () => {
    app.clock.advance(122 * 86_400_000);
    const { body } = await workflow
      .post('/v1/checks/duty')
      .send({
        ...{ system: 'erp', entity: 'E_DE', object: { type: 'purchase-order', id: 'PO-1' } },
        ...{ action: 'created', actor: { account: 'alice' } },
      })
      .expect(200);
    expect(body).toMatchObject({ decision: 'escalate', pins: { ruleSet: 'acme@3' } });
    expect(body.inconclusive).toContain('no_rule_set_in_force');
  });
});
