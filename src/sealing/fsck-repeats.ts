import { type Findings } from './check-report';
import { placeIn, readEntry } from './entry-check';
import { ALARMS_STREAM } from './ledger-anchors.events';

const ALARM_RAISED = 'ledger.alarm-raised';

/** Ids that stand twice: a finding, or a warning where an alarm of the ledger already names the id. */
export class FsckRepeats {
  private readonly named = new Set<string>();

  constructor(private readonly findings: Findings) {}

  /** An event of the ledger's own streams. */
  note(bytes: Uint8Array): void {
    if (placeIn(bytes).stream !== ALARMS_STREAM) return;
    const { entry } = readEntry(bytes);
    if (entry?.type !== ALARM_RAISED || entry.data['alarm'] !== 'id-duplicate') return;
    if (typeof entry.data['about'] === 'string') this.named.add(entry.data['about']);
  }

  /** Once all alarms are noted. @param id undefined when the entry cannot be read */
  tell(index: number, id: string | undefined): void {
    if (id !== undefined && this.named.has(id)) {
      this.findings.warn(
        `id-duplicate: the id of index ${index} stands at an earlier index too, as an alarm of the ledger says.`,
      );
      return;
    }
    const detail = 'Its id stands at an earlier index too.';
    this.findings.add({ code: 'id-duplicate', index, pointer: '/id', detail });
  }
}
