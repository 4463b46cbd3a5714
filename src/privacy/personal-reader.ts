import { type CommandContext, type Executor } from '../commanding';
import { notFound, TieoutError } from '../kernel/errors';
import { type JsonObject } from '../kernel/json';
import { streamName } from '../kernel/stream-name';
import { personalAccess } from './personal-access.decider';
import { type PersonalValues } from './personal-values';
import { type EntryLog, entryOf } from './recorded-values';

/** A value that an event says is gone. */
export interface Gone {
  readonly path: string;
  /** entry id of the `privacy.erased` event */
  readonly event: string;
  readonly erasure: string;
}

export interface PersonalReaderDependencies {
  readonly executor: Executor;
  readonly log: EntryLog;
  readonly personalValues: Pick<PersonalValues, 'open'>;
  /** complete up to everything recorded before the call */
  readonly erasedOf: (stream: string, revision: number) => Promise<readonly Gone[]>;
}

export interface PersonalReading {
  readonly id: string;
  readonly purpose: string;
  readonly keyId: string;
}

/** Shows the values behind the commitments of one event, after it recorded who asks and why. */
export class PersonalReader {
  constructor(private readonly deps: PersonalReaderDependencies) {}

  /** @throws TieoutError `not-found`; `value-erased` when nothing is left; the codes of the store: unrecorded, nothing is shown */
  async read(
    { id, purpose, keyId }: PersonalReading,
    context: CommandContext,
  ): Promise<JsonObject> {
    const { executor, log, personalValues, erasedOf } = this.deps;
    const entry = await entryOf(log, id);
    if (entry === undefined) throw notFound(`The event ${id}`);
    const { stream, revision, commitments = {} } = entry;
    const gone = new Map((await erasedOf(stream, revision)).map((one) => [one.path, one]));
    const opened = personalValues.open(id, commitments).filter(({ path }) => !gone.has(path));
    const [first] = gone.values();
    if (opened.length === 0 && first !== undefined) throw erased(first, [...gone.values()]);
    const paths = opened.map(({ path }) => path);
    if (paths.length > 0) {
      await executor.execute({
        stream: streamName('personal-access', '_', id),
        decider: personalAccess,
        command: { event: id, paths, purpose, by: context.principal, keyId },
        context,
      });
    }
    const missing = Object.keys(commitments).filter(
      (path) => !gone.has(path) && !paths.includes(path),
    );
    return {
      event: id,
      stream,
      revision,
      values: opened.map((opening) => ({ ...opening })),
      erased: [...gone.values()].map(shown),
      // Gone without an event: whoever reads this should run a full check of the ledger.
      ...(missing.length === 0 ? {} : { missing }),
    };
  }
}

const shown = ({ path, event, erasure }: Gone): JsonObject => ({ path, erasedBy: event, erasure });

function erased({ event, erasure }: Gone, gone: readonly Gone[]): TieoutError {
  return new TieoutError('value-erased', `Event ${event} says that this was erased.`, {
    erasedBy: event,
    erasure,
    erased: gone.map(shown),
  });
}
