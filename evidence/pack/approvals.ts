import { type ApprovalLine, type TimelineStep } from './report-types';

/** Actions by which somebody says yes or no for the company. */
const DECISIONS = /^(.*-)?(approved|endorsed|rejected|released|authorised|unblocked|unlocked)$/;

/** Approvals, rejections and overrides of the lineage, in the order of the timeline. */
export function approvalsOf(timeline: readonly TimelineStep[]): ApprovalLine[] {
  return timeline
    .filter((step) => DECISIONS.test(step.action) || step.overrides.length > 0)
    .map((step) => ({
      step: step.n,
      object: step.object,
      action: step.action,
      at: step.occurredAt,
      by: step.actor,
      ...(step.amount === undefined ? {} : { amount: step.amount }),
      ...(step.version === undefined ? {} : { version: step.version }),
      remarks: remarksOn(step, timeline),
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

/** The same account also created or submitted this object. Persons are compared by the duty findings. */
function selfDecision(step: TimelineStep, timeline: readonly TimelineStep[]): string[] {
  const own = timeline.find(
    (other) =>
      other.stream === step.stream &&
      /^(created|submitted|changed|requested)$/.test(other.action) &&
      accountsOf(other).some((account) => accountsOf(step).includes(account)),
  );
  return own === undefined ? [] : [`The same account ${own.action} this object in step ${own.n}.`];
}

const accountsOf = ({ actor }: TimelineStep): string[] =>
  [actor.id, actor.onBehalfOf, actor.initiatedBy].filter((id) => id !== undefined);

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
