import { type JsonObject } from '../../../src/kernel/json';
import {
  inForceOf,
  type RegisterCommand,
  registerOf,
  type RegisterState,
  waitingOf,
} from '../../../src/controls/registers/register.decider';
import {
  AUTHORITY_LIMIT,
  DELEGATION,
  EMERGENCY_SESSION,
  EXCHANGE_RATE,
  type RegisterKind,
  SOD_EXCEPTION,
} from '../../../src/controls/registers/register-kinds.policy';

const AT = '2026-03-02T09:00:00.000Z';
const LIMIT = {
  person: 'P-BOB',
  duty: 'PO-APPROVE',
  limit: { amount: '10000.00', currency: 'EUR' },
};
const EXCEPTION = {
  rule: 'P2P-05',
  person: 'P-ALICE',
  reason: 'two-person site',
  compensatingControl: 'Independent receipt confirmation',
  from: '2026-03-01T00:00:00.000Z',
  to: '2026-04-01T00:00:00.000Z',
};

const propose = (entry: JsonObject, client = 'admin', person?: string): RegisterCommand => ({
  kind: 'propose',
  entry,
  by: { client, oneWith: [], ...(person === undefined ? {} : { person }) },
  isBlind: false,
});
const act = (
  kind: Exclude<RegisterCommand['kind'], 'propose'>,
  client = 'controller',
  person?: string,
): RegisterCommand => ({
  kind,
  by: { client, oneWith: [], ...(person === undefined ? {} : { person }) },
  at: AT,
});

const after = (kind: RegisterKind, ...commands: readonly RegisterCommand[]): RegisterState => {
  const decider = registerOf(kind);
  return commands.reduce(
    (state, command) => decider.decide(command, state).reduce(decider.evolve, state),
    decider.initial,
  );
};

describe('an entry of a register', () => {
  it('has no effect before another person approves it', () => {
    const proposed = after(AUTHORITY_LIMIT, propose(LIMIT));
    expect(inForceOf(proposed)).toBeUndefined();
    expect(waitingOf(proposed)?.entry).toEqual(LIMIT);
    const approved = after(AUTHORITY_LIMIT, propose(LIMIT), act('approve'));
    expect(inForceOf(approved)?.entry).toEqual(LIMIT);
    expect(waitingOf(approved)).toBeUndefined();
  });

  it('is not approved by who proposed it, under another client either', () => {
    expect(() => after(AUTHORITY_LIMIT, propose(LIMIT), act('approve', 'admin'))).toThrow(
      expect.objectContaining({ code: 'same-person' }),
    );
    expect(() =>
      after(AUTHORITY_LIMIT, propose(LIMIT, 'admin', 'P-1'), act('approve', 'controller', 'P-1')),
    ).toThrow(expect.objectContaining({ code: 'same-person' }));
  });

  it('is not approved by the person it is for', () => {
    expect(() =>
      after(SOD_EXCEPTION, propose(EXCEPTION), act('approve', 'controller', 'P-ALICE')),
    ).toThrow(expect.objectContaining({ code: 'same-person' }));
    expect(() =>
      after(AUTHORITY_LIMIT, propose(LIMIT), act('approve', 'controller', 'P-BOB')),
    ).toThrow(expect.objectContaining({ code: 'same-person' }));
  });

  it('keeps the version in force while the next one waits or is turned down', () => {
    const raised = { ...LIMIT, limit: { amount: '20000.00', currency: 'EUR' } };
    const waiting = after(AUTHORITY_LIMIT, propose(LIMIT), act('approve'), propose(raised));
    expect(inForceOf(waiting)?.entry).toEqual(LIMIT);
    const rejected = after(
      AUTHORITY_LIMIT,
      ...[propose(LIMIT), act('approve'), propose(raised), act('reject')],
    );
    expect(inForceOf(rejected)?.version).toBe(1);
    expect(waitingOf(rejected)).toBeUndefined();
  });

  it('ends when it is revoked, and there is nothing to revoke twice', () => {
    const revoked = [propose(LIMIT), act('approve'), act('revoke')];
    expect(inForceOf(after(AUTHORITY_LIMIT, ...revoked))).toBeUndefined();
    expect(() => after(AUTHORITY_LIMIT, ...revoked, act('revoke'))).toThrow(
      expect.objectContaining({ code: 'state-conflict' }),
    );
  });

  it('changes only for who has read it', () => {
    const blind = {
      ...propose({ ...LIMIT, duty: 'REQ-APPROVE' }),
      isBlind: true,
    } as RegisterCommand;
    expect(() => after(AUTHORITY_LIMIT, propose(LIMIT), blind)).toThrow(
      expect.objectContaining({ code: 'precondition-required' }),
    );
    expect(after(AUTHORITY_LIMIT, propose(LIMIT), propose(LIMIT)).versions).toHaveLength(1);
  });

  it('is reviewed and evidenced by somebody else than the person it is for', () => {
    const session = {
      ...{ user: 'P-ALICE', reason: 'payment run stuck' },
      ...{ from: '2026-03-03T08:00:00.000Z', to: '2026-03-03T20:00:00.000Z' },
    };
    const approved = [propose(session), act('approve')];
    expect(() => after(EMERGENCY_SESSION, ...approved, act('review', 'x', 'P-ALICE'))).toThrow(
      expect.objectContaining({ code: 'same-person' }),
    );
    const reviewed = after(EMERGENCY_SESSION, ...approved, act('review', 'x', 'P-ERIN'));
    expect(inForceOf(reviewed)?.reviewed).toMatchObject({ byPerson: 'P-ERIN', at: AT });
  });
});

describe('what a register refuses', () => {
  const day = (n: number) => `2026-03-0${n}T00:00:00.000Z`;
  const delegation = {
    ...{
      principal: 'P-CAROL',
      delegate: 'P-BOB',
      duties: ['PO-APPROVE'],
      from: day(1),
      to: day(2),
    },
  };
  it.each<[string, RegisterKind, JsonObject, string]>([
    ['a duty nobody knows', AUTHORITY_LIMIT, { ...LIMIT, duty: 'PO-MAKE' }, 'PO-MAKE'],
    [
      'a limit in another currency',
      AUTHORITY_LIMIT,
      { ...LIMIT, limit: { amount: '1.00', currency: 'USD' } },
      'EUR',
    ],
    [
      'a period that ends before it begins',
      AUTHORITY_LIMIT,
      { ...LIMIT, from: '2026-03-02', to: '2026-03-01' },
      '/to',
    ],
    ['a delegation to oneself', DELEGATION, { ...delegation, delegate: 'P-CAROL' }, '/delegate'],
    ['a delegation without time', DELEGATION, { ...delegation, to: day(1) }, '/to'],
    ['a rule nobody knows', SOD_EXCEPTION, { ...EXCEPTION, rule: 'P2P-99' }, 'P2P-99'],
    [
      'an exception from a rule that allows none',
      SOD_EXCEPTION,
      { ...EXCEPTION, rule: 'P2P-04' },
      'allows no exception',
    ],
    [
      'an exception longer than the rule allows',
      SOD_EXCEPTION,
      { ...EXCEPTION, to: '2026-05-31T00:00:00.000Z' },
      '90 days',
    ],
    [
      'a session over twelve hours',
      EMERGENCY_SESSION,
      { user: 'P', from: day(1), to: '2026-03-01T12:00:00.001Z' },
      '12 hours',
    ],
    [
      'a rate of nothing',
      EXCHANGE_RATE,
      { from: 'USD', to: 'EUR', date: '2026-03-02', rate: '0' },
      '/rate',
    ],
  ])('%s', (_, kind, entry, says) => {
    expect(() => after(kind, propose(entry))).toThrow(says);
  });
});
