import {
  type AppliedRule,
  type AttachmentRef,
  type Entry,
  type Override,
  type RelatedObject,
  type TransitionData,
} from '../../kernel/entry';
import { isUuid, sourceEventId } from '../../kernel/ids';
import { type Json, type JsonObject } from '../../kernel/json';
import { pointerStep } from '../../kernel/json-pointer';
import { type Instant } from '../../kernel/runtime';
import { type WorkflowDefinition } from '../workflow-definitions.policy';
import { type TransitionDataDto } from '../contract/transition-data.dto';
import { type TransitionEventDto } from '../contract/transition-event.dto';
import { type ExpectedRevision } from './submission';
import { type Reading } from './transition-reader';

export type AccountKind = 'person' | 'service' | 'system';

/**
 * Members are added one by one to a literal rather than spread into it: objects of few shapes are written and hashed in two
 * thirds of the time, and there are millions of them.
 */
export type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Gives the pseudonym of an account of the event's source. */
export type NameOf = (account: string, kind: AccountKind) => string;

/** A value that does not enter the log; its commitment does. */
export interface PersonalValue {
  /** JSON Pointer in the structured form of the event */
  readonly pointer: string;
  readonly value: Json;
  /** pseudonym of the person whose value it is; absent: it belongs to its event alone */
  readonly subject?: string;
}

/** An entry but for what its place in the stream and the moment of recording give it. */
export type DraftEntry = Omit<Entry, 'revision' | 'recordedAt' | 'prev' | 'commitments'>;

/** One event on its way into its stream. */
export interface Draft {
  /** place in the window it came with */
  readonly place: number;
  readonly entry: DraftEntry;
  readonly personal: readonly PersonalValue[];
  readonly workflow: WorkflowDefinition;
  readonly expected: ExpectedRevision | undefined;
  /** agreed start of its source */
  readonly startsAt: Instant | undefined;
  /** known to be recorded: it names an account that has no pseudonym any more */
  readonly isRepeat: boolean;
  /** a state was given in the source's own code, whose meaning may have changed since a first delivery */
  readonly wasMapped: boolean;
}

/** An account whose pseudonym must be durable before the event's entry is made. */
export interface NamedAccount {
  readonly system: string;
  readonly account: string;
  readonly kind: AccountKind;
}

/** Every account that an event names, in no particular order, with repeats. */
export function accountsOf({ event, source }: Reading): NamedAccount[] {
  const { actor, initiatedBy, overrides } = event.data;
  const system = source.id;
  const named: NamedAccount[] = [{ system, account: actor.account, kind: actor.kind }];
  const add = (account: string | undefined): void => {
    if (account !== undefined) named.push({ system, account, kind: 'person' });
  };
  add(actor.onBehalfOf?.account);
  add(initiatedBy?.account);
  overrides?.forEach(({ approver }) => add(approver.account));
  return named;
}

/**
 * The event's personal values by their place: `reason`, names of attachments, and `personal`. The first two are what the
 * person who acted wrote; `personal` is about others as a rule, such as a payee, so it belongs to its event.
 *
 * @param writer pseudonym of the person who acted
 */
function personalOf(
  { reason, attachments, personal }: TransitionDataDto,
  writer: string | undefined,
): PersonalValue[] {
  const values: PersonalValue[] = [];
  const written = (pointer: string, value: string): void => {
    values.push(writer === undefined ? { pointer, value } : { pointer, value, subject: writer });
  };
  if (reason !== undefined) written('/data/reason', reason);
  attachments?.forEach(({ name }, i) => written(`/data/attachments/${i}/name`, name));
  for (const name in personal) {
    values.push({
      pointer: `/data/personal/${pointerStep(name)}`,
      value: personal[name] as string,
    });
  }
  return values;
}

export interface DraftOptions {
  readonly origin: string;
  readonly place: number;
  /** from a header; the event's own `expectedrevision` says the same */
  readonly expected: ExpectedRevision | undefined;
  readonly nameOf: NameOf;
  readonly isRepeat: boolean;
  /** true for an id that the ledger has recorded */
  readonly isRecorded: (id: string) => boolean;
}

/**
 * The mapping of an incoming event to the members of an entry.
 *
 * @see docs/reference/transition-event.md
 */
export function draftOf(reading: Reading, options: DraftOptions): Draft {
  const { event, source, contracted } = reading;
  const { data } = event;
  const { origin, nameOf } = options;
  const entry: Writable<DraftEntry> = {
    v: 1,
    stream: reading.stream,
    id: sourceEventId(origin, source.id, event.id),
    type: contracted.entryType,
    contract: contracted.contract,
    occurredAt: reading.occurredAt,
    actor: actorOf(data, nameOf),
    source: sourceOf(reading),
    data: dataOf(event, contracted.transition, nameOf) as unknown as JsonObject,
  };
  if (event.correlationid !== undefined) entry.correlation = event.correlationid;
  if (event.causationid !== undefined) {
    entry.causation = causationOf(event.causationid, source.id, options);
  }
  if (data.controls !== undefined) entry.rules = data.controls.map(ruleOf);
  if (data.overrides !== undefined) entry.overrides = overridesOf(data, nameOf);
  if (data.attempt !== undefined && data.attempt > 1) entry.attempt = data.attempt;
  if (data.attachments !== undefined) entry.attachments = attachmentsOf(data);
  return {
    place: options.place,
    entry,
    personal: personalOf(data, writerOf(data, nameOf)),
    workflow: contracted.workflow,
    expected: options.expected ?? expectedOf(event.expectedrevision),
    startsAt: source.agreedStart,
    isRepeat: options.isRepeat,
    wasMapped: contracted.wasMapped,
  };
}

function sourceOf({ event, source }: Reading): Entry['source'] {
  const made: Writable<Entry['source']> = { system: source.id, id: event.id };
  if (event.data.sourceDocument !== undefined) made.document = event.data.sourceDocument.id;
  return made;
}

/** An event id of this ledger or, if none has it, the id of an event of the same source. */
function causationOf(
  causation: string,
  system: string,
  { origin, isRecorded }: DraftOptions,
): string {
  return isUuid(causation) && isRecorded(causation)
    ? causation
    : sourceEventId(origin, system, causation);
}

function expectedOf(text: string | undefined): ExpectedRevision | undefined {
  if (text === undefined) return undefined;
  return text === 'none' ? 'no-stream' : BigInt(text);
}

function actorOf({ actor }: TransitionDataDto, nameOf: NameOf): Entry['actor'] {
  const made: Writable<Entry['actor']> = {
    id: nameOf(actor.account, actor.kind),
    kind: actor.kind,
  };
  if (actor.onBehalfOf !== undefined) made.onBehalfOf = nameOf(actor.onBehalfOf.account, 'person');
  if (actor.role !== undefined) made.role = actor.role;
  return made;
}

/** The person who acted, or who stood behind the service that did. */
function writerOf({ actor, initiatedBy }: TransitionDataDto, nameOf: NameOf): string | undefined {
  if (actor.kind === 'person') return nameOf(actor.account, 'person');
  return initiatedBy === undefined ? undefined : nameOf(initiatedBy.account, 'person');
}

function dataOf(
  { data, sequence, dataclassification }: TransitionEventDto,
  transition: TransitionData['transition'],
  nameOf: NameOf,
): TransitionData {
  const made: Writable<TransitionData> = { transition };
  const { version } = data.object;
  if (version !== undefined) made.version = version;
  if (data.initiatedBy !== undefined) {
    made.initiatedBy = nameOf(data.initiatedBy.account, 'person');
  }
  if (data.autoApprovalPolicy !== undefined) made.autoApprovalPolicy = data.autoApprovalPolicy;
  if (data.emergencySession !== undefined) made.emergencySession = data.emergencySession;
  const sourceDocument = restOfDocument(data);
  if (sourceDocument !== undefined) made.sourceDocument = sourceDocument;
  if (data.amount !== undefined) made.amount = data.amount;
  if (data.baseAmount !== undefined) made.baseAmount = data.baseAmount;
  if (data.dimensions !== undefined) made.dimensions = data.dimensions;
  if (data.related !== undefined) made.related = data.related as readonly RelatedObject[];
  if (data.checks !== undefined) made.checks = data.checks;
  if (data.custom !== undefined) made.custom = data.custom;
  if (sequence !== undefined) made.sequence = sequence;
  if (dataclassification !== undefined) made.dataclassification = dataclassification;
  return made;
}

/** The document's number is a member of the entry itself; what is left of it stays with the data. */
function restOfDocument({
  sourceDocument,
}: TransitionDataDto): TransitionData['sourceDocument'] | undefined {
  if (sourceDocument === undefined) return undefined;
  const { system, type, url } = sourceDocument;
  if (system === undefined && type === undefined && url === undefined) return undefined;
  return {
    ...(system === undefined ? {} : { system }),
    ...(type === undefined ? {} : { type }),
    ...(url === undefined ? {} : { url }),
  };
}

function ruleOf({
  rule,
  version,
  outcome,
}: {
  rule: string;
  version: number;
  outcome: AppliedRule['outcome'];
}): AppliedRule {
  return { id: rule, version, outcome };
}

function overridesOf({ overrides = [] }: TransitionDataDto, nameOf: NameOf): Override[] {
  return overrides.map(({ rule, reason, approver }) => ({
    rule,
    reason,
    approver: nameOf(approver.account, 'person'),
  }));
}

function attachmentsOf({ attachments = [] }: TransitionDataDto): AttachmentRef[] {
  return attachments.map(({ sha256, bytes, mediaType }) => ({ sha256, bytes, mediaType }));
}
