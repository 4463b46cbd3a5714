import { generateKinds, type Planted } from '../support/kind-generator';
import { type Body, ReconDesk } from '../support/recon-desk';

interface Break {
  readonly id: string;
  readonly firstSeen: string;
  readonly type: string;
  readonly subject?: Readonly<Record<string, string>>;
  readonly lines: readonly { object?: { id: string }; amount: { amount: string } }[];
  readonly explanation: string;
}

interface Run {
  readonly id: string;
  readonly result: {
    readonly status: string;
    readonly groups: number;
    readonly breaks: Readonly<Record<string, number>>;
    readonly identities: { readonly checked: number; readonly failed: number };
    readonly sha256: string;
  };
}

describe('the kinds that compare within the ledger, on a month with planted breaks', () => {
  const month = generateKinds({ seed: 20_261, documents: 120, noise: 300 });
  const runs = new Map<string, Run>();
  let desk: ReconDesk;

  beforeAll(async () => {
    desk = await ReconDesk.open();
    await desk.source('hub');
    await desk.source('erp');
    await desk.source('warehouse');
    await desk.send(month.events);
    expect((await desk.upload(month.journal, 'source=gl&entity=E_DE')).status).toBe(202);
  });
  afterAll(() => desk.close());

  const run = async (definition: string): Promise<Run> => {
    const reply = await desk.run('commit', '2026-04-05', definition);
    expect([reply.status, reply.body]).toMatchObject([202, { definition }]);
    runs.set(definition, reply.body as Run);
    return reply.body as Run;
  };
  const breaksOf = async (definition: string): Promise<readonly Break[]> => {
    const all: Break[] = [];
    for (let cursor = ''; ;) {
      const page: Body = await desk.get(
        `/v1/recon/breaks?definition=${definition}&limit=200${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      all.push(...(page.items as Break[]));
      if (page.next === undefined) return all;
      cursor = page.next as string;
    }
  };
  const isOf = ({ type, names }: Planted) => {
    return (found: Break) =>
      found.type === type &&
      (JSON.stringify(found.subject ?? {}).includes(names) ||
        found.lines.some(({ object, amount }) => object?.id === names || amount.amount === names));
  };

  it.each(['three-way', 'subledger-gl', 'intercompany', 'source-to-target'])(
    'finds every break that was planted for %s, with its type, and no other',
    async (definition) => {
      const { result } = await run(definition);
      const found = await breaksOf(definition);
      const planted = month.planted.filter((one) => one.definition === definition);
      expect(planted.length).toBeGreaterThan(10);
      const missing = planted.filter((one) => !found.some(isOf(one)));
      expect(missing).toEqual([]);
      const surplus = found.filter((one) => !planted.some((plant) => isOf(plant)(one)));
      expect(surplus.map(({ type, explanation }) => [type, explanation])).toEqual([]);
      expect(result.status).toBe(definition === 'source-to-target' ? 'stale' : 'differs');
      expect(result.identities.failed).toBe(0);
      expect(result.identities.checked).toBeGreaterThan(0);
    },
  );

  it('never says of a side behind its limit that it agrees or differs', async () => {
    const late = await desk.run('dry-run', '2026-04-05', 'source-to-target');
    expect(late.body).toMatchObject({
      input: { freshness: { A: { asOf: '2026-03-05', limitDays: 5, isStale: true } } },
      result: { status: 'stale' },
    });
    const fresh = await desk.run('dry-run', '2026-03-08', 'source-to-target');
    expect(fresh.body).toMatchObject({
      input: { freshness: { A: { isStale: false }, B: { isStale: false } } },
      result: { status: 'differs' },
    });
  });

  it('gives the same bytes again, and records what it read of the ledger as a batch', async () => {
    const again = await run('three-way');
    const dry = await desk.run('dry-run', '2026-04-05', 'three-way');
    expect(dry.body).toMatchObject({ result: { sha256: again.result.sha256 } });
    const { input } = dry.body as { input: { a: { sha256: string; position: string } } };
    const { items } = await desk.get('/v1/recon/imports?source=ledger');
    const batches = items as { id: string; file: { sha256: string }; extract: object }[];
    const own = batches.filter(({ file }) => file.sha256 === input.a.sha256);
    expect(own).toMatchObject([{ extract: { definition: 'three-way', cutoff: '2026-04-05' } }]);
    const file = await desk.preparer.get(`/v1/recon/imports/${own[0]!.id}/file`);
    expect(file.status).toBe(200);
  });

  it('keeps breaks, their first day and their owner through a second run', async () => {
    const before = await breaksOf('three-way');
    await run('three-way');
    const after = await breaksOf('three-way');
    const seen = (found: readonly Break[]) => found.map((one) => [one.id, one.firstSeen]);
    expect(seen(after)).toEqual(seen(before));
    expect(before.length).toBeGreaterThan(10);
  });

  it('explains an order line that agrees by its cumulated figures', async () => {
    const { items } = await desk.get('/v1/recon/matches?definition=three-way&limit=5');
    expect((items as { explanation: string }[])[0]?.explanation).toMatch(
      /^Order line E_DE PO\d+\/10: ordered \d+ at EUR \d+\.\d\d, received \d+, billed \d+\./,
    );
  });

  it('ties the general ledger to the recorded journals by account, and says what a side has not', async () => {
    const { result } = await run('balance');
    expect(result.breaks).toEqual({ BALANCE_BREAK: 2 });
    const found = await breaksOf('balance');
    expect(found.map(({ explanation }) => explanation).sort()).toEqual([
      expect.stringMatching(
        /^Account 160000: general ledger EUR .*, recorded journals no balance\.$/,
      ),
      expect.stringMatching(
        /^Account 400000: general ledger EUR .*, recorded journals no balance\.$/,
      ),
    ]);
  });
});
