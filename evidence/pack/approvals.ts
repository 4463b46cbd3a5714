import { type FindingFacts } from './pack-input';
import { type ApprovalLine, type TimelineStep } from './report-types';

/** Actions by which somebody says yes or no for the company. */
const DECISIONS = /^(.*-)?(approved|endorsed|rejected|released|authorised|unblocked|unlocked)$/;

/**
 * Approvals, rejections and overrides of the lineage, in the order of the timeline.
 *
 * @param findings what the duty rules say: a decision that proves a finding says so
 */
export function approvalsOf(
  timeline: readonly TimelineStep[],
  findings: readonly FindingFacts[],
): ApprovalLine[] {
  return timeline
    .filter((step) => DECISIONS.test(step.action) || step.overrides.length > 0)
    .map((step) => ({
      step: step.n,
      object: step.object,
      action: step.action,
      at: step.occurredAt,
      by: step.actor,
      persons: step.persons,
      ...(step.amount === undefined ? {} : { amount: step.amount }),
      ...(step.version === undefined ? {} : { version: step.version }),
      remarks: [...remarksOn(step, timeline), ...findingsNaming(step, findings)],
    }));
}

function remarksOn(step: TimelineStep, timeline: readonly TimelineStep[]): string[] {
  return [
    ...step.rules.map(
      (rule) => `Source applied ${rule.id} version ${rule.version}: ${rule.outcome}.`,
    ),
    ...step.overrides.map(
      (o) => `Override of ${o.rule}, reason ${o.reason}, approved by ${o.approver}.`,
    ),
    ...selfDecision(step, timeline),
    ...laterChange(step, timeline),
    ...step.flags.map((flag) => `Flagged ${flag} when it was recorded.`),
  ];
}

const PREPARES =
  /^(created|submitted|changed|requested|prepared|proposed|initiated|entered|saved)$/;

/** The same person, or where nobody is known the same account, also prepared this object. */
function selfDecision(step: TimelineStep, timeline: readonly TimelineStep[]): string[] {
  const own = timeline.filter(
    (other) => other.n !== step.n && other.stream === step.stream && PREPARES.test(other.action),
  );
  for (const other of own) {
    const person = other.persons.find((id) => step.persons.includes(id));
    if (person !== undefined)
      return [`${person} also ${other.action} this object, in step ${other.n}.`];
    const account = accountsOf(other).find((id) => accountsOf(step).includes(id));
    if (account !== undefined)
      return [`The same account ${other.action} this object in step ${other.n}.`];
  }
  return [];
}

const accountsOf = ({ actor }: TimelineStep): string[] =>
  [actor.id, actor.onBehalfOf, actor.initiatedBy].filter((id) => id !== undefined);

function findingsNaming(step: TimelineStep, findings: readonly FindingFacts[]): string[] {
  return findings
    .filter(({ events }) => events.includes(step.entry))
    .map(({ rule, status }) => `Part of finding ${rule}, ${status}: see section 5.`);
}

/** A decision rests on what was known: say when the amount or version moved after it. */
function laterChange(step: TimelineStep, timeline: readonly TimelineStep[]): string[] {
  const change = timeline.find(
    (other) =>
      other.stream === step.stream &&
      other.n > step.n &&
      other.changes.some(({ field }) => field === 'amount' || field === 'version'),
  );
  return change === undefined
    ? []
    : [`The amount or version changed afterwards, in step ${change.n}.`];
}
