import { type Decider } from '../kernel/decider';
import { fieldError, TieoutError } from '../kernel/errors';
import { isSameParty, type Party, toldBy } from '../kernel/party';
import { type AccountEvent, type AccountMapped } from './account.events';
import { doOverlap, periodsInForce, type Mapping } from './account.policy';

export type AccountCommand =
  | {
      readonly kind: 'map';
      readonly as: Omit<AccountMapped, 'mapping'>;
      /** the caller did not say which state of the register was read */
      readonly isBlind: boolean;
    }
  | { readonly kind: 'approve'; readonly by: Party };

export interface AccountState {
  /** in the order in which they were proposed */
  readonly mappings: readonly Mapping[];
}

/**
 * The register of one account. A mapping is proposed by one person and put in force by another, because who maps an
 * account decides who is found.
 */
export const account: Decider<AccountCommand, AccountEvent, AccountState> = {
  initial: { mappings: [] },
  decide(command, state) {
    return command.kind === 'map' ? map(command, state) : approve(command.by, state);
  },
  evolve(state, event) {
    if (event.type === 'account.mapped') {
      return { mappings: [...state.mappings, { ...event.data, isApproved: false }] };
    }
    const { mapping } = event.data;
    return {
      mappings: state.mappings.map((m) => (m.mapping === mapping ? { ...m, isApproved: true } : m)),
    };
  },
};

/** The proposal that waits for approval: the latest one, unless it is in force already. */
export function pendingOf({ mappings }: AccountState): Mapping | undefined {
  const last = mappings.at(-1);
  return last === undefined || last.isApproved ? undefined : last;
}

type MapCommand = Extract<AccountCommand, { kind: 'map' }>;

function map({ as, isBlind }: MapCommand, state: AccountState): readonly AccountEvent[] {
  checkForm(as);
  const inForce = periodsInForce(state.mappings);
  const last = pendingOf(state) ?? inForce.find(({ validFrom }) => validFrom === as.validFrom);
  if (last !== undefined && isSame(last, as)) return [];
  if (isBlind && state.mappings.length > 0) {
    throw new TieoutError(
      'precondition-required',
      'The account is in the register. Read it and send If-Match with its ETag.',
    );
  }
  const other = inForce.find((one) => one.validFrom !== as.validFrom && doOverlap(one, as));
  if (other !== undefined) {
    throw new TieoutError(
      'state-conflict',
      `The account is mapped from ${other.validFrom} to ${other.validTo ?? 'now on'}. End that period first: propose it again with the same validFrom and a validTo.`,
      { validFrom: other.validFrom, validTo: other.validTo ?? null },
    );
  }
  return [{ type: 'account.mapped', data: { ...as, mapping: state.mappings.length + 1 } }];
}

function checkForm({ kind, person, validFrom, validTo }: Omit<AccountMapped, 'mapping'>): void {
  if (kind === 'human' && person === undefined) {
    throw fieldError('contract-violation', '/person', 'a human account names its person.');
  }
  if (kind !== 'human' && person !== undefined) {
    throw fieldError(
      'contract-violation',
      '/person',
      `a ${kind} account has no person of its own.`,
    );
  }
  if (validTo !== undefined && validTo <= validFrom) {
    throw fieldError('contract-violation', '/validTo', 'a period ends after it begins.');
  }
}

function isSame(a: Omit<AccountMapped, 'mapping'>, b: Omit<AccountMapped, 'mapping'>): boolean {
  return (
    a.kind === b.kind &&
    a.person === b.person &&
    a.validFrom === b.validFrom &&
    a.validTo === b.validTo
  );
}

function approve(by: Party, state: AccountState): readonly AccountEvent[] {
  const pending = pendingOf(state);
  if (pending === undefined) {
    throw new TieoutError('state-conflict', 'No mapping of this account waits for approval.');
  }
  if (isSameParty(by, pending)) {
    throw new TieoutError('same-person', 'Who proposed a mapping cannot approve it.', {
      rule: 'account-mapping',
    });
  }
  return [{ type: 'account.approved', data: { mapping: pending.mapping, ...toldBy(by) } }];
}
