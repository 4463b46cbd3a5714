import { type CommandContext, type Executed, type Executor } from '../commanding';
import { fieldError, notFound, TieoutError } from '../kernel/errors';
import { isUuid } from '../kernel/ids';
import { privacyStream, streamOfId } from './privacy-streams';
import { privacySubject, type PrivacyState } from './privacy.decider';
import { type ErasureRequested, type NamedValue } from './privacy.events';
import { type EntryLog, entryOf } from './recorded-values';
import { type SideStore } from './side-store';

/** What is asked for: a whole subject, or values of one subject. */
export interface ErasureWish {
  readonly subject?: string;
  readonly values?: readonly NamedValue[];
  readonly legalBasis: string;
}

export interface RequestDependencies {
  readonly executor: Executor;
  readonly log: EntryLog;
  readonly sideStore: Pick<SideStore, 'knows' | 'subjectOf'>;
  /** entry id of the event that says that a value was erased */
  readonly erasedBy: (stream: string, revision: number, path: string) => string | undefined;
}

/** Takes requests for erasures, and their refusal. Nothing is erased here. */
export class ErasureRequests {
  constructor(private readonly deps: RequestDependencies) {}

  /**
   * @param id of the event that this request becomes
   * @throws TieoutError `not-found`, `contract-violation`, `value-erased`, `state-conflict`
   */
  async request(
    id: string,
    wish: ErasureWish,
    context: CommandContext,
  ): Promise<Executed<PrivacyState>> {
    const { executor, log } = this.deps;
    const earlier = (await log.find([id])).get(id)?.stream;
    // A repeat meets its first result, also when what it names is gone by now.
    const subject = earlier === undefined ? await this.subjectOf(wish) : undefined;
    const data: ErasureRequested = {
      erasure: id,
      subject: subject ?? '',
      ...(wish.values === undefined ? {} : { values: wish.values }),
      legalBasis: wish.legalBasis,
      by: context.principal,
    };
    return executor.execute({
      stream: earlier ?? privacyStream(data.subject),
      decider: privacySubject,
      command: { kind: 'request', erasure: data },
      context,
    });
  }

  /** @throws TieoutError `not-found`, `state-conflict` */
  async reject(
    id: string,
    reason: string,
    context: CommandContext,
  ): Promise<Executed<PrivacyState>> {
    const { executor, log } = this.deps;
    const command = { kind: 'reject', erasure: id, by: context.principal, reason } as const;
    const stream = await streamOfId(log, id, 'The erasure');
    return executor.execute({ stream, decider: privacySubject, command, context });
  }

  private async subjectOf({ subject, values }: ErasureWish): Promise<string> {
    if (values === undefined) {
      if (subject === undefined) throw fieldError('contract-violation', '/subject', 'is missing.');
      // An event that is still on its way has nothing to erase yet, and its values must be there when it arrives.
      const isThere = !isUuid(subject) || (await this.deps.log.find([subject])).has(subject);
      if (!isThere || !this.deps.sideStore.knows(subject)) throw notFound('The subject');
      return subject;
    }
    if (subject !== undefined) {
      const detail = 'goes without values: they have one already.';
      throw fieldError('contract-violation', '/subject', detail);
    }
    const subjects = new Set<string>();
    for (const [i, value] of values.entries()) {
      subjects.add(await this.ownerOf(value, `/values/${i}`));
    }
    const [first = ''] = subjects;
    if (subjects.size > 1) {
      throw fieldError(
        'contract-violation',
        '/values',
        'belong to more than one subject; ask for those of each by themselves.',
      );
    }
    return first;
  }

  private async ownerOf({ event, path }: NamedValue, pointer: string): Promise<string> {
    const { log, sideStore, erasedBy } = this.deps;
    const entry = await entryOf(log, event);
    const commitment = entry?.commitments?.[path];
    if (entry === undefined)
      throw fieldError('contract-violation', `${pointer}/event`, 'is no event of this ledger.');
    if (commitment === undefined)
      throw fieldError('contract-violation', `${pointer}/path`, 'names no personal value.');
    const owner = sideStore.subjectOf({ event, path, commitment });
    if (owner !== undefined) return owner;
    const by = erasedBy(entry.stream, entry.revision, path);
    if (by !== undefined) {
      throw new TieoutError('value-erased', `Event ${by} says that this value was erased.`, {
        pointer,
        erasedBy: by,
      });
    }
    throw new TieoutError(
      'state-conflict',
      'The value is not in the side store, and no event says that it was erased. Verify the ledger first.',
      { pointer },
    );
  }
}
