import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventStore } from '../../src/event-store';
import { canonicalBytes } from '../../src/kernel/canonical-json';
import { type Json } from '../../src/kernel/json';
import { type Clock } from '../../src/kernel/runtime';
import {
  type Projection,
  Projector,
  type ProjectorMessage,
  ReadModel,
  type ProjectedLog,
} from '../../projections/read-model';
import { type EventInput, EventSequence } from './projection-harness';

export interface InlineReadModel {
  readonly readModel: ReadModel;
  readonly projector: Projector;
  /** everything the projector said */
  readonly messages: readonly ProjectorMessage[];
  close(): Promise<void>;
}

export interface InlineOptions {
  readonly folder: string;
  readonly projections: readonly Projection[];
  readonly log: ProjectedLog;
  readonly clock?: Clock;
}

/** A read model whose projector runs on this thread, over any store. */
export function openInlineReadModel({
  folder,
  projections,
  log,
  clock,
}: InlineOptions): InlineReadModel {
  const messages: ProjectorMessage[] = [];
  const time = clock ?? { now: () => '2026-01-05T12:00:00.000Z' };
  const readModel = new ReadModel({
    positions: log.positions,
    clock: time,
    ask: (request) => projector.handle(request),
  });
  const projector = new Projector({
    folder,
    projections,
    log,
    blobs: { read: () => undefined },
    clock: time,
    randomness: { bytes: (length) => randomBytes(length) },
    tell: (message) => {
      messages.push(message);
      readModel.receive(message);
    },
  });
  projector.start();
  const close = async () => {
    readModel.close();
    await projector.close();
  };
  return { readModel, projector, messages, close };
}

/** A folder that is gone after the test. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'tieout-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Appends events as they come, each at its stream's next revision, and gives the printed position of the last. */
export class Recorder {
  private readonly sequence = new EventSequence();
  private recorded = 0;

  constructor(private readonly store: EventStore) {}

  get count(): number {
    return this.recorded;
  }

  async record(...inputs: readonly EventInput[]): Promise<string> {
    let position = '';
    for (const input of inputs) {
      const { entry, stream, revision, type } = this.sequence.next(input);
      const bytes = canonicalBytes(entry as unknown as Json);
      const storeId = entry.id.replace('-5000-', '-5001-');
      const expected = revision === 0 ? 'no-stream' : BigInt(revision - 1);
      const appended = await this.store.append(stream, expected, [
        { id: entry.id, storeId, type, entry: bytes },
      ]);
      position = this.store.positions.print(appended.position);
      this.recorded += 1;
    }
    return position;
  }
}
