import { type Decider } from '../../kernel/decider';
import { TieoutError } from '../../kernel/errors';
import { type JsonObject } from '../../kernel/json';
import { type Party, toldBy } from '../../kernel/party';
import { type Instant } from '../../kernel/runtime';
import { decideTask, type TaskCommand } from './checklist.policy';
import { checkGuards, type Guard } from './guard.policy';
import { type PeriodEvent, type PeriodOpened } from './period.events';
import { evolvePeriod, PENDING, type PeriodState, type PeriodStatus } from './period-state.policy';

interface By {
  readonly by: Party;
  readonly at: Instant;
}

export type PeriodCommand = By &
  (
    | {
        readonly kind: 'open';
        readonly opened: Omit<PeriodOpened, 'by' | 'byPerson' | 'at'>;
        readonly guards: readonly Guard[];
      }
    | { readonly kind: 'soft-close'; readonly guards: readonly Guard[]; readonly reason?: string }
    | TaskCommand
  );

/** The states of one fiscal period, with the guards that the rows of the read model answered. */
export const period: Decider<PeriodCommand, PeriodEvent, PeriodState> = {
  initial: PENDING,
  decide(command, state) {
    const acted = { ...toldBy(command.by), at: command.at };
    switch (command.kind) {
      case 'open':
        mustBe(state, 'open it', 'pending');
        checkGuards(command.guards);
        return [event('period.opened', { ...command.opened, ...acted })];
      case 'soft-close':
        if (state.status === 'soft-closed') return [];
        mustBe(state, 'soft-close it', 'open');
        checkGuards(command.guards);
        return [
          event('period.soft-closed', {
            ...acted,
            ...(command.reason === undefined ? {} : { reason: command.reason }),
          }),
        ];
      default:
        return decideTask(command, state, acted);
    }
  },
  evolve: evolvePeriod,
};

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

const event = <T extends PeriodEvent['type']>(type: T, data: object): PeriodEvent =>
  ({ type, data: data as JsonObject }) as unknown as PeriodEvent;
