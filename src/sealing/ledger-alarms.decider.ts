import { type Decider } from '../kernel/decider';
import { type LedgerAlarm, type LedgerAlarmEvent } from './ledger-alarms.events';

export interface LedgerAlarmsState {
  /** `<alarm> <about>`: details of the last one */
  readonly raised: ReadonlyMap<string, string>;
}

const keyOf = ({ alarm, about }: LedgerAlarm): string => `${alarm} ${about}`;

/** The same alarm about the same party is recorded once for each thing it says, not once a minute. */
export const ledgerAlarms: Decider<LedgerAlarm, LedgerAlarmEvent, LedgerAlarmsState> = {
  initial: { raised: new Map() },
  decide(alarm, { raised }) {
    return raised.get(keyOf(alarm)) === alarm.detail
      ? []
      : [{ type: 'ledger.alarm-raised', data: alarm }];
  },
  evolve({ raised }, { data }) {
    return { raised: new Map(raised).set(keyOf(data), data.detail) };
  },
};
