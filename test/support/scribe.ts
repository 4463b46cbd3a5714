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
    for (const event of events) entries.push(...(await this.writeTogether([event])));
    return entries;
  }

  /** Writes events of one stream in one append. */
  async writeTogether(events: readonly SampleEvent[]): Promise<Entry[]> {
    const stream = events[0]?.stream ?? '';
    const last = this.heads.get(stream);
    const entries = events.map((event) => this.next(event));
    const stored = entries.map((entry) => ({
      id: entry.id,
      storeId: storeIdOf(entry),
      type: entry.type,
      entry: encodeEntry(entry),
    }));
    await this.store.append(
      stream,
      last === undefined ? 'no-stream' : BigInt(last.revision),
      stored,
    );
    return entries;
  }

  /** Id that an event of this source will have. */
  static idOf(event: SampleEvent): string {
    return sourceEventId(SAMPLE_ORIGIN, event.source?.system ?? 'erp-de', event.source?.id ?? '');
  }

  private next(event: SampleEvent): Entry {
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
    this.heads.set(event.stream, { revision, leaf: hex(leafHash(encodeEntry(entry))) });
    return entry;
  }
}
