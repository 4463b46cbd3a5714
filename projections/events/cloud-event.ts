import { type Entry, transitionOf, type TransitionData } from '../../src/kernel/entry';
import { type JsonObject } from '../../src/kernel/json';
import { parseStreamName } from '../../src/kernel/stream-name';

/** Where the ledger has an event, and what its workflow says of it. */
export interface RecordedPlace {
  /** printed position */
  readonly position: string;
  /** log index */
  readonly index: number;
  /** 64 hex */
  readonly leaf: string;
  readonly flags: readonly string[];
}

/**
 * An entry as the CloudEvent that readers get: `id` is the entry's, `source` the log, and the sender's own id and system
 * stand in extensions. Values are those of the entry; personal ones are not in it, accounts are pseudonyms. Revision and
 * index are text, since an Integer of CloudEvents has 32 bits.
 *
 * @param origin name of the log, without scheme
 * @see CloudEvents 1.0.2
 */
export function cloudEventOf(entry: Entry, place: RecordedPlace, origin: string): JsonObject {
  const { objectType, entity, key } = parseStreamName(entry.stream);
  const transition = transitionOf(entry);
  return defined({
    specversion: '1.0',
    id: entry.id,
    source: `https://${origin}`,
    type: `tieout.${entry.type}`,
    subject: [objectType, entity, key].map(encodeURIComponent).join('/'),
    time: entry.occurredAt,
    datacontenttype: 'application/json',
    recordedtime: entry.recordedAt,
    sourcesystem: entry.source.system,
    sourceid: entry.source.id,
    correlationid: entry.correlation,
    causationid: entry.causation,
    dataclassification: transition?.dataclassification,
    sequence: place.position,
    sourcesequence: transition?.sequence,
    stream: entry.stream,
    revision: String(entry.revision),
    logindex: String(place.index),
    leaf: place.leaf,
    flags: place.flags.length === 0 ? undefined : place.flags.join(','),
    data: transition === undefined ? entry.data : transitionData(entry, transition),
  });
}

/** The mapping of an incoming event to an entry, read backwards. */
function transitionData(entry: Entry, data: TransitionData): JsonObject {
  const { objectType, entity, key } = parseStreamName(entry.stream);
  return defined({
    entity,
    object: defined({ type: objectType, id: key, version: data.version }),
    transition: data.transition,
    actor: defined({
      account: entry.actor.id,
      kind: entry.actor.kind,
      role: entry.actor.role,
      onBehalfOf: accountOf(entry.actor.onBehalfOf),
    }),
    initiatedBy: accountOf(data.initiatedBy),
    sourceDocument:
      entry.source.document === undefined && data.sourceDocument === undefined
        ? undefined
        : defined({ id: entry.source.document, ...data.sourceDocument }),
    amount: data.amount,
    baseAmount: data.baseAmount,
    dimensions: data.dimensions,
    related: data.related,
    controls: entry.rules?.map(({ id, version, outcome }) => ({ rule: id, version, outcome })),
    overrides: entry.overrides?.map((o) => ({ ...o, approver: { account: o.approver } })),
    attempt: entry.attempt,
    checks: data.checks,
    attachments: entry.attachments,
    custom: data.custom,
  });
}

function accountOf(account: string | undefined): JsonObject | undefined {
  return account === undefined ? undefined : { account };
}

/** Absent members are left out, never null. */
function defined(members: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined),
  ) as JsonObject;
}
