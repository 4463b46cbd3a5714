import { ReconDesk, statementOf } from '../support/recon-desk';

describe('reconciling a bank statement with the payments of the ledger', () => {
  let desk: ReconDesk;
  beforeAll(async () => {
    desk = await ReconDesk.open();
  });
  afterAll(() => desk.close());

  it('matches on exact reference and amount, and explains what it matched and what it did not', async () => {
    await desk.pay('PAY-1', '50.00');
    await desk.pay('PAY-2', '60.00');
    await desk.pay('PAY-3', '70.00');
    await desk.upload(
      statementOf(
        'S-6',
        { amount: '50.00', endToEndId: 'PAY-1' },
        { amount: '60.01', endToEndId: 'PAY-2' },
        { amount: '3.20', remittance: 'Account fee' },
      ),
    );
    const reply = await desk.run('commit');
    expect(reply.status).toBe(202);
    expect(reply.body).toMatchObject({
      definition: 'bank',
      mode: 'commit',
      result: {
        groups: 1,
        passes: { 'end-to-end': 1 },
        breaks: { AMOUNT_DIFFERENCE: 1, UNMATCHED_A: 1, UNMATCHED_B: 1 },
      },
    });
    const { items: matches } = await desk.get('/v1/recon/matches?definition=bank');
    expect(matches).toMatchObject([
      {
        pass: 'end-to-end',
        difference: '0.00',
        members: [{ side: 'A', object: { type: 'payment', id: 'PAY-1' } }, { side: 'B' }],
        explanation: expect.stringContaining(
          'Only candidate on either side (1 of 1, 1 of 1)',
        ) as string,
      },
    ]);
    const { items: differences } = await desk.get('/v1/recon/breaks?type=AMOUNT_DIFFERENCE');
    expect(differences).toMatchObject([
      {
        entity: 'E_DE',
        amount: { amount: '0.01', currency: 'EUR' },
        amountA: { amount: '-60.00' },
        amountB: { amount: '-60.01' },
        explanation: expect.stringContaining('amount (book -60.00, bank -60.01)') as string,
      },
    ]);
    const { items: unmatched } = await desk.get('/v1/recon/breaks?type=UNMATCHED_A');
    expect(unmatched).toMatchObject([
      { lines: [{ object: { id: 'PAY-3' } }], status: 'open', agingBucket: '31-60' },
    ]);
    const [{ id }] = differences as unknown as [{ id: string }];
    expect(await desk.get(`/v1/recon/breaks/${id}`)).toMatchObject({
      id,
      type: 'AMOUNT_DIFFERENCE',
    });
  });

  it('gives equal bytes for equal input, and a dry run records nothing', async () => {
    const committed = (await desk.run('commit')).body as {
      id: string;
      input: { sha256: string };
      result: { sha256: string };
    };
    const dry = await desk.run('dry-run');
    expect(dry.status).toBe(200);
    const { id, input, result } = dry.body as typeof committed;
    expect([input.sha256, result.sha256]).toEqual([
      committed.input.sha256,
      committed.result.sha256,
    ]);
    const { items } = await desk.get('/v1/recon/runs?definition=bank');
    expect((items as unknown as { id: string }[]).map((r) => r.id)).not.toContain(id);
    const bytes = (await desk.preparer.get(`/v1/recon/runs/${id}/result`)).text;
    expect((await desk.preparer.get(`/v1/recon/runs/${committed.id}/result`)).text).toBe(bytes);
    expect(
      bytes
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { kind: string }).kind),
    ).toContain('group');
  });

  it('refuses a committed run before the last cut-off, and names the field of a wrong one', async () => {
    const early = await desk.run('commit', '2026-01-31');
    expect([early.status, early.body]).toMatchObject([
      422,
      { code: 'range-invalid', cutoff: '2026-12-31' },
    ]);
    const wrong = await desk.run('commit', '2026-02-30');
    expect([wrong.status, wrong.body]).toMatchObject([
      422,
      { code: 'time-form', pointer: '/cutoff' },
    ]);
  });

  it('pages through breaks without losing one', async () => {
    const all = (await desk.get('/v1/recon/breaks'))['items'] as unknown as { id: string }[];
    const seen: string[] = [];
    for (let next: string | undefined = '/v1/recon/breaks?limit=1'; next !== undefined;) {
      const page = (await desk.get(next)) as unknown as { items: { id: string }[]; next?: string };
      seen.push(...page.items.map((b) => b.id));
      next =
        page.next === undefined
          ? undefined
          : `/v1/recon/breaks?limit=1&cursor=${encodeURIComponent(page.next)}`;
    }
    expect(all.length).toBeGreaterThan(2);
    expect(await desk.get('/v1/recon/breaks?limit=1&count=exact')).toMatchObject({
      count: all.length,
    });
    expect(seen).toEqual(all.map((b) => b.id));
  });

  describe('decisions of persons', () => {
    const difference = async () => {
      const { items } = await desk.get('/v1/recon/breaks?type=AMOUNT_DIFFERENCE&status=open');
      const [found] = items as { id: string; lines: { id: string }[] }[];
      return { id: found!.id, lines: found!.lines.map((line) => line.id) };
    };

    it('settles an amount difference by hand, and undoes it', async () => {
      const { id, lines } = await difference();
      const body = { definition: 'bank', lines, reason: 'Bank kept a cent' };
      const matched = await desk.post('matches', body, 'settle');
      expect([matched.status, matched.body]).toMatchObject([
        201,
        {
          status: 'confirmed',
          difference: '0.01',
          explanation: expect.stringContaining('Matched by a person.') as string,
        },
      ]);
      expect((await desk.post('matches', body, 'settle')).headers['idempotency-replayed']).toBe(
        'true',
      );
      expect(await desk.get(`/v1/recon/breaks/${id}`)).toMatchObject({
        status: 'closed',
        resolution: 'matched',
      });
      const again = await desk.run('commit');
      expect(again.body).toMatchObject({ result: { passes: { 'end-to-end': 1, person: 1 } } });

      const { id: match } = matched.body as { id: string };
      const undone = await desk.post(`matches/${match}/unmatch`, { reason: 'Wrong line' });
      expect([undone.status, undone.body]).toMatchObject([200, { status: 'unmatched' }]);
      expect(await desk.get(`/v1/recon/breaks/${id}`)).toMatchObject({ status: 'open' });
      expect((await desk.run('commit')).body).toMatchObject({
        result: { breaks: { AMOUNT_DIFFERENCE: 1 } },
      });
    });

    it('does not use a line twice: the answer names the group that holds it', async () => {
      const { items } = await desk.get('/v1/recon/matches?pass=end-to-end&status=confirmed');
      const [group] = items as { id: string; members: { id: string }[] }[];
      const { lines } = await difference();
      const wanted = [group!.members[0]!.id, ...lines];
      const reply = await desk.post('matches', {
        definition: 'bank',
        lines: wanted,
        reason: 'All of it',
      });
      expect([reply.status, reply.body]).toMatchObject([
        409,
        { code: 'line-in-use', group: group!.id },
      ]);
    });

    it('does not make an unmatched pair again, and says why it is open', async () => {
      const { items } = await desk.get('/v1/recon/matches?pass=end-to-end&status=confirmed');
      const [group] = items as { id: string; members: { id: string }[] }[];
      await desk.post(`matches/${group!.id}/unmatch`, { reason: 'Not ours' }).expect(200);
      expect((await desk.run('commit')).body).toMatchObject({
        result: { groups: 0, breaks: { AMBIGUOUS: 1 } },
      });
    });

    it('gives a break an owner, and guards the second change by the revision', async () => {
      const { id } = await difference();
      const first = await desk.post(`breaks/${id}/assign`, { owner: 'anna', due: '2026-12-05' });
      expect([first.status, first.headers['etag']]).toEqual([200, '"rev-0"']);
      expect(await desk.get(`/v1/recon/breaks/${id}`)).toMatchObject({
        status: 'assigned',
        owner: 'anna',
        due: '2026-12-05',
      });
      const blind = await desk.post(`breaks/${id}/assign`, { owner: 'ben' });
      expect([blind.status, blind.body]).toMatchObject([428, { code: 'precondition-required' }]);
      const seen = await desk
        .post(`breaks/${id}/assign`, { owner: 'ben' })
        .set('If-Match', '"rev-0"');
      expect(seen.status).toBe(200);
      const stale = await desk
        .post(`breaks/${id}/assign`, { owner: 'carl' })
        .set('If-Match', '"rev-0"');
      expect([stale.status, stale.body]).toMatchObject([
        412,
        { code: 'revision-conflict', actual: '1' },
      ]);
    });

    it.each([
      [
        'matches',
        { definition: 'bank', lines: ['a'.repeat(64), 'b'.repeat(64)], reason: 'x' },
        404,
        'not-found',
      ],
      [
        'matches',
        { definition: 'bank', lines: ['a'.repeat(64)], reason: 'x' },
        422,
        'contract-violation',
      ],
      [`matches/${'a'.repeat(64)}/unmatch`, { reason: 'x' }, 404, 'not-found'],
      [`breaks/${'a'.repeat(64)}/assign`, { owner: 'x' }, 404, 'not-found'],
    ])('refuses %s %j with %i', async (path, body, status, code) => {
      const reply = await desk.post(path, body);
      expect([reply.status, reply.body]).toMatchObject([status, { code }]);
    });
  });
});
