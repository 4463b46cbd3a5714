import { type Decider } from '../../kernel/decider';
import { fieldError, TieoutError } from '../../kernel/errors';
import { type Instant } from '../../kernel/runtime';
import { type Severity } from '../rule-set.policy';
import { type Decider as Party } from '../registers/register.events';
import { type FindingDisposed, type FindingWorkEvent, type Outcome } from './finding-work.events';

/** The finding as it is now: whom it concerns, and what proves it. */
export interface WorkedFinding {
  readonly evidence: string;
  readonly severity: Severity;
  /** accountable for one of its events, and whoever acts for them */
  readonly concerned: readonly string[];
}

interface Asked {
  readonly finding: WorkedFinding;
  readonly by: Party;
  readonly at: Instant;
}

export type FindingWorkCommand =
  | (Asked & { readonly kind: 'assign'; readonly owner: string; readonly due?: string })
  | (Asked & {
      readonly kind: 'dispose';
      readonly outcome: Outcome;
      readonly reason: string;
      readonly evidence: string;
      readonly reference?: string;
    })
  | (Asked & { readonly kind: 'approve' })
  | (Asked & { readonly kind: 'reopen'; readonly reason: string });

export interface FindingWorkState {
  readonly disposed?: FindingDisposed;
  readonly isApproved: boolean;
}

/** What only makes sense with something it points to. */
const NEEDS_REFERENCE: Readonly<Partial<Record<Outcome, string>>> = {
  'false-fact': 'the event that corrects the fact',
  accepted: 'the exception that accepts it for future acts',
  duplicate: 'the finding it repeats',
};

/**
 * Work on a finding. A disposition answers one state of it, by its evidence hash; nobody whom the finding concerns
 * decides or approves one.
 */
export const findingWork: Decider<FindingWorkCommand, FindingWorkEvent, FindingWorkState> = {
  initial: { isApproved: false },
  decide(command, state) {
    const told = toldBy(command);
    if (command.kind === 'assign') {
      const { owner, due } = command;
      const data = { ...told, owner, ...(due === undefined ? {} : { due }) };
      return [{ type: 'sod-finding.assigned', data }];
    }
    refuseConcerned(command);
    if (command.kind === 'dispose') return [dispose(command)];
    if (command.kind === 'approve') return approve(command, state);
    if (state.disposed === undefined)
      throw new TieoutError('state-conflict', 'The finding has no disposition to reopen.');
    return [{ type: 'sod-finding.reopened', data: { ...told, reason: command.reason } }];
  },
  evolve(state, event) {
    switch (event.type) {
      case 'sod-finding.disposed':
        return { disposed: event.data, isApproved: !event.data.needsApproval };
      case 'sod-finding.disposition-approved':
        return { ...state, isApproved: true };
      case 'sod-finding.reopened':
        return { isApproved: false };
      default:
        return state;
    }
  },
};

const toldBy = ({ by: { client, person }, at }: Asked) => ({
  at,
  by: client,
  ...(person === undefined ? {} : { byPerson: person }),
});

function refuseConcerned({ finding, by }: Asked): void {
  if (by.person === undefined || !finding.concerned.includes(by.person)) return;
  throw new TieoutError(
    'duty-conflict',
    'The finding is about you or somebody you act for: let somebody else decide.',
  );
}

function dispose(command: Extract<FindingWorkCommand, { kind: 'dispose' }>): FindingWorkEvent {
  const { finding, outcome, reason, evidence, reference } = command;
  if (evidence !== finding.evidence) {
    throw new TieoutError(
      'hash-differs',
      'The finding changed since you read it. Read it again and decide about what proves it now.',
      { expected: finding.evidence },
    );
  }
  const wanted = NEEDS_REFERENCE[outcome];
  if (wanted !== undefined && reference === undefined)
    throw fieldError('contract-violation', '/reference', `${outcome} names ${wanted}.`);
  const needsApproval = finding.severity === 'critical' || finding.severity === 'high';
  return {
    type: 'sod-finding.disposed',
    data: {
      ...toldBy(command),
      ...{ outcome, reason, evidence, needsApproval },
      ...(reference === undefined ? {} : { reference }),
    },
  };
}

function approve(command: Asked, { disposed, isApproved }: FindingWorkState): FindingWorkEvent[] {
  if (disposed === undefined || isApproved)
    throw new TieoutError('state-conflict', 'No disposition of this finding waits for approval.');
  if (disposed.evidence !== command.finding.evidence) {
    throw new TieoutError(
      'hash-differs',
      'The finding changed since it was decided on: it has to be decided on again.',
      { expected: command.finding.evidence },
    );
  }
  const { by } = command;
  const isSame =
    by.client === disposed.by || (by.person !== undefined && by.person === disposed.byPerson);
  if (isSame) {
    throw new TieoutError('same-person', 'Who decided on the finding cannot approve it.', {
      rule: 'finding-disposition',
    });
  }
  const data = { ...toldBy(command), evidence: disposed.evidence };
  return [{ type: 'sod-finding.disposition-approved', data }];
}
