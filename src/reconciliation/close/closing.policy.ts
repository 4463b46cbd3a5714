import { TieoutError } from '../../kernel/errors';
import { type JsonObject } from '../../kernel/json';
import { type EarlierParty, isSameParty, type Party } from '../../kernel/party';
import { type FileRef } from '../imports/batch.events';
import { checkGuards, type Guard } from './guard.policy';
import { type Acted, type PeriodEvent, type SnapshotTotal } from './period.events';
import { closingOf, type PeriodState, reopeningOf } from './period-state.policy';
import { mustBe } from './period-step.policy';

/** The figures of a period as they would be closed now. */
export interface Closable {
  /** its SHA-256 is what a certification names */
  readonly snapshot: FileRef;
  readonly reconciliations: number;
  readonly totals: readonly SnapshotTotal[];
  /** everything but the certification */
  readonly guards: readonly Guard[];
  /** who prepared what is in it */
  readonly preparers: readonly EarlierParty[];
  /** to the version before; absent for the first */
  readonly delta?: FileRef;
}

export type ClosingCommand = { readonly by: Party } & (
  | {
      readonly kind: 'certify';
      readonly statement: string;
      /** the hash that the certifier saw */
      readonly hash: string;
      readonly closable: Closable;
    }
  | { readonly kind: 'close'; readonly closable: Closable }
  | { readonly kind: 'lock'; readonly reference: string }
  | {
      readonly kind: 'waive-reconciliation';
      readonly definition: string;
      readonly reason: string;
      readonly preparers: readonly EarlierParty[];
    }
);

/** Certification, closing and locking of a period. */
export function decideClosing(
  command: ClosingCommand,
  state: PeriodState,
  acted: Acted,
): readonly PeriodEvent[] {
  switch (command.kind) {
    case 'certify':
      return certify(command, state, acted);
    case 'close':
      return close(command.closable, state, acted);
    case 'lock':
      return lock(command, state, acted);
    case 'waive-reconciliation':
      return waive(command, state, acted);
  }
}

function certify(
  { by, statement, hash, closable }: Extract<ClosingCommand, { readonly kind: 'certify' }>,
  state: PeriodState,
  acted: Acted,
): readonly PeriodEvent[] {
  mustBe(state, 'certify it', 'soft-closed', 'reopened');
  const live = closable.snapshot.sha256;
  if (hash !== live)
    throw new TieoutError('hash-moved', 'The figures moved. Read the snapshot, then certify it.', {
      signed: hash,
      live,
    });
  if (state.certified?.snapshot.sha256 === live) return [];
  checkGuards(closable.guards);
  if (closable.preparers.some((preparer) => isSameParty(by, preparer)))
    throw samePerson('Who prepared a reconciliation of the period cannot certify it.');
  return [event('period.certified', { statement, snapshot: closable.snapshot, ...acted })];
}

function close(closable: Closable, state: PeriodState, acted: Acted): readonly PeriodEvent[] {
  mustBe(state, 'close it', 'soft-closed', 'reopened');
  checkGuards([...closable.guards, certification(closable, state)]);
  const { snapshot, reconciliations, totals, delta } = closable;
  const version = state.closings.length + 1;
  const more = delta === undefined ? {} : { delta };
  return [
    event('period.closed', { version, snapshot, reconciliations, totals, ...more, ...acted }),
  ];
}

function certification({ snapshot }: Closable, { certified }: PeriodState): Guard {
  const holds = certified?.snapshot.sha256 === snapshot.sha256;
  return {
    guard: 'certified',
    holds,
    detail: holds
      ? 'The period is certified.'
      : certified === undefined
        ? 'The period is not certified. Sign its certification.'
        : 'The figures moved since the certification. Certify them as they are.',
    link: 'certification',
  };
}

/** Two persons: who closed, and an approver. */
function lock(
  { by, reference }: Extract<ClosingCommand, { readonly kind: 'lock' }>,
  state: PeriodState,
  acted: Acted,
): readonly PeriodEvent[] {
  if (state.status === 'locked') return [];
  mustBe(state, 'lock it', 'closed');
  const closing = closingOf(state);
  if (closing !== undefined && isSameParty(by, closing))
    throw samePerson('Who closed the period cannot lock it.');
  return [event('period.locked', { reference, ...acted })];
}

function waive(
  command: Extract<ClosingCommand, { readonly kind: 'waive-reconciliation' }>,
  state: PeriodState,
  acted: Acted,
): readonly PeriodEvent[] {
  const { by, definition, reason, preparers } = command;
  mustBe(state, 'waive a reconciliation', 'open', 'soft-closed', 'reopened');
  if (state.waived.some((one) => one.definition === definition)) return [];
  const scope = reopeningOf(state)?.scope.definitions;
  if (scope !== undefined && !scope.includes(definition))
    throw new TieoutError('period-closed', `${definition} is not in the scope of the reopening.`);
  if (preparers.some((preparer) => isSameParty(by, preparer)))
    throw samePerson('Who prepared a reconciliation cannot waive it.');
  return [event('period.reconciliation-waived', { definition, reason, ...acted })];
}

const samePerson = (detail: string) =>
  new TieoutError('same-person', detail, { rule: 'period-close' });

const event = (type: PeriodEvent['type'], data: object): PeriodEvent =>
  ({ type, data: data as JsonObject }) as unknown as PeriodEvent;
