import {
  account,
  type AccountCommand,
  type AccountState,
} from '../../../src/controls/account.decider';
import { type AccountEvent, type AccountMapped } from '../../../src/controls/account.events';
import { periodsInForce } from '../../../src/controls/account.policy';

const JANUARY = '2026-01-01T00:00:00.000Z';
const MARCH = '2026-03-01T00:00:00.000Z';

const asked = (more: Partial<AccountMapped> = {}): AccountCommand => ({
  kind: 'map',
  as: { kind: 'human', person: 'P-1', validFrom: JANUARY, by: 'admin', ...more },
  isBlind: false,
});
const approve = (client = 'controller', person?: string): AccountCommand => ({
  kind: 'approve',
  by: { client, oneWith: [], ...(person === undefined ? {} : { person }) },
});

const after = (
  ...commands: readonly AccountCommand[]
): { state: AccountState; events: readonly AccountEvent[] } =>
  commands.reduce<{ state: AccountState; events: readonly AccountEvent[] }>(
    ({ state }, command) => {
      const events = account.decide(command, state);
      return { state: events.reduce(account.evolve, state), events };
    },
    { state: account.initial, events: [] },
  );

const inForce = (state: AccountState) =>
  periodsInForce(state.mappings).map(({ person, validFrom, validTo }) => [
    person,
    validFrom,
    validTo,
  ]);

describe('mapping an account', () => {
  it('has no effect before another person approves it', () => {
    expect(inForce(after(asked()).state)).toEqual([]);
    expect(inForce(after(asked(), approve()).state)).toEqual([['P-1', JANUARY, undefined]]);
  });

  it('is not approved by who proposed it', () => {
    expect(() => after(asked(), approve('admin'))).toThrow(
      expect.objectContaining({ code: 'same-person' }),
    );
  });

  it('is not approved by the same person under another account', () => {
    expect(() => after(asked({ byPerson: 'P-A' }), approve('desk', 'P-A'))).toThrow(
      expect.objectContaining({ code: 'same-person' }),
    );
    expect(after(asked({ byPerson: 'P-A' }), approve('desk', 'P-B')).events).toHaveLength(1);
  });

  it('is approved once', () => {
    expect(() => after(asked(), approve(), approve())).toThrow(
      expect.objectContaining({ code: 'state-conflict' }),
    );
    expect(() => after(approve())).toThrow(expect.objectContaining({ code: 'state-conflict' }));
  });

  it('again changes nothing, in force or not', () => {
    expect(after(asked(), asked()).events).toEqual([]);
    expect(after(asked(), approve(), asked()).events).toEqual([]);
  });

  it('that is in the register needs to have been read', () => {
    const blind = { ...asked({ validTo: MARCH }), isBlind: true } as AccountCommand;
    expect(() => after(asked(), blind)).toThrow(
      expect.objectContaining({ code: 'precondition-required' }),
    );
    expect(after({ ...asked(), isBlind: true } as AccountCommand).events).toHaveLength(1);
  });

  it('to a second person at the same time is refused', () => {
    const overlapping = asked({ person: 'P-2', validFrom: MARCH });
    expect(() => after(asked(), approve(), overlapping)).toThrow(
      expect.objectContaining({
        code: 'state-conflict',
        members: { validFrom: JANUARY, validTo: null },
      }),
    );
  });

  it('to another person follows when the first period was ended', () => {
    const ended = asked({ validTo: MARCH });
    const { state } = after(
      asked(),
      approve(),
      ended,
      approve(),
      asked({ person: 'P-2', validFrom: MARCH }),
      approve(),
    );
    expect(inForce(state)).toEqual([
      ['P-1', JANUARY, MARCH],
      ['P-2', MARCH, undefined],
    ]);
  });

  it.each([
    ['a human without a person', { person: undefined }, '/person'],
    ['a service with a person', { kind: 'service' }, '/person'],
    ['an end that is no later than the beginning', { validTo: JANUARY }, '/validTo'],
  ])('refuses %s', (_, more, pointer) => {
    expect(() => after(asked(more as Partial<AccountMapped>))).toThrow(
      expect.objectContaining({
        code: 'contract-violation',
        members: expect.objectContaining({ pointer }),
      }),
    );
  });
});
