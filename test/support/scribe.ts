import { type EventStore } from '../../src/event-store';
import { encodeEntry, type Entry, storeIdOf } from '../../src/kernel/entry';
import { hex, leafHash } from '../../src/kernel/hash';
import { sourceEventId } from '../../src/kernel/ids';
import { SAMPLE_ORIGIN, type SampleEvent } from './sample-log';

/** Writes events into a real store as the service would store them: canonical, chained, under derived ids. */
export class Scribe {
  private readonly heads = new Map<string, { revision: number; leaf: string }>();

  constructor(private readonly store: EventStore) {}

  async write(...events: readonly SampleEvent[]): Promise<Entry[]> {
    const entries: Entry[] = [];
    for (const event of events) entries.push(await this.one(event));
    return entries;
  }

  /** Id that an event of this source will have. */
  static idOf(event: SampleEvent): string {
    return sourceEventId(SAMPLE_ORIGIN, event.source?.system ?? 'erp-de', event.source?.id ?? '');
  }

  private async one(event: SampleEvent): Promise<Entry> {
    const head = this.heads.get(event.stream);
    const revision = (head?.revision ?? -1) + 1;
    const entry: Entry = {
      v: 1,
      revision,
      contract: 1,
      id: Scribe.idOf(event),
      recordedAt: event.occurredAt,
      actor: { id: 'per-000000000001', kind: 'person' },
      source: { system: 'erp-de' },
      ...(head === undefined ? {} : { prev: head.leaf }),
      ...event,
    };
    const bytes = encodeEntry(entry);
    const expected = revision === 0 ? 'no-stream' : BigInt(revision - 1);
    const { id, type } = entry;
    await this.store.append(event.stream, expected, [
      { id, storeId: storeIdOf(entry), type, entry: bytes },
    ]);
    this.heads.set(event.stream, { revision, leaf: hex(leafHash(bytes)) });
    return entry;
  }
}
