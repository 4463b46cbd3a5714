import { type Decider } from '../kernel/decider';
import {
  type AlarmResolved,
  type LedgerAlarm,
  type LedgerAlarmEvent,
} from './ledger-alarms.events';

export interface LedgerAlarmsState {
  /** `<alarm> <about>`: details of the last one that nobody resolved */
  readonly raised: ReadonlyMap<string, string>;
  /** event ids */
  readonly resolved: ReadonlySet<string>;
}

export type LedgerAlarmsCommand = LedgerAlarm | { readonly resolve: AlarmResolved };

const keyOf = ({ alarm, about }: Pick<LedgerAlarm, 'alarm' | 'about'>): string =>
  `${alarm} ${about}`;

/** The same alarm about the same party is recorded once for each thing it says, not once a minute; again once it was resolved. */
export const ledgerAlarms: Decider<LedgerAlarmsCommand, LedgerAlarmEvent, LedgerAlarmsState> = {
  initial: { raised: new Map(), resolved: new Set() },
  decide(command, { raised, resolved }) {
    if ('resolve' in command) {
      return resolved.has(command.resolve.id)
        ? []
        : [{ type: 'ledger.alarm-resolved', data: command.resolve }];
    }
    return raised.get(keyOf(command)) === command.detail
      ? []
      : [{ type: 'ledger.alarm-raised', data: command }];
  },
  evolve({ raised, resolved }, event) {
    const next = new Map(raised);
    if (event.type === 'ledger.alarm-raised') {
      return { raised: next.set(keyOf(event.data), event.data.detail), resolved };
    }
    next.delete(keyOf(event.data));
    return { raised: next, resolved: new Set(resolved).add(event.data.id) };
  },
};
