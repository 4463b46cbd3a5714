import { type CivilDate } from '../../kernel/civil-date';
import { type Decider } from '../../kernel/decider';
import { fieldError, TieoutError } from '../../kernel/errors';
import { type JsonObject } from '../../kernel/json';
import { isSameParty, type Party, toldBy } from '../../kernel/party';
import { type Instant } from '../../kernel/runtime';
import { type BreakFacts, isFiscalPeriod, isUnsettled } from './break-work.policy';
import { type BreakClass, type BreakEvent, type BreakExplained } from './break.events';

/** What somebody wants done with a break. */
export type BreakWish =
  | { readonly kind: 'assign'; readonly owner: string; readonly due?: CivilDate }
  | { readonly kind: 'investigate' }
  | { readonly kind: 'classify'; readonly class: BreakClass }
  | {
      readonly kind: 'explain';
      readonly period: string;
      readonly cause: string;
      readonly explanation?: string;
    }
  | { readonly kind: 'await-counterparty'; readonly counterparty: string; readonly due: CivilDate }
  | { readonly kind: 'carry'; readonly period: string }
  | { readonly kind: 'close'; readonly note?: string }
  | { readonly kind: 'reopen'; readonly reason: string }
  | { readonly kind: 'comment'; readonly text: string }
  | {
      readonly kind: 'attach';
      readonly sha256: string;
      readonly bytes: number;
      readonly mediaType: string;
    };

export interface BreakCommand {
  readonly wish: BreakWish;
  readonly facts: BreakFacts;
  readonly by: Party;
  readonly at: Instant;
  /** whether the caller named the revision it saw */
  readonly isGuarded: boolean;
}

export interface BreakState {
  readonly events: number;
  readonly owner?: string;
  /** by fiscal period */
  readonly explained: Readonly<Record<string, BreakExplained>>;
  /** whoever classified, explained or resolved it */
  readonly workers: readonly { readonly by: string; readonly byPerson?: string | undefined }[];
  readonly attachments: number;
}

/** Adding to a break contradicts nobody, so that it needs no revision. */
const ADDS: ReadonlySet<BreakWish['kind']> = new Set(['comment', 'attach']);
const ATTACHMENTS_MAX = 100;

/**
 * Decisions on one break. Where it stands is the board's word, since runs and matches move it too; the revision of its
 * stream tells whether the board had seen every decision.
 */
export const breakWork: Decider<BreakCommand, BreakEvent, BreakState> = {
  initial: { events: 0, explained: {}, workers: [], attachments: 0 },
  decide(command, state) {
    const { wish, isGuarded, facts } = command;
    if (!ADDS.has(wish.kind)) {
      if (state.events > 0 && !isGuarded) throw unguarded();
      if (facts.revision !== state.events - 1) throw overtaken();
    }
    const { type, data } = decided(command, state);
    const event = { type, data: { at: command.at, ...toldBy(command.by), ...data } };
    return [event as unknown as BreakEvent];
  },
  evolve(state, event) {
    const next = { ...state, events: state.events + 1 };
    if (event.type === 'break.assigned') return { ...next, owner: event.data.owner };
    if (event.type === 'break.attached') return { ...next, attachments: state.attachments + 1 };
    if (!WORK.has(event.type)) return next;
    const { by = '', byPerson } = event.data;
    const worked = { ...next, workers: [...state.workers, { by, byPerson }] };
    if (event.type !== 'break.explained') return worked;
    return { ...worked, explained: { ...state.explained, [event.data.period]: event.data } };
  },
};

const WORK: ReadonlySet<string> = new Set([
  'break.classified',
  'break.explained',
  'break.resolved',
  'break.counterparty-awaited',
]);

type Decided = { readonly type: BreakEvent['type']; readonly data: JsonObject };

function decided({ wish, facts, by }: BreakCommand, state: BreakState): Decided {
  const { kind, ...data } = wish;
  switch (kind) {
    case 'assign':
      return unsettled(facts, { type: 'break.assigned', data });
    case 'investigate':
      return unsettled(facts, { type: 'break.taken-up', data });
    case 'classify':
      return unsettled(facts, { type: 'break.classified', data });
    case 'explain':
      checkPeriod(wish as { period: string });
      return unsettled(facts, { type: 'break.explained', data });
    case 'await-counterparty':
      if (!STARTED.has(facts.status)) throw wrongState(facts, [...STARTED]);
      return { type: 'break.counterparty-awaited', data };
    case 'carry':
      return carry(wish as { period: string }, facts, state);
    case 'close':
      return close(facts, by, { state, data });
    case 'reopen':
      if (isUnsettled(facts.status)) throw wrongState(facts, ['resolved', 'closed']);
      return { type: 'break.reopened', data };
    case 'comment':
      return { type: 'break.commented', data };
    case 'attach':
      return attach(state, data);
  }
}

const STARTED: ReadonlySet<string> = new Set([
  'investigating',
  'pending-adjustment',
  'pending-counterparty',
]);

function unsettled(facts: BreakFacts, event: Decided): Decided {
  if (!isUnsettled(facts.status)) throw wrongState(facts, ['open']);
  return event;
}

/** Only a difference that clears by itself and is explained goes into the next period as it is. */
function carry({ period }: { period: string }, facts: BreakFacts, state: BreakState): Decided {
  checkPeriod({ period });
  if (facts.class !== 'TIMING')
    throw new TieoutError(
      'state-conflict',
      `Only a break of class TIMING can be carried; this one is ${facts.class}. Classify it first.`,
      { state: facts.class, legal: ['TIMING'] },
    );
  if (state.explained[period] === undefined)
    throw new TieoutError(
      'state-conflict',
      `The break has no cause for ${period}. Explain it for that period, then carry it.`,
      { state: 'unexplained', legal: ['explain'] },
    );
  return unsettled(facts, { type: 'break.resolved', data: { resolution: 'carried', period } });
}

/** Whoever worked on the break, or acts for somebody who did, does not accept the work. */
function close(
  facts: BreakFacts,
  by: Party,
  { state, data }: { readonly state: BreakState; readonly data: JsonObject },
): Decided {
  if (facts.status !== 'resolved') throw wrongState(facts, ['resolved']);
  if (state.workers.some((worker) => isSameParty(by, worker)))
    throw new TieoutError(
      'same-person',
      'You, or somebody you act for, worked on this break: let somebody else accept it.',
      { rule: 'break-review' },
    );
  return { type: 'break.closed', data };
}

function attach({ attachments }: BreakState, data: JsonObject): Decided {
  if (attachments < ATTACHMENTS_MAX) return { type: 'break.attached', data };
  throw new TieoutError(
    'too-large',
    `The break has ${ATTACHMENTS_MAX} attachments, the most that one may have.`,
    { limit: ATTACHMENTS_MAX, unit: 'attachments' },
  );
}

function checkPeriod({ period }: { readonly period: string }): void {
  if (isFiscalPeriod(period)) return;
  throw fieldError('contract-violation', '/period', 'is a fiscal period such as 2026-11.');
}

const wrongState = ({ status, resolution }: BreakFacts, legal: readonly string[]) =>
  new TieoutError(
    'state-conflict',
    `The break is ${status}${resolution === undefined ? '' : ` (${resolution})`}; this needs ${legal.join(' or ')}.`,
    { state: status, legal: [...legal] },
  );

const unguarded = () =>
  new TieoutError(
    'precondition-required',
    'Somebody decided on the break already. Read it, then send If-Match with its ETag.',
  );

const overtaken = () =>
  new TieoutError(
    'concurrent-change',
    'Something else was decided on the break meanwhile. Send the same request again.',
  );
