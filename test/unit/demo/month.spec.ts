import { demoMonth } from '../../../src/demo/month';

const NOW = '2026-11-02T08:00:00.000Z';

describe('the close month of the demo', () => {
  const month = demoMonth('tieout', NOW);

  it('is the month before the present one', () => {
    expect(month.period).toBe('2026-10');
    expect(demoMonth('tieout', '2026-01-15T00:00:00.000Z').period).toBe('2025-12');
  });

  it('lies wholly within that month, in order of time', () => {
    const times = month.events.map((event) => event.time);
    expect(times.every((time) => time.startsWith('2026-10-'))).toBe(true);
    expect(times).toEqual([...times].sort());
  });

  it('is the same for the same seed, and another for another', () => {
    expect(demoMonth('tieout', NOW)).toEqual(month);
    expect(demoMonth('other', NOW).events).not.toEqual(month.events);
  });

  it('gives every event an id of its own', () => {
    const names = month.events.map((event) => `${event.source} ${event.id}`);
    expect(new Set(names).size).toBe(month.events.length);
  });

  it('lets one person approve the planted order from another account', () => {
    const approved = month.events.find((event) => event.id.startsWith('PO-1004-approved'));
    expect(approved).toMatchObject({ data: { actor: { account: 'MM0042' } } });
  });

  it('never approves the planted payment', () => {
    const actions = month.events
      .filter((event) => event.id.startsWith('PAY-1016-'))
      .map((event) => event.type);
    expect(actions).toEqual([
      'tieout.payment.proposed',
      'tieout.payment.transmitted',
      'tieout.payment.confirmed',
    ]);
  });

  it('writes statements whose balances add up', () => {
    for (const { xml } of month.statements) {
      const amounts = [
        ...xml.matchAll(/<Ntry>.*?<Amt Ccy="\w+">([\d.]+)<\/Amt><CdtDbtInd>(\w+)</g),
      ];
      const balances = [
        ...xml.matchAll(/<Bal>.*?<Amt Ccy="\w+">([\d.]+)<\/Amt><CdtDbtInd>(\w+)</g),
      ];
      const minor = (text: string): bigint => BigInt(text.replace('.', ''));
      const net = amounts.reduce(
        (sum, [, amount = '', sign]) => sum + (sign === 'DBIT' ? -minor(amount) : minor(amount)),
        0n,
      );
      const [opening = 0n, closing = 0n] = balances.map(([, amount = '', sign]) =>
        sign === 'DBIT' ? -minor(amount) : minor(amount),
      );
      expect(amounts.length).toBeGreaterThan(10);
      expect(opening + net).toBe(closing);
    }
  });
});
