import { type Instant } from '../../src/kernel/runtime';
import { Conditions } from '../read-model';

/** What a list of events is narrowed by; every member given must hold. */
export interface EventFilter {
  /** log indexes of events that were looked up by their ids; empty for ids that nobody has */
  readonly indexes?: readonly number[];
  /** event type, `invoice.approved` */
  readonly type?: string;
  /** object type with dashes */
  readonly object?: string;
  readonly entity?: string;
  /** exact stream of one object */
  readonly stream?: string;
  /** short name of the source system */
  readonly source?: string;
  /** the sender's own id */
  readonly sourceId?: string;
  /** pseudonym of an account that acted, on whose behalf another did, or that stood behind a service */
  readonly actor?: string;
  /** person behind any number of accounts */
  readonly person?: string;
  readonly correlation?: string;
  readonly causation?: string;
  /** bit of a flag that the event bears */
  readonly flag?: bigint;
  readonly occurred?: Range;
  readonly recorded?: Range;
  readonly amount?: { readonly currency: string; readonly from?: bigint; readonly to?: bigint };
  /** beginning of an object's key, a document number or a correlation */
  readonly text?: string;
}

/** Half-open: `from` <= t < `to`. */
export interface Range {
  readonly from?: Instant;
  readonly to?: Instant;
}

/** Sorts after every text that begins with the prefix before it. */
const AFTER_ALL = '\u{10FFFF}';

const IS_ONE_OF = 'idx IN (SELECT value FROM json_each(:indexes))';

/** Whoever acted, had another act for him, or stood behind a service: each branch has its index. */
const ACTED = '(actor = :actor OR on_behalf_of = :actor OR initiated_by = :actor)';

const PERSON_ACTED = `
  (actor IN (SELECT account FROM account_person WHERE person = :person)
   OR on_behalf_of IN (SELECT account FROM account_person WHERE person = :person)
   OR initiated_by IN (SELECT account FROM account_person WHERE person = :person))`;

/** Flags are the workflow states' judgement of an event. */
const BEARS_FLAG = `
  idx IN (SELECT idx FROM event_flag WHERE flags & :flag <> 0)`;

/** Each branch is served by an index of its own; table `object` is that of the workflow states. */
const MATCHES_TEXT = `
  idx IN (SELECT idx FROM event WHERE document >= :text AND document < :textEnd
          UNION SELECT idx FROM event WHERE correlation >= :text AND correlation < :textEnd
          UNION SELECT idx FROM event WHERE stream IN
                (SELECT stream FROM object WHERE id >= :text AND id < :textEnd))`;

/** The conditions on table `event` that a filter means. */
export function eventConditions(filter: EventFilter): Conditions {
  const { occurred, recorded, amount, text } = filter;
  return new Conditions()
    .add(IS_ONE_OF, { indexes: filter.indexes && JSON.stringify(filter.indexes) })
    .add('type = :type', { type: filter.type })
    .add('stream = :stream', { stream: filter.stream })
    .add('object = :object', { object: filter.object })
    .add('entity = :entity', { entity: filter.entity })
    .add('system = :source', { source: filter.source })
    .add('source_id = :sourceId', { sourceId: filter.sourceId })
    .add(ACTED, { actor: filter.actor })
    .add(PERSON_ACTED, { person: filter.person })
    .add('correlation = :correlation', { correlation: filter.correlation })
    .add('causation = :causation', { causation: filter.causation })
    .add(BEARS_FLAG, { flag: filter.flag })
    .add('occurred_at >= :occurredFrom', { occurredFrom: occurred?.from })
    .add('occurred_at < :occurredTo', { occurredTo: occurred?.to })
    .add('recorded_at >= :recordedFrom', { recordedFrom: recorded?.from })
    .add('recorded_at < :recordedTo', { recordedTo: recorded?.to })
    .add('currency = :currency', { currency: amount?.currency })
    .add('amount_minor >= :amountFrom', { amountFrom: amount?.from })
    .add('amount_minor <= :amountTo', { amountTo: amount?.to })
    .add(MATCHES_TEXT, { text, textEnd: text === undefined ? undefined : text + AFTER_ALL });
}
