import { fieldError, notFound, TieoutError } from '../../kernel/errors';
import { addMillis } from '../../kernel/instant';
import { type JsonObject } from '../../kernel/json';
import { isSameParty, type Party } from '../../kernel/party';
import { type Instant } from '../../kernel/runtime';
import { type Acted, type PeriodEvent, type ReopeningScope } from './period.events';
import { type PeriodState, reopeningOf } from './period-state.policy';
import { mustBe } from './period-step.policy';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** A reopening is for one correction and not for good. */
export const REOPENING_DAYS_MAX = 31;

export type ReopeningCommand = { readonly by: Party; readonly at: Instant } & (
  | {
      readonly kind: 'request-reopening';
      readonly request: string;
      readonly reason: string;
      readonly scope: ReopeningScope;
      readonly expiresAt: Instant;
      readonly laterPeriods: 'reopen' | 'carry';
    }
  | {
      readonly kind: 'approve-reopening' | 'reject-reopening';
      readonly request: string;
      readonly reason?: string;
    }
);

/** Reopening: one person requests, with reason, scope and expiry, and another one approves. */
export function decideReopening(
  command: ReopeningCommand,
  state: PeriodState,
  acted: Acted,
): readonly PeriodEvent[] {
  if (command.kind === 'request-reopening') return request(command, state, acted);
  const { by, request: id, kind } = command;
  const asked = state.requests.find((one) => one.request === id);
  if (asked === undefined) throw notFound(`The reopening request ${id}`);
  const isApproval = kind === 'approve-reopening';
  if (asked.status === (isApproval ? 'approved' : 'rejected')) return [];
  if (asked.status !== 'requested')
    throw new TieoutError('state-conflict', `The request is ${asked.status}.`, {
      state: asked.status,
      legal: [],
    });
  const data = {
    request: id,
    ...(command.reason === undefined ? {} : { reason: command.reason }),
    ...acted,
  };
  if (!isApproval) return [event('period.reopening-rejected', data)];
  if (isSameParty(by, asked))
    throw new TieoutError('same-person', 'Who requested a reopening cannot approve it.', {
      rule: 'reopening',
    });
  if (asked.expiresAt <= command.at)
    throw new TieoutError('state-conflict', `The request ended at ${asked.expiresAt}.`, {
      state: 'expired',
      legal: ['reopen-requests'],
    });
  mayReopen(state, command.at);
  return [event('period.reopening-approved', data)];
}

function request(
  command: Extract<ReopeningCommand, { readonly kind: 'request-reopening' }>,
  state: PeriodState,
  acted: Acted,
): readonly PeriodEvent[] {
  const { request: id, reason, scope, expiresAt, laterPeriods, at } = command;
  mayReopen(state, at);
  if (expiresAt <= at || expiresAt > addMillis(at, REOPENING_DAYS_MAX * DAY_MS))
    throw fieldError(
      'contract-violation',
      '/expiresAt',
      `a reopening ends after now and within ${REOPENING_DAYS_MAX} days.`,
    );
  const known = new Set(state.opened?.requires.map(({ definition }) => definition));
  const unknown = scope.definitions?.find((definition) => !known.has(definition));
  if (unknown !== undefined)
    throw fieldError(
      'contract-violation',
      '/scope/definitions',
      `${unknown} is not required here.`,
    );
  const data = { request: id, reason, scope, expiresAt, laterPeriods, ...acted };
  return [event('period.reopening-requested', data)];
}

/** A locked period never; one that is reopened already only when that has ended. */
function mayReopen(state: PeriodState, at: Instant): void {
  const running = reopeningOf(state);
  if (running !== undefined && running.expiresAt <= at) return;
  mustBe(state, 'reopen it', 'soft-closed', 'closed');
}

const event = (type: PeriodEvent['type'], data: object): PeriodEvent =>
  ({ type, data: data as JsonObject }) as unknown as PeriodEvent;
