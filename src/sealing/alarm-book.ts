import { type Sql, toNumber } from '../event-store/sqlite';
import { decodeEntry } from '../kernel/entry';
import { type Instant } from '../kernel/runtime';
import {
  type AlarmResolved,
  type LedgerAlarm,
  type LedgerAlarmEvent,
} from './ledger-alarms.events';
import { ALARMS_STREAM } from './ledger-anchors.events';

/** An alarm of the ledger, as its events tell it. */
export interface Alarm extends LedgerAlarm {
  /** of its event */
  readonly id: string;
  readonly revision: number;
  readonly raisedAt: Instant;
  readonly resolved?: AlarmResolved & { readonly at: Instant };
}

const EVENTS_FROM = `
  SELECT event.revision, event.entry
    FROM event JOIN stream ON stream.no = event.stream_no
   WHERE stream.name = :stream AND event.revision >= :from
   ORDER BY event.revision`;

/** The alarms of a ledger: read from its rows once, then only what is new. */
export class AlarmBook {
  private readonly alarms = new Map<string, Alarm>();
  private next = 0;

  constructor(private readonly sql: Sql) {}

  /** All there are, the oldest first. */
  all(): readonly Alarm[] {
    const rows = this.sql.all<{ revision: bigint; entry: Uint8Array }>(EVENTS_FROM, {
      stream: ALARMS_STREAM,
      from: this.next,
    });
    for (const row of rows) this.add(toNumber(row.revision), row.entry);
    return [...this.alarms.values()];
  }

  /** Those that nobody resolved, the oldest first. */
  open(): readonly Alarm[] {
    return this.all().filter(({ resolved }) => resolved === undefined);
  }

  private add(revision: number, bytes: Uint8Array): void {
    const { id, recordedAt: at, type, data } = decodeEntry(bytes);
    const event = { type, data } as LedgerAlarmEvent;
    if (event.type === 'ledger.alarm-raised') {
      this.alarms.set(id, { ...event.data, id, revision, raisedAt: at });
    } else {
      const alarm = this.alarms.get(event.data.id);
      if (alarm !== undefined) {
        this.alarms.set(alarm.id, { ...alarm, resolved: { ...event.data, at } });
      }
    }
    this.next = revision + 1;
  }
}
