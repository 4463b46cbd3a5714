import { type Decider } from '../../kernel/decider';
import { type JsonObject } from '../../kernel/json';
import { type Party, toldBy } from '../../kernel/party';
import { type Instant } from '../../kernel/runtime';
import { decideTask, type TaskCommand } from './checklist.policy';
import { checkGuards, type Guard } from './guard.policy';
import { type PeriodEvent, type PeriodOpened } from './period.events';
import { decideClosing, type ClosingCommand } from './closing.policy';
import { evolvePeriod, PENDING, type PeriodState } from './period-state.policy';
import { mustBe } from './period-step.policy';
import { decideReopening, type ReopeningCommand } from './reopening.policy';

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
    | ClosingCommand
    | ReopeningCommand
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
      case 'certify':
      case 'close':
      case 'lock':
      case 'waive-reconciliation':
        return decideClosing(command, state, acted);
      case 'request-reopening':
      case 'approve-reopening':
      case 'reject-reopening':
        return decideReopening(command, state, acted);
      default:
        return decideTask(command, state, acted);
    }
  },
  evolve: evolvePeriod,
};

const event = <T extends PeriodEvent['type']>(type: T, data: object): PeriodEvent =>
  ({ type, data: data as JsonObject }) as unknown as PeriodEvent;
