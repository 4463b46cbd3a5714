/** Events of the ledger's own alarms, in the stream `ledger-_.alarms`. */
export type LedgerAlarmEvent =
  | { readonly type: 'ledger.alarm-raised'; readonly data: LedgerAlarm }
  | { readonly type: 'ledger.alarm-resolved'; readonly data: AlarmResolved };

export type AlarmKind =
  | 'witness-rollback'
  | 'witness-refused'
  | 'witness-configuration'
  | 'clock-regressed'
  /** `about` is the id; a check warns of its repeat instead of finding it */
  | 'id-duplicate';

export type LedgerAlarm = {
  readonly alarm: AlarmKind;
  /** whom it is about, such as the name of a witness */
  readonly about: string;
  readonly detail: string;
  /** of the checkpoint in question */
  readonly size: number;
};

export type AlarmResolved = {
  /** event id of the alarm */
  readonly id: string;
  readonly alarm: AlarmKind;
  readonly about: string;
  /** what was found out and done */
  readonly reason: string;
  /** two clients or persons */
  readonly requestedBy: string;
  readonly approvedBy: string;
};

/** Events of one alarm's end, in the stream `alarm_resolution-_.<id of the alarm>`. */
export type AlarmResolutionEvent =
  | { readonly type: 'alarm-resolution.requested'; readonly data: ResolutionRequested }
  | { readonly type: 'alarm-resolution.approved'; readonly data: { readonly by: string } };

export type ResolutionRequested = { readonly reason: string; readonly by: string };
