import { ReconDesk } from '../support/recon-desk';
import { transitionData, transitionEvent } from '../support/transition-events';

interface Suggestion {
  readonly id: string;
  readonly pass: string;
  readonly members: readonly {
    readonly id: string;
    readonly side: string;
    readonly allocated: string;
  }[];
  readonly explanation: string;
}

describe('what a run leaves to persons', () => {
  let desk: ReconDesk;
  let events = 0;

  beforeAll(async () => {
    desk = await ReconDesk.open();
    await desk.source('hub');
    // Two pairs that agree in entities, amount and days, and in no reference; and one that is there twice on one side.
    await desk.send([
      ...pair('A', '100.00', 1),
      ...pair('B', '250.00', 1),
      ...pair('C', '75.00', 2),
    ]);
    await desk.run('commit', '2026-03-31', 'intercompany');
  });
  afterAll(() => desk.close());

  function pair(name: string, amount: string, count: number): object[] {
    const half = (entity: string, counterparty: string, direction: string, id: string) =>
      transitionEvent({
        id: `s-${(events += 1)}`,
        source: 'https://hub.example/',
        type: 'tieout.intercompany-transaction.posted',
        time: '2026-03-05T09:00:00.000Z',
        data: transitionData({
          entity,
          object: { type: 'intercompany-transaction', id },
          transition: { action: 'posted', to: 'posted' },
          amount: { amount, currency: 'EUR' },
          dimensions: { counterparty, direction },
        }),
      });
    return [
      half('E_DE', 'E_FR', 'due-from', `OUR-${name}`),
      ...Array.from({ length: count }, (_, i) =>
        half('E_FR', 'E_DE', 'due-to', `THEIR-${name}-${i}`),
      ),
    ];
  }

  const suggestions = async () => {
    const body = await desk.get('/v1/recon/suggestions?definition=intercompany&count=exact');
    return body as unknown as { items: Suggestion[]; count: number };
  };

  it('lists suggestions with their lines and reason, page by page', async () => {
    const { items, count } = await suggestions();
    expect(count).toBe(2);
    expect(items.map(({ pass }) => pass)).toEqual(['pair-and-amount', 'pair-and-amount']);
    expect(items[0]!.members.map(({ side }) => side).sort()).toEqual(['A', 'B']);
    expect(items[0]!.explanation).toMatch(/^Suggested, not confirmed: a person decides\. /);
    const first = await desk.get('/v1/recon/suggestions?limit=1');
    const next = encodeURIComponent(String(first.next));
    const second = await desk.get(`/v1/recon/suggestions?limit=1&cursor=${next}`);
    const ids = [first, second].map((page) => (page.items as Suggestion[])[0]!.id);
    expect(ids).toEqual(items.map(({ id }) => id));
    expect(second.next).toBeUndefined();
  });

  it('lets a person confirm one and reject the other, for good', async () => {
    const { items } = await suggestions();
    const isSmall = ({ members }: Suggestion) => members[0]!.allocated === '100.00';
    const [one, other] = [items.find(isSmall)!, items.find((item) => !isSmall(item))!];
    const confirmed = await desk.post(`matches/${one.id}/confirm`, { reason: 'Agreed by mail' });
    expect([confirmed.status, confirmed.body]).toMatchObject([
      201,
      { status: 'confirmed', lines: one.members.map(({ id }) => id).sort() },
    ]);
    await desk.post(`matches/${other.id}/reject`, { reason: 'Another deal' }).expect(200);
    expect((await suggestions()).count).toBe(0);
    const again = await desk.run('commit', '2026-03-31', 'intercompany');
    expect(again.body).toMatchObject({ result: { suggestions: 0, passes: { person: 1 } } });
    const twice = await desk.post(`matches/${one.id}/confirm`, { reason: 'Once more' });
    expect(twice.status).toBe(404);
  });

  it('checks what both entities owe against what is matched and what is open', async () => {
    const { items } = await desk.get('/v1/recon/identities?definition=intercompany');
    expect(items).toMatchObject([
      {
        check: 'due-from-due-to',
        unit: 'EUR',
        holds: true,
        terms: [
          { name: 'due to', value: '500.00' },
          { name: 'due from', value: '425.00' },
          { name: 'differences within groups', value: '0.00' },
          { name: 'UNMATCHED_A', value: '-325.00' },
          { name: 'UNMATCHED_B', value: '400.00' },
        ],
      },
    ]);
  });
});
