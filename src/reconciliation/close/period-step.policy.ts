import { TieoutError } from '../../kernel/errors';
import { type PeriodState, type PeriodStatus } from './period-state.policy';

/** @throws TieoutError `state-conflict` with the state and those in which the step is possible */
export function mustBe(
  { status }: PeriodState,
  step: string,
  ...legal: readonly PeriodStatus[]
): void {
  if (legal.includes(status)) return;
  throw new TieoutError(
    'state-conflict',
    `The period is ${status}. To ${step}, it has to be ${legal.join(' or ')}.`,
    { state: status, legal: [...legal] },
  );
}
