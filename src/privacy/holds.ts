import { type CommandContext, type Executed, type Executor } from '../commanding';
import { notFound } from '../kernel/errors';
import { privacyStream, SCOPES_STREAM, streamOfId } from './privacy-streams';
import { type OneAtATime } from './one-at-a-time';
import { privacySubject, type PrivacyCommand, type PrivacyState } from './privacy.decider';
import { type HoldPlaced } from './privacy.events';
import { type EntryLog } from './recorded-values';
import { type SideStore } from './side-store';

export interface HoldsDependencies {
  readonly executor: Executor;
  readonly log: EntryLog;
  readonly sideStore: Pick<SideStore, 'knows'>;
  /** shared with the erasures, so that a hold is either seen by one or comes after it */
  readonly turns: OneAtATime;
}

/** Places holds and ends them. One person places a hold; two are needed to release it; no date ends it. */
export class Holds {
  constructor(private readonly deps: HoldsDependencies) {}

  /** @throws TieoutError `not-found` for a subject that nothing here belongs to */
  async place(hold: HoldPlaced, context: CommandContext): Promise<Executed<PrivacyState>> {
    const { scope } = hold;
    const isRepeat = (await this.deps.log.find([hold.hold])).has(hold.hold);
    if (scope.kind === 'subject' && !isRepeat && !this.deps.sideStore.knows(scope.subject))
      throw notFound('The subject');
    const stream = scope.kind === 'subject' ? privacyStream(scope.subject) : SCOPES_STREAM;
    return this.execute(stream, { kind: 'hold', hold }, context);
  }

  /** @throws TieoutError `not-found`, `same-person`, `state-conflict` */
  async change(
    command: Extract<PrivacyCommand, { kind: 'release' | 'approve-release' }>,
    context: CommandContext,
  ): Promise<Executed<PrivacyState>> {
    const stream = await streamOfId(this.deps.log, command.hold, 'The hold');
    return this.execute(stream, command, context);
  }

  private execute(
    stream: string,
    command: PrivacyCommand,
    context: CommandContext,
  ): Promise<Executed<PrivacyState>> {
    const { executor, turns } = this.deps;
    return turns.run(() => executor.execute({ stream, decider: privacySubject, command, context }));
  }
}
