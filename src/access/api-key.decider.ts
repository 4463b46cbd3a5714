import { type Decider } from '../kernel/decider';
import { notFound, TieoutError } from '../kernel/errors';
import { type AccessEvent, type KeyIssued } from './access.events';

/** Every scope there is; a key holds some of them. */
export const ALL_SCOPES: readonly string[] = [
  'events.append',
  'controls.check',
  'ledger.read',
  'log.read',
  'log.manage',
  'personal.read',
  'recon.work',
  'recon.review',
  'findings.work',
  'quarantine.work',
  'close.manage',
  'close.certify',
  'approve',
  'config.manage',
  'evidence.read',
  'evidence.create',
  'export.run',
  'privacy.manage',
  'access.manage',
  'access.audit',
  'ops.read',
  'ops.manage',
  'feed.read',
  'hooks.manage',
];

export interface ApiKeyState {
  readonly issued?: KeyIssued;
  readonly status: 'none' | 'pending' | 'live' | 'revoked';
}

export type ApiKeyCommand =
  | {
      readonly kind: 'issue';
      readonly key: Omit<KeyIssued, 'needsApproval'>;
      /** the issuer's own scopes; `all` for the bootstrap key, which alone may give what it lacks */
      readonly mayGive: ReadonlySet<string> | 'all';
    }
  | { readonly kind: 'approve'; readonly by: string }
  | { readonly kind: 'revoke'; readonly by: string; readonly reason: string }
  | { readonly kind: 'note-bootstrap-use'; readonly issued: string };

/** Life of one API key. Scopes beyond the issuer's own need a second person; the bootstrap key alone is exempt. */
export const apiKey: Decider<ApiKeyCommand, AccessEvent, ApiKeyState> = {
  initial: { status: 'none' },
  decide(command, state) {
    switch (command.kind) {
      case 'issue':
        return issue(command.key, command.mayGive, state);
      case 'approve':
        return approve(command.by, state);
      case 'revoke':
        return revoke(command.by, command.reason, state);
      case 'note-bootstrap-use':
        return [{ type: 'access.bootstrap-used', data: { issued: command.issued } }];
    }
  },
  evolve(state, event) {
    switch (event.type) {
      case 'access.key-issued':
        return { issued: event.data, status: event.data.needsApproval ? 'pending' : 'live' };
      case 'access.key-approved':
        return { ...state, status: 'live' };
      case 'access.key-revoked':
        return { ...state, status: 'revoked' };
      default:
        return state;
    }
  },
};

function issue(
  key: Omit<KeyIssued, 'needsApproval'>,
  mayGive: ReadonlySet<string> | 'all',
  state: ApiKeyState,
): readonly AccessEvent[] {
  if (state.status !== 'none') throw new TieoutError('state-conflict', 'This key id is taken.');
  const unknown = key.scopes.find((scope) => !ALL_SCOPES.includes(scope));
  if (unknown !== undefined) {
    throw new TieoutError('contract-violation', `There is no scope ${unknown}.`, {
      pointer: '/scopes',
    });
  }
  const exceeds = mayGive !== 'all' && key.scopes.some((scope) => !mayGive.has(scope));
  // Nobody widens his own rights, approved or not: that is a request somebody else has to make.
  if (exceeds && key.client === key.issuedBy) {
    throw new TieoutError(
      'scope-exceeded',
      'Another administrator has to ask for scopes beyond your own.',
    );
  }
  return [{ type: 'access.key-issued', data: { ...key, needsApproval: exceeds } }];
}

function approve(by: string, { issued, status }: ApiKeyState): readonly AccessEvent[] {
  if (issued === undefined) throw notFound('The key');
  if (by === issued.issuedBy || by === issued.client) {
    throw new TieoutError('same-person', 'Who asked for a key, or uses it, cannot approve it.');
  }
  if (status === 'live') return [];
  if (status === 'revoked') throw new TieoutError('state-conflict', 'The key is revoked.');
  return [{ type: 'access.key-approved', data: { by } }];
}

function revoke(by: string, reason: string, { status }: ApiKeyState): readonly AccessEvent[] {
  if (status === 'none') throw notFound('The key');
  if (status === 'revoked') return [];
  return [{ type: 'access.key-revoked', data: { by, reason } }];
}
