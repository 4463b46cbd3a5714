import { type CommandContext, type Executed, type Executor } from '../commanding';
import { notFound, TieoutError } from '../kernel/errors';
import { streamName } from '../kernel/stream-name';
import { alarmResolution, type AlarmResolutionState } from './alarm-resolution.decider';
import { type Alarm, type AlarmBook } from './alarm-book';
import { ledgerAlarms } from './ledger-alarms.decider';
import { ALARMS_STREAM } from './ledger-anchors.events';

/** Ends alarms: one person says what was found and done, another approves. */
export class AlarmDesk {
  constructor(
    private readonly executor: Executor,
    readonly book: AlarmBook,
  ) {}

  /** @throws TieoutError `not-found`; `state-conflict` when it was asked for before, or is over */
  async request(
    id: string,
    context: CommandContext,
    reason: string,
  ): Promise<Executed<AlarmResolutionState>> {
    this.alarm(id);
    const command = { kind: 'request', request: { reason, by: context.principal } } as const;
    const stream = resolutionStream(id);
    return this.executor.execute({ stream, decider: alarmResolution, command, context });
  }

  /**
   * Approves and records the end. Sent again after a failure it goes on where it stopped.
   *
   * @throws TieoutError `not-found`, `same-person`
   */
  async approve(id: string, context: CommandContext): Promise<Executed<AlarmResolutionState>> {
    const { alarm, about } = this.alarm(id);
    const stream = resolutionStream(id);
    const approved = await this.executor.execute({
      ...{ stream, decider: alarmResolution, context },
      command: { kind: 'approve', by: context.principal },
    });
    const { request, approvedBy } = approved.state;
    if (request === undefined || approvedBy === undefined) {
      throw new TieoutError('internal', `The resolution of ${id} has no two persons.`);
    }
    const { reason, by: requestedBy } = request;
    await this.executor.execute({
      ...{ stream: ALARMS_STREAM, decider: ledgerAlarms },
      command: { resolve: { id, alarm, about, reason, requestedBy, approvedBy } },
      context: { process: 'alarm-resolution', causingEventId: id, n: 0 },
      causation: id,
    });
    return approved;
  }

  /** What was asked for on an alarm that is still open. */
  async pending(id: string): Promise<AlarmResolutionState['request']> {
    const { state } = await this.executor.load(resolutionStream(id), alarmResolution);
    return state.request;
  }

  alarm(id: string): Alarm {
    const alarm = this.book.all().find((each) => each.id === id);
    if (alarm === undefined) throw notFound(`The alarm ${id}`);
    return alarm;
  }
}

const resolutionStream = (id: string): string => streamName('alarm-resolution', '_', id);
