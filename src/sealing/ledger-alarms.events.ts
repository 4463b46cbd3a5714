/** Events of the ledger's own alarms, in the stream `ledger-_.alarms`. */
export type LedgerAlarmEvent = {
  readonly type: 'ledger.alarm-raised';
  readonly data: LedgerAlarm;
};

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
