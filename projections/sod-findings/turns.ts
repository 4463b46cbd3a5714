import { type Finding } from '../../src/controls/finding.policy';
import { type Registers } from '../../src/controls/registers.policy';
import { type Instant } from '../../src/kernel/runtime';

/**
 * Time is no event: a control that is not yet due counts as performed, and the view lets the finding turn when its
 * instant comes.
 */
export function turnsOf(
  findings: readonly Finding[],
  { exceptions }: Registers,
): Map<string, Instant> {
  const turns = new Map<string, Instant>();
  for (const { id, status, reasons } of findings) {
    if (status !== 'mitigated') continue;
    const dues = exceptions
      .filter((exception) => reasons.includes(exception.id))
      .filter(({ controlDueAt: due, controlEvidence }) =>
        due === undefined ? false : controlEvidence === undefined || controlEvidence.at > due,
      )
      .flatMap(({ controlDueAt }) => controlDueAt ?? [])
      .sort();
    if (dues[0] !== undefined) turns.set(id, dues[0]);
  }
  return turns;
}
