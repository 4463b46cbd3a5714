import { isSameParty, type Party } from '../../../src/kernel/party';
import { partyAt } from '../../../src/controls/party.policy';
import { type Delegation, type Registers } from '../../../src/controls/registers.policy';

const NOW = '2026-04-03T10:00:00.000Z';
const lent = (more: Partial<Delegation> = {}): Delegation => ({
  id: 'D-1',
  fromPerson: 'P-head',
  toPerson: 'P-deputy',
  duties: ['approve-payment'],
  from: '2026-04-01T00:00:00.000Z',
  to: '2026-05-01T00:00:00.000Z',
  ...more,
});
const registers = (...delegations: Delegation[]) => ({ delegations }) as unknown as Registers;
const party = (client: string, person: string | undefined, known: Registers): Party =>
  partyAt({ client, ...(person === undefined ? {} : { person }) }, known, NOW);

describe('who counts as one in a two-person rule', () => {
  it('is one person under two accounts, and one account of nobody known', () => {
    const by = party('laptop', 'P-head', registers());
    expect(isSameParty(by, { by: 'phone', byPerson: 'P-head' })).toBe(true);
    expect(isSameParty(by, { by: 'phone', byPerson: 'P-other' })).toBe(false);
    expect(isSameParty(party('shared', undefined, registers()), { by: 'shared' })).toBe(true);
    expect(isSameParty(party('shared', undefined, registers()), { by: 'other' })).toBe(false);
  });

  it('is the delegate and the one acted for, both ways', () => {
    const known = registers(lent());
    expect(isSameParty(party('x', 'P-deputy', known), { by: 'y', byPerson: 'P-head' })).toBe(true);
    expect(isSameParty(party('x', 'P-head', known), { by: 'y', byPerson: 'P-deputy' })).toBe(true);
    expect(isSameParty(party('x', 'P-third', known), { by: 'y', byPerson: 'P-head' })).toBe(false);
  });

  it.each([
    ['not yet begun', lent({ from: '2026-04-03T10:00:00.001Z' })],
    ['over', lent({ to: NOW })],
    ['revoked', lent({ revokedAt: '2026-04-02T00:00:00.000Z' })],
  ])('is not a delegate whose delegation is %s', (_, delegation) => {
    const by = party('x', 'P-deputy', registers(delegation));
    expect(isSameParty(by, { by: 'y', byPerson: 'P-head' })).toBe(false);
  });
});
