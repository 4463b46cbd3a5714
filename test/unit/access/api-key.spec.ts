import { newApiKey, parseApiKey, verifierOf, verifies } from '../../../src/access/api-key';
import { apiKey, type ApiKeyState } from '../../../src/access/api-key.decider';
import { type KeyIssued } from '../../../src/access/access.events';
import { TestRandomness } from '../../support/test-app';

const PEPPER = Buffer.alloc(32, 7);

describe('an API key', () => {
  const key = newApiKey(new TestRandomness('key'), 'a1b2c3d4e5f6');

  it('is read back with its id and secret', () => {
    expect(parseApiKey(key.text)).toEqual(key);
    expect(key.text).toMatch(/^tieout_live_a1b2c3d4e5f6_[0-9A-Za-z]{43}_[0-9a-f]{8}$/);
  });

  it('is refused by its checksum when one character is another', () => {
    for (let i = 0; i < key.text.length; i += 1) {
      const wrong = `${key.text.slice(0, i)}${key.text[i] === 'x' ? 'y' : 'x'}${key.text.slice(i + 1)}`;
      expect(() => parseApiKey(wrong)).toThrow(/checksum/);
    }
  });

  it('is verified under the pepper it was stored with, and no other', () => {
    const verifier = verifierOf(PEPPER, key.secret);
    expect(verifies(PEPPER, key.secret, verifier)).toBe(true);
    expect(verifies(Buffer.alloc(32, 8), key.secret, verifier)).toBe(false);
    expect(verifies(PEPPER, `${key.secret.slice(1)}0`, verifier)).toBe(false);
  });
});

describe('the life of an API key', () => {
  const asked: Omit<KeyIssued, 'needsApproval'> = {
    client: 'auditor',
    kind: 'person',
    scopes: ['ledger.read'],
    expiresAt: '2027-01-01T00:00:00.000Z',
    verifier: '00',
    bootstrap: false,
    issuedBy: 'manager',
  };
  const issue = (mayGive: ReadonlySet<string> | 'all', key = asked) =>
    apiKey.decide({ kind: 'issue', key, mayGive }, apiKey.initial);
  const state = (status: ApiKeyState['status']): ApiKeyState => ({
    issued: { ...asked, needsApproval: true },
    status,
  });

  it('is live at once when the issuer holds every scope', () => {
    expect(issue(new Set(['ledger.read']))).toMatchObject([{ data: { needsApproval: false } }]);
  });

  it('waits for a second person when it gives more than the issuer holds', () => {
    expect(issue(new Set(['access.manage']))).toMatchObject([{ data: { needsApproval: true } }]);
  });

  it('never widens the rights of its own issuer', () => {
    const own = { ...asked, client: 'manager' };
    expect(() => issue(new Set(['access.manage']), own)).toThrow(
      expect.objectContaining({ code: 'scope-exceeded' }),
    );
  });

  it('names a scope that does not exist', () => {
    expect(() => issue('all', { ...asked, scopes: ['ledger.rule'] })).toThrow(/ledger\.rule/);
  });

  it.each(['manager', 'auditor'])('is not approved by %s, who asked for it or uses it', (by) => {
    expect(() => apiKey.decide({ kind: 'approve', by }, state('pending'))).toThrow(
      expect.objectContaining({ code: 'same-person' }),
    );
  });

  it('is approved by anybody else, once', () => {
    expect(apiKey.decide({ kind: 'approve', by: 'approver' }, state('pending'))).toHaveLength(1);
    expect(apiKey.decide({ kind: 'approve', by: 'approver' }, state('live'))).toHaveLength(0);
  });

  it('stays revoked', () => {
    expect(() => apiKey.decide({ kind: 'approve', by: 'approver' }, state('revoked'))).toThrow(
      /revoked/,
    );
  });
});
