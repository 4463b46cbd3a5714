import { type Flag, FLAGS } from '../../src/ingestion/workflow.policy';
import { transitionOf, type TransitionData } from '../../src/kernel/entry';
import { type Instant } from '../../src/kernel/runtime';
import { parseStreamName } from '../../src/kernel/stream-name';
import { type ReadDb } from '../read-model';
import { eventsOfStream, type LogEntries, type LogEntry, logEntryAt } from '../events';
import { flagsOfMask, foldObject, type FoldedObject, type ObjectFold } from '../workflow-state';

/** One transition of an object, read back from the log. */
export interface ObjectEvent extends LogEntry {
  readonly index: number;
  readonly position: string;
  readonly flags: readonly Flag[];
  readonly data: TransitionData;
}

/** Which part of an object's history a question is about; without it, all that is applied. */
export interface AsOf {
  /** recorded at or before */
  readonly instant?: Instant;
  /** log index, included */
  readonly index?: number;
}

/** The transitions of one object in the order of its stream. */
export function objectEvents(
  db: ReadDb,
  stream: string,
  log: LogEntries,
  asOf: AsOf = {},
): ObjectEvent[] {
  const events: ObjectEvent[] = [];
  for (const row of eventsOfStream(db, stream)) {
    const index = Number(row.idx);
    if (asOf.index !== undefined && index > asOf.index) break;
    const read = logEntryAt(log, index);
    if (asOf.instant !== undefined && read.entry.recordedAt > asOf.instant) break;
    const data = transitionOf(read.entry);
    if (data === undefined) continue;
    const flags = flagsOfMask(row.flags ?? 0n);
    events.push({ ...read, index, position: row.position, flags, data });
  }
  return events;
}

/** The object as its first events made it; undefined when there are none. */
export function objectAfter(
  stream: string,
  events: readonly ObjectEvent[],
): FoldedObject | undefined {
  const last = events.at(-1);
  if (last === undefined) return undefined;
  const { objectType } = parseStreamName(stream);
  let fold: ObjectFold | undefined;
  for (const { entry, data } of events) fold = foldObject(objectType, fold, { entry, data }).after;
  if (fold === undefined) return undefined;
  // The flags that the events bore when they came in also know the agreed start of their source.
  const flags = FLAGS.filter((flag) => events.some((event) => event.flags.includes(flag)));
  const { revision, recordedAt: changedAt } = last.entry;
  return { stream, revision, changedAt, fold: { ...fold, flags } };
}
