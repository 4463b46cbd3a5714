import { missingSteps } from '../../src/ingestion/workflow.policy';
import { workflowOf } from '../../src/ingestion/workflow-definitions.policy';
import { type JsonObject } from '../../src/kernel/json';
import { parseStreamName } from '../../src/kernel/stream-name';
import { type FoldedObject, missingSentence, sentenceOf } from '../workflow-state';
import { type ObjectEvent } from './object-events';
import { type OpenWork } from './open-work.view';

/**
 * What happened to one object, by the time the sources give, with the steps that should have and did not, and what came
 * of it. A missing step stands right before the one that needed it, a finding after the last event that proves it.
 */
export function timelineOf(
  object: FoldedObject,
  events: readonly ObjectEvent[],
  work: readonly OpenWork[],
): JsonObject[] {
  const items = [...missingItems(object), ...events.map(eventItem), ...work.map(workItem)];
  return items.sort(byTime).map(({ item }) => item);
}

interface Placed {
  readonly at: string;
  /** among items of one instant: what is missing, what happened in log order, what came of it */
  readonly rank: number;
  readonly item: JsonObject;
}

function byTime(a: Placed, b: Placed): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  return a.rank - b.rank;
}

function missingItems({ stream, fold }: FoldedObject): Placed[] {
  const definition = workflowOf(parseStreamName(stream).objectType, fold.lastAt?.slice(0, 10));
  if (definition === undefined) return [];
  return missingSteps(definition, fold.workflow).map((missing) => ({
    at: missing.since,
    rank: -1,
    item: {
      kind: 'missing-step',
      occurredAt: missing.since,
      step: missing.step,
      neededBy: missing.neededBy,
      sentence: missingSentence(missing),
    },
  }));
}

function workItem({ kind, at, summary }: OpenWork): Placed {
  return { at, rank: Number.MAX_SAFE_INTEGER, item: { kind, occurredAt: at, ...summary } };
}

function eventItem({ entry, data, index, position, leaf, flags }: ObjectEvent): Placed {
  const { action, from, to } = data.transition;
  const item: JsonObject = {
    kind: 'event',
    occurredAt: entry.occurredAt,
    recordedAt: entry.recordedAt,
    id: entry.id,
    revision: entry.revision,
    index,
    position,
    leaf,
    type: entry.type,
    action,
    ...(from === undefined ? {} : { from }),
    to,
    actor: { ...entry.actor },
    system: entry.source.system,
    ...(entry.source.document === undefined ? {} : { document: entry.source.document }),
    ...(data.amount === undefined ? {} : { amount: { ...data.amount } }),
    flags,
    sentence: sentenceOf(entry, data),
  };
  return { at: entry.occurredAt, rank: index, item };
}
