import { type Entry, type TransitionData, transitionOf } from '../../src/kernel/entry';
import { type Json, type JsonObject, isJsonObject } from '../../src/kernel/json';
import { parseStreamName } from '../../src/kernel/stream-name';
import { type PackInput, type ProjectedStep } from './pack-input';
import { type Change, type Detail, type StepActor, type TimelineStep } from './report-types';

/** A sealed entry, decoded. */
export interface ReadEntry {
  readonly index: number;
  readonly entry: Entry;
  /** 64 hex */
  readonly leaf: string;
}

const present = <T>(value: T | undefined, name: string): Record<string, T> =>
  value === undefined ? {} : { [name]: value };

/**
 * The steps of all objects as one story: by occurred-at, then by log index, which is unique.
 *
 * @param entries of the lineage, ascending by index
 * @param projected what the projection says about each, for its flags
 */
export function timelineOf(
  entries: readonly ReadEntry[],
  projected: readonly ProjectedStep[],
  { openings, erased }: Pick<PackInput, 'openings' | 'erased'>,
): TimelineStep[] {
  const views = new Map(projected.map((step) => [step.index, step]));
  const opened = new Map(openings.map(({ id, path, value }) => [`${id} ${path}`, value]));
  const gone = new Map(erased.map(({ id, path, event }) => [`${id} ${path}`, event]));
  const stated = new Map<string, Map<string, string>>();
  const steps = entries.map((read) => {
    const details = statedBy(read.entry);
    const changes = changesOf(stated, read.entry.stream, [...headOf(read.entry), ...details]);
    return stepOf(read, { view: views.get(read.index), changes, details, opened, gone });
  });
  return steps.sort(byOccurrence).map((step, i) => ({ ...step, n: i + 1 }));
}

function byOccurrence(a: TimelineStep, b: TimelineStep): number {
  if (a.occurredAt !== b.occurredAt) return a.occurredAt < b.occurredAt ? -1 : 1;
  return a.index - b.index;
}

interface StepContext {
  readonly view: ProjectedStep | undefined;
  readonly changes: readonly Change[];
  readonly details: readonly Detail[];
  readonly opened: ReadonlyMap<string, Json>;
  /** event that erased a value, by entry id and path */
  readonly gone: ReadonlyMap<string, string>;
}

function stepOf({ index, entry, leaf }: ReadEntry, context: StepContext): TimelineStep {
  const { objectType, entity, key } = parseStreamName(entry.stream);
  const data: Partial<TransitionData> = transitionOf(entry) ?? {};
  const { action, from, to } = data.transition ?? { action: entry.type, to: '' };
  return {
    n: 0,
    stream: entry.stream,
    object: { type: objectType, entity, id: key },
    revision: entry.revision,
    index,
    entry: entry.id,
    leaf,
    type: entry.type,
    action,
    ...present(from, 'from'),
    to,
    occurredAt: entry.occurredAt,
    recordedAt: entry.recordedAt,
    actor: actorOf(entry, data),
    source: entry.source,
    ...present(data.amount, 'amount'),
    ...present(data.version, 'version'),
    persons: context.view?.persons ?? [],
    flags: context.view?.flags ?? [],
    changes: context.changes,
    details: context.details,
    rules: entry.rules ?? [],
    overrides: entry.overrides ?? [],
    attachments: entry.attachments ?? [],
    personal: personalOf(entry, context),
    ...present(entry.attempt, 'attempt'),
  };
}

function actorOf(entry: Entry, data: Partial<TransitionData>): StepActor {
  const { id, kind, role, onBehalfOf } = entry.actor;
  return {
    id,
    kind,
    ...present(role, 'role'),
    ...present(onBehalfOf, 'onBehalfOf'),
    ...present(data.initiatedBy, 'initiatedBy'),
  };
}

function personalOf(entry: Entry, { opened, gone }: StepContext): TimelineStep['personal'] {
  return Object.keys(entry.commitments ?? {})
    .sort()
    .map((path) => {
      const value = opened.get(`${entry.id} ${path}`);
      const erasedBy = gone.get(`${entry.id} ${path}`);
      if (erasedBy !== undefined) return { path, erasedBy };
      return value === undefined
        ? { path }
        : { path, value: typeof value === 'string' ? value : JSON.stringify(value) };
    });
}

/** What a step states about its object beside the transition: dimensions and the contract's own members. */
function statedBy(entry: Entry): Detail[] {
  const data = transitionOf(entry);
  if (data === undefined) return [];
  const details: Detail[] = Object.entries(data.dimensions ?? {}).map(([name, value]) => ({
    name,
    value,
  }));
  flatten(data.custom ?? {}, '', details);
  if (data.baseAmount !== undefined) {
    const { amount, currency, rate, rateDate, rateSource } = data.baseAmount;
    details.push({
      name: 'base amount',
      value: `${amount} ${currency} at ${rate} (${rateSource}, ${rateDate})`,
    });
  }
  return details.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** The members beside the details whose change matters to an approval. */
function headOf(entry: Entry): Detail[] {
  const { amount, version } = transitionOf(entry) ?? {};
  return [
    ...(amount === undefined
      ? []
      : [{ name: 'amount', value: `${amount.amount} ${amount.currency}` }]),
    ...(version === undefined ? [] : [{ name: 'version', value: version }]),
  ];
}

function flatten(object: JsonObject, prefix: string, into: Detail[]): void {
  for (const [name, value] of Object.entries(object)) {
    if (isJsonObject(value)) flatten(value, `${prefix}${name}.`, into);
    else
      into.push({
        name: `${prefix}${name}`,
        value: typeof value === 'string' ? value : JSON.stringify(value),
      });
  }
}

/** Compares what a step states with what the object stated before, and remembers it. */
function changesOf(
  stated: Map<string, Map<string, string>>,
  stream: string,
  details: readonly Detail[],
): Change[] {
  const known = stated.get(stream) ?? new Map<string, string>();
  stated.set(stream, known);
  const changes: Change[] = [];
  for (const { name, value } of details) {
    const before = known.get(name);
    if (before !== undefined && before !== value)
      changes.push({ field: name, before, after: value });
    known.set(name, value);
  }
  return changes;
}
