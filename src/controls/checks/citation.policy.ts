import { type Money, parseMoney } from '../../kernel/money';
import { type CheckDecided, type CheckedStep } from './check.events';

/** What an event did, to be held against the answers it rests on. */
export interface CitingStep {
  readonly object: string;
  readonly type: string;
  readonly account: string;
  readonly onBehalfOf?: string;
  readonly initiatedBy?: string;
  readonly version?: string;
  readonly amount?: Money;
}

/** One answer that an event cites, as far as it is recorded. */
export interface CitedAnswer {
  readonly decision: CheckDecided['decision'];
  /** absent of answers about something else than a step, such as a budget */
  readonly step?: CheckedStep;
}

/**
 * What is wrong with the answers an event cites. Facts stay facts: nothing is refused, and nothing passes unmarked.
 *
 * - `unauthorised`: an answer it cites denied the step, or it cites none and the last answer about the same step did
 * - `conflicting`: an answer it cites was never given, or is about another step
 *
 * @param cited undefined for an answer that nobody gave
 * @param wasDenied the last answer about this object, event type and account
 */
export function citationFlags(
  step: CitingStep,
  cited: readonly (CitedAnswer | undefined)[],
  wasDenied: boolean,
): ('unauthorised' | 'conflicting')[] {
  const isDenied =
    cited.length === 0 ? wasDenied : cited.some((answer) => answer?.decision === 'deny');
  const isOther = cited.some(
    (answer) => answer === undefined || (answer.step !== undefined && !isAbout(answer.step, step)),
  );
  return [
    ...(isDenied ? (['unauthorised'] as const) : []),
    ...(isOther ? (['conflicting'] as const) : []),
  ];
}

/** Members that the question did not state are not held against the event. */
function isAbout(asked: CheckedStep, done: CitingStep): boolean {
  const isSame = (a: string | undefined, b: string | undefined): boolean =>
    a === undefined || a === b;
  return (
    asked.object === done.object &&
    isSame(asked.type, done.type) &&
    asked.account === done.account &&
    asked.onBehalfOf === done.onBehalfOf &&
    asked.initiatedBy === done.initiatedBy &&
    isSame(asked.version === undefined ? undefined : String(asked.version), done.version) &&
    isSameAmount(asked.amount, done.amount)
  );
}

function isSameAmount(asked: CheckedStep['amount'], done: Money | undefined): boolean {
  if (asked === undefined || done === undefined) return true;
  const { minor, currency } = parseMoney({ ...asked });
  return minor === done.minor && currency === done.currency;
}
