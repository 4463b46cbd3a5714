import { type Actor, type AppliedRule, type Override, type TransitionData } from '../kernel/entry';
import { type Instant } from '../kernel/runtime';
import { type TransitionRule, type WorkflowDefinition } from './workflow-definitions.policy';

/** What a recorded fact may be marked with, in the order in which replies list them. */
export const FLAGS = [
  'out-of-sequence',
  'late',
  'unauthorised',
  'conflicting',
  'future-dated',
  'unattributed',
  'backfill',
] as const;
export type Flag = (typeof FLAGS)[number];

/** The part of an entry that a workflow looks at. An `Entry` whose data has a transition is one. */
export interface TransitionFact {
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  readonly actor: Pick<Actor, 'kind' | 'onBehalfOf'>;
  readonly data: Pick<TransitionData, 'transition' | 'initiatedBy' | 'version'>;
  readonly rules?: readonly AppliedRule[];
  readonly overrides?: readonly Override[];
}

/** When an action occurred in the life of one object, by the source's word. */
export interface StepSeen {
  readonly first: Instant;
  readonly last: Instant;
  readonly count: number;
}

/** The folded history of one object; plain JSON. */
export interface ObjectState {
  readonly state: string;
  /** occurred-at of the transition that set `state`; absent before the first event */
  readonly at?: Instant;
  /** by action */
  readonly steps: Readonly<Record<string, StepSeen>>;
}

/** A step that another one needed and that no event reports. */
export interface MissingStep {
  readonly step: string;
  /** the first action that needed it, and when that occurred */
  readonly neededBy: string;
  readonly since: Instant;
}

export interface NextStep {
  readonly action: string;
  readonly to: string;
}

/** Clocks of sources and of the service differ a little; what is further ahead than this is flagged. */
export const FUTURE_TOLERANCE_MS = 5 * 60_000;

/** Actions come from sources: one named `constructor` must not find what every object inherits. */
function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

export function initialState(definition: WorkflowDefinition): ObjectState {
  return { state: definition.initial, steps: {} };
}

/**
 * Adds one fact to an object's history. Any fact is taken, legal or not: reality is recorded and only flagged.
 *
 * The state is that of the transition that occurred last, not of the one that arrived last, so a late fact adds its step
 * and does not turn the state back. Facts of one instant follow the order of the stream.
 */
export function foldState(before: ObjectState, fact: TransitionFact): ObjectState {
  const { action, to } = fact.data.transition;
  const seen = own(before.steps, action);
  const { occurredAt } = fact;
  const step: StepSeen =
    seen === undefined
      ? { first: occurredAt, last: occurredAt, count: 1 }
      : {
          first: occurredAt < seen.first ? occurredAt : seen.first,
          last: occurredAt > seen.last ? occurredAt : seen.last,
          count: seen.count + 1,
        };
  const steps = { ...before.steps, [action]: step };
  return isLate(fact, before) ? { ...before, steps } : { state: to, at: occurredAt, steps };
}

function isLate(fact: TransitionFact, before: ObjectState): boolean {
  return before.at !== undefined && fact.occurredAt < before.at;
}

/**
 * What a reported fact is marked with, given the object's state before it. Marks never refuse.
 *
 * - `out-of-sequence`: the workflow has no such step from that state, or a step it requires had not occurred
 * - `late`: something that occurred after it was recorded before it
 * - `unauthorised`: a required approval had not occurred, or the source's own check failed without an override
 * - `conflicting`: the source left another state than the recorded one, or reached another than the workflow's
 * - `future-dated`: occurred more than five minutes after it was recorded
 * - `unattributed`: a service acted and nobody behind it is named
 * - `backfill`: before the agreed start of its source
 *
 * @param startsAt agreed start of the fact's source, if it has one
 */
export function flagsOf(
  definition: WorkflowDefinition,
  fact: TransitionFact,
  before: ObjectState,
  startsAt?: Instant,
): Flag[] {
  const lacking = lackingSteps(definition, fact, before);
  const flags: Flag[] = [];
  if (lacking.length > 0 || isOutOfSequence(definition, fact, before))
    flags.push('out-of-sequence');
  if (isLate(fact, before)) flags.push('late');
  if (lacking.some((step) => definition.approvals.includes(step)) || hasUnexcusedFailure(fact)) {
    flags.push('unauthorised');
  }
  if (isConflicting(definition, fact, before)) flags.push('conflicting');
  // Text order of instants is time order; the two are parsed only when the order is unusual.
  if (fact.occurredAt > fact.recordedAt && aheadMs(fact) > FUTURE_TOLERANCE_MS)
    flags.push('future-dated');
  if (isUnattributed(fact)) flags.push('unattributed');
  if (startsAt !== undefined && fact.occurredAt < startsAt) flags.push('backfill');
  return flags;
}

function aheadMs(fact: TransitionFact): number {
  return Date.parse(fact.occurredAt) - Date.parse(fact.recordedAt);
}

function rulesFor(definition: WorkflowDefinition, action: string): TransitionRule[] {
  return definition.transitions.filter((rule) => rule.action === action);
}

function isOutOfSequence(
  definition: WorkflowDefinition,
  fact: TransitionFact,
  before: ObjectState,
): boolean {
  const rules = rulesFor(definition, fact.data.transition.action);
  // The state at the time of a late fact is not known from the fold; only an action that is unknown altogether is.
  if (isLate(fact, before)) return rules.length === 0;
  return !rules.some((rule) => rule.from.includes(before.state));
}

function isConflicting(
  definition: WorkflowDefinition,
  fact: TransitionFact,
  before: ObjectState,
): boolean {
  const { action, from, to } = fact.data.transition;
  if (isLate(fact, before)) return false;
  if (from !== undefined && from !== before.state) return true;
  const rules = rulesFor(definition, action);
  return rules.length > 0 && !rules.some((rule) => (rule.to ?? before.state) === to);
}

/** Steps the action requires that had not occurred by the time it did. An approval given later does not heal it. */
function lackingSteps(
  definition: WorkflowDefinition,
  fact: TransitionFact,
  before: ObjectState,
): string[] {
  const required = own(definition.requiredBefore, fact.data.transition.action) ?? [];
  return required.filter((step) => {
    const seen = own(before.steps, step);
    return seen === undefined || seen.first > fact.occurredAt;
  });
}

function hasUnexcusedFailure(fact: TransitionFact): boolean {
  const failed = fact.rules?.filter((rule) => rule.outcome === 'fail') ?? [];
  return failed.some((rule) => !fact.overrides?.some((override) => override.rule === rule.id));
}

function isUnattributed(fact: TransitionFact): boolean {
  const { kind, onBehalfOf } = fact.actor;
  return kind === 'service' && onBehalfOf === undefined && fact.data.initiatedBy === undefined;
}

/**
 * Required steps that never occurred although a step that needs them did: *paid and never approved*.
 *
 * @returns in the order of the definition, each step once, with the earliest action that needed it
 */
export function missingSteps(definition: WorkflowDefinition, state: ObjectState): MissingStep[] {
  const missing = new Map<string, MissingStep>();
  for (const [action, required] of Object.entries(definition.requiredBefore)) {
    const seen = own(state.steps, action);
    if (seen === undefined) continue;
    for (const step of required) {
      if (own(state.steps, step) !== undefined) continue;
      const earlier = missing.get(step);
      if (earlier === undefined || seen.first < earlier.since) {
        missing.set(step, { step, neededBy: action, since: seen.first });
      }
    }
  }
  return [...missing.values()];
}

/** Legal steps from the object's state, in the order of the definition. */
export function nextSteps(definition: WorkflowDefinition, state: ObjectState): NextStep[] {
  return definition.transitions
    .filter((rule) => rule.from.includes(state.state))
    .map((rule) => ({ action: rule.action, to: rule.to ?? state.state }));
}

/** True when the workflow has ended: nothing legal can follow. */
export function isTerminal(definition: WorkflowDefinition, state: ObjectState): boolean {
  return definition.terminal.includes(state.state);
}
