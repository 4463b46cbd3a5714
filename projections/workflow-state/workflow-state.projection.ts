import { type Flag, FLAGS } from '../../src/ingestion/workflow.policy';
import { transitionOf } from '../../src/kernel/entry';
import { type Instant } from '../../src/kernel/runtime';
import { parseStreamName } from '../../src/kernel/stream-name';
import { flagsOfCitations } from '../check-answers';
import { type ProjectedEvent, projection, type ProjectionDb } from '../read-model';
import { maskOf } from './masks';
import { foldObject, type ObjectFold } from './object-state.policy';
import { loadObject, type PendingObject, saveObject } from './object-rows';
import { WORKFLOW_STATE_SCHEMA } from './workflow-state.schema';

const NAME = 'workflow-state';

const PUT_FLAGS = `INSERT OR REPLACE INTO event_flag (idx, flags) VALUES (:idx, :flags)`;

const FIND_START = `SELECT starts_at FROM source_start WHERE system = :system`;

const PUT_START = `
  INSERT OR REPLACE INTO source_start (system, starts_at) VALUES (:system, :startsAt)`;

/** Objects come in runs: one that a batch names five times is read and written once. */
interface Batch {
  readonly objects: Map<string, PendingObject>;
  /** agreed start by source */
  readonly starts: Map<string, Instant | undefined>;
}

function batchOf(db: ProjectionDb): Batch {
  let batch = db.batch.get(NAME) as Batch | undefined;
  if (batch === undefined) {
    batch = { objects: new Map(), starts: new Map() };
    db.batch.set(NAME, batch);
  }
  return batch;
}

function foldTransition(event: ProjectedEvent, db: ProjectionDb): void {
  const { stream, entry, index, revision } = event;
  const data = transitionOf(entry);
  if (data === undefined) return;
  const { objects, starts } = batchOf(db);
  let object = objects.get(stream);
  if (object === undefined) objects.set(stream, (object = loadObject(stream, db)));
  if (object.revision >= revision) return;
  const { system } = entry.source;
  if (!starts.has(system)) starts.set(system, startOf(system, db));
  const { objectType } = parseStreamName(stream);
  const fact = { entry, data };
  const folded = foldObject(objectType, object.fold, fact, starts.get(system));
  const cited = flagsOfCitations(event, data, db);
  const flags = [...new Set([...folded.flags, ...cited])];
  object.fold = cited.length === 0 ? folded.after : flagged(folded.after, cited);
  object.revision = revision;
  object.changedAt = entry.recordedAt;
  if (flags.length > 0) db.run(PUT_FLAGS, { idx: index, flags: maskOf(FLAGS, flags) });
}

const flagged = (fold: ObjectFold, flags: readonly Flag[]): ObjectFold => ({
  ...fold,
  flags: [...new Set([...fold.flags, ...flags])],
});

function saveObjects(db: ProjectionDb): void {
  const { objects } = batchOf(db);
  for (const object of objects.values()) saveObject(object, db);
}

function startOf(system: string, db: ProjectionDb): Instant | undefined {
  return db.get<{ starts_at: Instant | null }>(FIND_START, { system })?.starts_at ?? undefined;
}

function putStart({ entry }: ProjectedEvent, db: ProjectionDb): void {
  const { id, agreedStart } = entry.data;
  if (typeof id !== 'string') return;
  const startsAt = typeof agreedStart === 'string' ? agreedStart : null;
  db.run(PUT_START, { system: id, startsAt });
  batchOf(db).starts.delete(id);
}

export const workflowState = projection(NAME, 2, {
  schema: WORKFLOW_STATE_SCHEMA,
  on: { 'source.registered': putStart, 'source.changed': putStart },
  onTransition: foldTransition,
  endOfBatch: saveObjects,
});
