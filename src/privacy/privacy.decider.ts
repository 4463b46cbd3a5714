import { type Decider } from '../kernel/decider';
import { notFound, TieoutError } from '../kernel/errors';
import {
  type Erased,
  type ErasedPlace,
  type ErasureRequested,
  type HoldPlaced,
  type HoldScope,
  type PrivacyEvent,
} from './privacy.events';
import { type KeptReason } from './retention.policy';

export type ErasureStatus = 'requested' | 'approved' | 'rejected' | 'deferred' | 'erased';

export interface ErasureState {
  readonly requested: ErasureRequested;
  readonly status: ErasureStatus;
  readonly approvedBy?: string;
}

export interface HoldState {
  readonly placed: HoldPlaced;
  readonly status: 'active' | 'releasing' | 'released';
  readonly release?: { readonly by: string; readonly reason: string };
}

/** One subject's erasures and holds; the stream of scopes has holds only. */
export interface PrivacyState {
  readonly erasures: ReadonlyMap<string, ErasureState>;
  readonly holds: ReadonlyMap<string, HoldState>;
}

/** What one round of an approved erasure found, holds of the subject apart. */
export interface Round {
  readonly erasure: string;
  /** in lists that fit into one event each */
  readonly erasable: readonly (readonly ErasedPlace[])[];
  /** what is kept in the end, with the strongest reason; a round that is not the last does not say */
  readonly kept: { readonly count: number; readonly because: KeptReason } | undefined;
  readonly isLast: boolean;
  readonly kek: string;
}

export type PrivacyCommand =
  | { readonly kind: 'request'; readonly erasure: ErasureRequested }
  | { readonly kind: 'approve'; readonly erasure: string; readonly by: string }
  | {
      readonly kind: 'reject';
      readonly erasure: string;
      readonly by: string;
      readonly reason: string;
    }
  | { readonly kind: 'execute'; readonly round: Round }
  | { readonly kind: 'hold'; readonly hold: HoldPlaced }
  | {
      readonly kind: 'release';
      readonly hold: string;
      readonly by: string;
      readonly reason: string;
    }
  | { readonly kind: 'approve-release'; readonly hold: string; readonly by: string };

/**
 * What may become of one subject's values: an erasure is asked for by one and approved by another, and nothing is erased
 * under a hold. That a value is gone is recorded before it goes, so what happened can always be told.
 */
export const privacySubject: Decider<PrivacyCommand, PrivacyEvent, PrivacyState> = {
  initial: { erasures: new Map(), holds: new Map() },
  decide(command, state) {
    switch (command.kind) {
      case 'request':
        return [{ type: 'privacy.erasure-requested', data: command.erasure }];
      case 'approve':
        return approve(command.by, erasureOf(state, command.erasure));
      case 'reject':
        return reject(command.by, command.reason, erasureOf(state, command.erasure));
      case 'execute':
        return execute(command.round, erasureOf(state, command.round.erasure), state);
      case 'hold':
        return [{ type: 'privacy.hold-placed', data: command.hold }];
      case 'release':
        return release(command.by, command.reason, holdOf(state, command.hold));
      case 'approve-release':
        return approveRelease(command.by, holdOf(state, command.hold));
    }
  },
  evolve(state, event) {
    switch (event.type) {
      case 'privacy.erasure-requested':
        return withErasure(state, event.data.erasure, {
          requested: event.data,
          status: 'requested',
        });
      case 'privacy.erasure-approved':
        return changed(state, event.data.erasure, {
          status: 'approved',
          approvedBy: event.data.by,
        });
      case 'privacy.erasure-rejected':
        return changed(state, event.data.erasure, { status: 'rejected' });
      case 'privacy.erasure-deferred':
        return changed(state, event.data.erasure, { status: 'deferred' });
      case 'privacy.erased':
        return event.data.isLast ? changed(state, event.data.erasure, { status: 'erased' }) : state;
      case 'privacy.hold-placed':
        return withHold(state, { placed: event.data, status: 'active' });
      case 'privacy.hold-release-requested': {
        const { hold, by, reason } = event.data;
        const known = state.holds.get(hold);
        return known === undefined
          ? state
          : withHold(state, { ...known, status: 'releasing', release: { by, reason } });
      }
      case 'privacy.hold-released': {
        const known = state.holds.get(event.data.hold);
        return known === undefined ? state : withHold(state, { ...known, status: 'released' });
      }
    }
  },
};

/** Holds that are in force, those whose release waits for approval too. */
export function activeHolds({
  holds,
}: PrivacyState): { readonly hold: string; readonly scope: HoldScope }[] {
  return [...holds.values()]
    .filter(({ status }) => status !== 'released')
    .map(({ placed: { hold, scope } }) => ({ hold, scope }));
}

function erasureOf({ erasures }: PrivacyState, id: string): ErasureState {
  const erasure = erasures.get(id);
  if (erasure === undefined) throw notFound('The erasure');
  return erasure;
}

function holdOf({ holds }: PrivacyState, id: string): HoldState {
  const hold = holds.get(id);
  if (hold === undefined) throw notFound('The hold');
  return hold;
}

function approve(by: string, { requested, status }: ErasureState): readonly PrivacyEvent[] {
  if (by === requested.by) {
    throw new TieoutError('same-person', 'Who asked for an erasure cannot approve it.', {
      rule: 'erasure',
    });
  }
  if (status === 'rejected' || status === 'erased') throw ended(status);
  if (status === 'approved') return [];
  return [{ type: 'privacy.erasure-approved', data: { erasure: requested.erasure, by } }];
}

function reject(
  by: string,
  reason: string,
  { requested, status }: ErasureState,
): readonly PrivacyEvent[] {
  if (status === 'rejected') return [];
  // Approved, it may be erased already: that cannot be taken back.
  if (status !== 'requested' && status !== 'deferred') throw ended(status);
  return [{ type: 'privacy.erasure-rejected', data: { erasure: requested.erasure, reason, by } }];
}

function ended(status: ErasureStatus): TieoutError {
  return new TieoutError('state-conflict', `The erasure is ${status}.`, { state: status });
}

function execute(
  { erasable, kept, isLast, kek }: Round,
  { requested, status, approvedBy }: ErasureState,
  state: PrivacyState,
): readonly PrivacyEvent[] {
  if (status !== 'approved' || approvedBy === undefined) return [];
  const { erasure, subject, legalBasis, by: requestedBy } = requested;
  const persons = { requestedBy, approvedBy };
  const [held] = activeHolds(state);
  if (held !== undefined) {
    const count = erasable.reduce((sum, list) => sum + list.length, 0) + (kept?.count ?? 0);
    const data = { erasure, reason: 'hold', hold: held.hold, kept: count, ...persons } as const;
    return [{ type: 'privacy.erasure-deferred', data }];
  }
  const isWhole = requested.values === undefined;
  const closes = isLast && kept === undefined;
  // A subject without values still has its pseudonym: its erasure is an event all the same.
  const lists = erasable.length === 0 && closes ? [[]] : erasable;
  const events: PrivacyEvent[] = lists.map((values, i) => {
    const last = closes && i === lists.length - 1;
    const data: Erased = {
      erasure,
      subject,
      values,
      whole: last && isWhole,
      isLast: last,
      legalBasis,
      ...persons,
      kek,
    };
    return { type: 'privacy.erased', data };
  });
  if (isLast && kept !== undefined) {
    const { because, count } = kept;
    const why =
      because.reason === 'hold'
        ? ({ reason: 'hold', hold: because.hold } as const)
        : ({ reason: 'retention', until: because.until } as const);
    const data = { erasure, ...why, kept: count, ...persons };
    events.push({ type: 'privacy.erasure-deferred', data });
  }
  return events;
}

function release(
  by: string,
  reason: string,
  { placed, status }: HoldState,
): readonly PrivacyEvent[] {
  if (status === 'releasing') return [];
  if (status === 'released') throw new TieoutError('state-conflict', 'The hold is released.');
  return [{ type: 'privacy.hold-release-requested', data: { hold: placed.hold, reason, by } }];
}

function approveRelease(
  by: string,
  { placed, status, release: asked }: HoldState,
): readonly PrivacyEvent[] {
  if (status === 'released') return [];
  if (asked === undefined) {
    throw new TieoutError('state-conflict', 'Nobody asked for the release of this hold.');
  }
  if (by === asked.by) {
    throw new TieoutError('same-person', 'Who asked for the release of a hold cannot approve it.', {
      rule: 'hold-release',
    });
  }
  const data = {
    hold: placed.hold,
    reason: asked.reason,
    requestedBy: asked.by,
    approvedBy: by,
  };
  return [{ type: 'privacy.hold-released', data }];
}

function changed(
  state: PrivacyState,
  id: string,
  change: Partial<Pick<ErasureState, 'status' | 'approvedBy'>>,
): PrivacyState {
  const known = state.erasures.get(id);
  return known === undefined ? state : withErasure(state, id, { ...known, ...change });
}

function withErasure(state: PrivacyState, id: string, erasure: ErasureState): PrivacyState {
  return { ...state, erasures: new Map(state.erasures).set(id, erasure) };
}

function withHold(state: PrivacyState, hold: HoldState): PrivacyState {
  return { ...state, holds: new Map(state.holds).set(hold.placed.hold, hold) };
}
