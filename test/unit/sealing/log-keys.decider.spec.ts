import { type DomainEvent } from '../../../src/kernel/decider';
import { keyRotation } from '../../../src/sealing/key-rotation.decider';
import { logKeys, type LogKeysCommand } from '../../../src/sealing/log-keys.decider';
import { type KeyAdded, type LogKeyEvent } from '../../../src/sealing/log-keys.events';
import { type KeyRotationEvent } from '../../../src/sealing/key-rotation.events';

const created: LogKeyEvent = {
  type: 'ledger.created',
  data: { origin: 'o', vkey: 'old', recoveryVkey: 'recovery' },
};
const key: KeyAdded = { vkey: 'new', replaces: 'old', signature: 's' };
const added: LogKeyEvent = { type: 'ledger.key-added', data: key };
const retired: LogKeyEvent = { type: 'ledger.key-retired', data: { vkey: 'old', reason: 'r' } };

const given = (...events: readonly LogKeyEvent[]) => ({
  when: (command: LogKeysCommand): readonly DomainEvent[] =>
    logKeys.decide(command, events.reduce(logKeys.evolve, logKeys.initial)),
});
const add = (more: Partial<KeyAdded> = {}): LogKeysCommand => ({
  kind: 'add',
  key: { ...key, ...more },
});
const retire = (vkey: string): LogKeysCommand => ({
  kind: 'retire',
  key: { vkey, reason: 'r' },
});
const replaceLost = (more: Partial<KeyAdded> = {}): LogKeysCommand => ({
  ...{ kind: 'replace-lost', trustedSize: 7, reason: 'copied' },
  key: { ...key, recoverySignature: 'r', ...more },
});
const refusedWith = (code: string) => expect.objectContaining({ code });

describe('the keys of the log', () => {
  it('get a new one that takes over from the one in service', () => {
    expect(given(created).when(add())).toEqual([added]);
  });

  it('retire the old one once, and not before there is another', () => {
    expect(given(created, added).when(retire('old'))).toEqual([retired]);
    expect(given(created, added, retired).when(retire('old'))).toEqual([]);
    expect(() => given(created).when(retire('old'))).toThrow(refusedWith('state-conflict'));
    expect(() => given(created, added).when(retire('other'))).toThrow(refusedWith('not-found'));
  });

  it('announce a key once', () => {
    expect(given(created, added).when(add())).toEqual([]);
  });

  it('refuse a key over one that is not in service, a third one, and one that was retired', () => {
    expect(() => given(created).when(add({ replaces: 'other' }))).toThrow(
      refusedWith('state-conflict'),
    );
    expect(() => given(created, added).when(add({ vkey: 'third', replaces: 'new' }))).toThrow(
      refusedWith('state-conflict'),
    );
    expect(() =>
      given(created, added, retired).when(add({ vkey: 'old', replaces: 'new' })),
    ).toThrow(refusedWith('state-conflict'));
  });

  it('replace a lost one at once, and say up to which size it is trusted', () => {
    const events = given(created).when(replaceLost());
    expect(events.map(({ type }) => type)).toEqual(['ledger.key-added', 'ledger.key-compromised']);
    expect(events[1]).toMatchObject({ data: { vkey: 'old', trustedSize: 7, reason: 'copied' } });
    const after = [created, ...(events as LogKeyEvent[])];
    expect(given(...after).when(retire('old'))).toEqual([]);
    expect(() => given(...after).when(retire('new'))).toThrow(refusedWith('state-conflict'));
    expect(() => given(...after).when(replaceLost())).toThrow(refusedWith('state-conflict'));
    expect(() => given(created).when(replaceLost({ replaces: 'other' }))).toThrow(
      refusedWith('state-conflict'),
    );
  });
});

describe('a change of the log key', () => {
  const request = { replaces: 'old', reason: 'yearly', overlapDays: 30, by: 'ann' };
  const requested: KeyRotationEvent = { type: 'key-rotation.requested', data: request };
  const state = keyRotation.evolve(keyRotation.initial, requested);

  it('is asked for by one and approved by another', () => {
    expect(keyRotation.decide({ kind: 'request', request }, keyRotation.initial)).toEqual([
      requested,
    ]);
    expect(keyRotation.decide({ kind: 'approve', by: 'bob' }, state)).toEqual([
      { type: 'key-rotation.approved', data: { by: 'bob' } },
    ]);
  });

  it('is not approved by who asked, nor when nobody asked', () => {
    expect(() => keyRotation.decide({ kind: 'approve', by: 'ann' }, state)).toThrow(
      refusedWith('same-person'),
    );
    expect(() => keyRotation.decide({ kind: 'approve', by: 'bob' }, keyRotation.initial)).toThrow(
      refusedWith('not-found'),
    );
  });

  it('is approved once', () => {
    const approved = keyRotation.evolve(state, {
      type: 'key-rotation.approved',
      data: { by: 'bob' },
    });
    expect(keyRotation.decide({ kind: 'approve', by: 'cem' }, approved)).toEqual([]);
  });
});
