import threeWay from '../../src/reconciliation/definitions/three-way.definition.json';
import bank2 from '../../src/reconciliation/definitions/bank-2.definition.json';
import { generateKinds } from '../support/kind-generator';
import { ReconDesk } from '../support/recon-desk';
import { type Agent } from '../support/test-app';

/** The next version: two pieces more than ordered may be received. */
const version2 = {
  ...threeWay,
  version: 2,
  effectiveFrom: '2026-02-01',
  tolerances: { ...threeWay.tolerances, quantity: { absolute: '2' } },
};

interface BackTest {
  readonly sha256: string;
  readonly breaks: { readonly before: number; readonly after: number; readonly removed: number };
  readonly groups: { readonly added: number; readonly removed: number };
  readonly differences: readonly { kind: string; change: string; type: string }[];
}

describe('definitions as versions that persons propose and approve', () => {
  let desk: ReconDesk;
  let author: Agent;
  let approver: Agent;
  let keys = 0;

  beforeAll(async () => {
    desk = await ReconDesk.open();
    await desk.source('hub');
    await desk.source('erp');
    await desk.source('warehouse');
    await desk.send(generateKinds({ seed: 4, documents: 60, noise: 300 }).events);
    author = await desk.app.as('author', ['config.manage', 'ledger.read']);
    approver = await desk.app.as('approver', ['config.manage', 'ledger.read']);
  });
  afterAll(() => desk.close());

  const key = () => `definitions-${(keys += 1)}`;
  const put = (path: string, body: object, by = author) =>
    by.put(`/v1/recon/definitions/${path}`).set('Idempotency-Key', key()).send(body);
  const post = (path: string, body: object, by = author) =>
    by.post(`/v1/recon/definitions/${path}`).set('Idempotency-Key', key()).send(body);
  const backTest = async (path: string, cutoff = '2026-04-05') => {
    const reply = await post(`${path}/back-test`, { cutoff });
    expect(reply.status).toBe(200);
    return reply.body as BackTest;
  };

  it('puts a version in force when another person approves it on its back-test', async () => {
    const proposed = await put('three-way/versions/2', version2);
    expect([proposed.status, proposed.body]).toMatchObject([
      200,
      { state: 'proposed', proposedBy: 'author' },
    ]);
    const test = await backTest('three-way/versions/2');
    expect(test.breaks.removed).toBeGreaterThan(0);
    expect(test.breaks.after).toBe(test.breaks.before - test.breaks.removed);
    expect(test.differences).toContainEqual(
      expect.objectContaining({ kind: 'break', change: 'removed', type: 'QUANTITY_VARIANCE' }),
    );

    const before = await desk.run('dry-run', '2026-04-05', 'three-way');
    expect(before.body).toMatchObject({ version: 1 });
    const own = await post('three-way/versions/2/approve', { backTest: test.sha256 });
    expect([own.status, own.body]).toMatchObject([403, { code: 'same-person' }]);
    const other = await post('three-way/versions/2/approve', { backTest: test.sha256 }, approver);
    expect([other.status, other.body]).toMatchObject([
      200,
      {
        state: 'approved',
        approvedBy: 'approver',
        backTest: { sha256: test.sha256, against: 1, breaks: { removed: test.breaks.removed } },
      },
    ]);
    const after = await desk.run('commit', '2026-04-05', 'three-way');
    expect(after.body).toMatchObject({ version: 2 });
    const early = await desk.run('dry-run', '2026-01-31', 'three-way');
    expect(early.body).toMatchObject({ version: 1 });
    const { items } = await desk.get('/v1/recon/definitions');
    const listed = (items as { id: string }[]).find(({ id }) => id === 'three-way');
    expect(listed).toMatchObject({
      kind: 'three-way',
      versions: [
        { version: 1, state: 'shipped' },
        { version: 2, state: 'approved', effectiveFrom: '2026-02-01' },
      ],
      lastRun: { version: 2, status: 'differs' },
    });
  });

  it('approves nothing without the back-test of exactly that version', async () => {
    const next = { ...version2, version: 3, effectiveFrom: '2026-03-01' };
    await put('three-way/versions/3', next).expect(200);
    const unknown = await post(
      'three-way/versions/3/approve',
      { backTest: 'a'.repeat(64) },
      approver,
    );
    expect([unknown.status, unknown.body]).toMatchObject([422, { code: 'guard-unmet' }]);
    const test = await backTest('three-way/versions/3');
    const changed = { ...next, tolerances: { quantity: { absolute: '50' } } };
    await put('three-way/versions/3', changed).expect(200);
    const stale = await post('three-way/versions/3/approve', { backTest: test.sha256 }, approver);
    expect([stale.status, stale.body]).toMatchObject([422, { code: 'guard-unmet' }]);
  });

  it('never changes an approved version, leaves none out, and begins none before the last', async () => {
    const changed = await put('three-way/versions/2', { ...version2, name: 'Another' });
    expect([changed.status, changed.body]).toMatchObject([409, { code: 'version-exists' }]);
    const shipped = await put('bank/versions/2', { ...bank2, name: 'Another' });
    expect([shipped.status, shipped.body]).toMatchObject([409, { code: 'version-exists' }]);
    const gap = await put('bank/versions/9', { ...bank2, version: 9 });
    expect([gap.status, gap.body]).toMatchObject([
      409,
      { code: 'version-exists', detail: expect.stringContaining('next version is 3') as string },
    ]);
    const early = await put('bank/versions/3', {
      ...bank2,
      version: 3,
      effectiveFrom: '2025-12-31',
    });
    expect([early.status, early.body]).toMatchObject([
      422,
      { code: 'range-invalid', pointer: '/effectiveFrom' },
    ]);
  });

  it('lets no two definitions of one kind cover one account at the same time', async () => {
    const own = { ...bank2, id: undefined, version: undefined };
    const mine = { ...own, effectiveFrom: '2027-01-01' };
    const both = await put('bank-munich/versions/1', mine);
    expect([both.status, both.body]).toMatchObject([
      409,
      {
        code: 'state-conflict',
        detail: expect.stringContaining('bank is of kind bank too') as string,
      },
    ]);
    // The bank's own definition leaves the account to the other one from its next version on.
    const withAccounts = (accounts: readonly string[]) => ({
      ...mine,
      sides: { A: { ...own.sides.A, accounts }, B: { ...own.sides.B, accounts } },
    });
    await put('bank/versions/3', withAccounts(['DE1'])).expect(200);
    const test = await backTest('bank/versions/3', '2027-01-31');
    await post('bank/versions/3/approve', { backTest: test.sha256 }, approver).expect(200);
    const apart = await put('bank-munich/versions/1', withAccounts(['DE2']));
    expect([apart.status, apart.body]).toMatchObject([200, { state: 'proposed' }]);
    const shared = await put('bank-hamburg/versions/1', withAccounts(['DE1', 'DE3']));
    expect(shared.status).toBe(409);
  });

  it('runs no retired definition', async () => {
    const retired = await post('balance/retire', { from: '2026-01-01', reason: 'Not needed' });
    expect([retired.status, retired.body]).toMatchObject([
      200,
      { retired: { from: '2026-01-01', reason: 'Not needed', by: 'author' } },
    ]);
    const run = await desk.run('dry-run', '2026-04-05', 'balance');
    expect([run.status, run.body]).toMatchObject([404, { code: 'not-found' }]);
    expect((await desk.run('dry-run', '2025-12-31', 'balance')).status).toBe(200);
  });

  it.each<[string, object, string]>([
    ['a member that there is not', { ...version2, colour: 'red' }, '/colour'],
    ['a kind that there is not', { ...version2, kind: 'guess' }, '/kind'],
    ['a missing side', { ...version2, sides: { A: version2.sides.A } }, '/sides/B'],
    [
      'a side of another kind',
      { ...version2, sides: { ...version2.sides, C: { system: 'x' } } },
      '/sides/C/',
    ],
    ['a day that there is not', { ...version2, effectiveFrom: '2026-02-30' }, '/effectiveFrom'],
    ['another number than its address', { ...version2, version: 7 }, '/id'],
    ['passes where nothing is matched', { ...version2, passes: bank2.passes }, '/passes'],
    [
      'an object of which there are no lines',
      {
        ...version2,
        sides: {
          ...version2.sides,
          B: { name: 'x', objects: { supplier: { sign: 'in', states: ['approved'] } } },
        },
      },
      '/sides/B/objects',
    ],
  ])('refuses %s, and says where', async (_, body, pointer) => {
    const reply = await put('three-way/versions/4', {
      ...body,
      ...('version' in body && body.version === 7 ? {} : { version: 4 }),
    });
    expect(reply.status).toBe(422);
    const { errors, pointer: own } = reply.body as {
      pointer?: string;
      errors?: { pointer: string }[];
    };
    expect([own, ...(errors ?? []).map((error) => error.pointer)].join(' ')).toContain(pointer);
  });
});
