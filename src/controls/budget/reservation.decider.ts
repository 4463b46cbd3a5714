import { type Decider } from '../../kernel/decider';
import { notFound } from '../../kernel/errors';
import { parseMoney } from '../../kernel/money';
import { type Instant } from '../../kernel/runtime';
import {
  type ReservationEvent,
  type ReservationReleased,
  type ReservationTaken,
} from './reservation.events';

export type ReservationCommand =
  | { readonly kind: 'take'; readonly taken: ReservationTaken }
  | { readonly kind: 'release'; readonly released: ReservationReleased };

export interface Reservations {
  /** by check */
  readonly taken: ReadonlyMap<string, ReservationTaken>;
  readonly released: ReadonlySet<string>;
}

/**
 * The reservations of one line. Whether there are funds is judged before, on this very state: the caller appends at the
 * exact revision that was judged, and judges anew when somebody else came first.
 */
export const reservations: Decider<ReservationCommand, ReservationEvent, Reservations> = {
  initial: { taken: new Map(), released: new Set() },
  decide(command, { taken, released }) {
    if (command.kind === 'take') {
      if (taken.has(command.taken.check)) return [];
      return [{ type: 'budget-reservation.taken', data: command.taken }];
    }
    const { check } = command.released;
    if (!taken.has(check)) throw notFound(`The reservation ${check}`);
    return released.has(check)
      ? []
      : [{ type: 'budget-reservation.released', data: command.released }];
  },
  evolve({ taken, released }, event) {
    return event.type === 'budget-reservation.taken'
      ? { taken: new Map(taken).set(event.data.check, event.data), released }
      : { taken, released: new Set(released).add(event.data.check) };
  },
};

/**
 * Minor units that are held at an instant.
 *
 * @param consumed checks that a recorded document cites already, so that its own amount counts instead
 */
export function heldAt(
  { taken, released }: Reservations,
  now: Instant,
  consumed: ReadonlySet<string>,
): bigint {
  let held = 0n;
  for (const { check, amount, expiresAt } of taken.values())
    if (expiresAt > now && !released.has(check) && !consumed.has(check))
      held += parseMoney(amount).minor;
  return held;
}
