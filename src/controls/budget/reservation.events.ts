import { type Instant } from '../../kernel/runtime';

/** Funds of a line that an answer holds until its demand is recorded, it is released or it expires. */
export type ReservationTaken = {
  /** id of the check, which a transition cites to use the reservation */
  readonly check: string;
  /** in the currency of the line */
  readonly amount: { readonly amount: string; readonly currency: string };
  readonly expiresAt: Instant;
  /** what was left before, counting the reservations of that moment */
  readonly available: string;
  readonly by: string;
  /** hex SHA-256 of the canonical request */
  readonly request: string;
};

export type ReservationReleased = {
  readonly check: string;
  readonly at: Instant;
  readonly by: string;
};

/** What happens in the stream `budget_reservation-<entity>.<line>`: one stream a line, so that nobody takes twice. */
export type ReservationEvent =
  | { readonly type: 'budget-reservation.taken'; readonly data: ReservationTaken }
  | { readonly type: 'budget-reservation.released'; readonly data: ReservationReleased };
