import { type CivilDate } from '../../kernel/civil-date';
import { notFound } from '../../kernel/errors';
import { streamName } from '../../kernel/stream-name';
import { type Executor } from '../../commanding';
import { type Definition, definitionIds, shippedVersions } from '../matching/definition.policy';
import { definitionDecider, type DefinitionState } from './definition.decider';
import { type RecordedVersions, versionInForce } from './definition-versions.policy';

export const definitionStream = (id: string): string => streamName('definition', '_', id);

/** Approved versions of a stream, and until when they hold. */
export const recordedOf = ({ versions, retired }: DefinitionState): RecordedVersions => ({
  approved: versions
    .filter(({ approved }) => approved !== undefined)
    .map(({ definition }) => definition as unknown as Definition),
  ...(retired === undefined ? {} : { retiredFrom: retired.from }),
});

/** Definitions by the ledger itself, never by rows that may be behind. */
export class DefinitionRegistry {
  constructor(private readonly executor: Pick<Executor, 'load'>) {}

  async state(id: string): Promise<DefinitionState> {
    return (await this.executor.load(definitionStream(id), definitionDecider)).state;
  }

  async inForce(id: string, on: CivilDate): Promise<Definition | undefined> {
    return versionInForce(id, on, recordedOf(await this.state(id)));
  }

  /** @throws TieoutError `not-found` */
  async neededOn(id: string, on: CivilDate): Promise<Definition> {
    const found = await this.inForce(id, on);
    if (found !== undefined) return found;
    throw notFound(
      `A version of the definition ${id} in force on ${on} (shipped are: ${definitionIds().join(', ')})`,
    );
  }

  /** A version, whether in force or only proposed. */
  async version(id: string, version: number): Promise<Definition | undefined> {
    const shipped = shippedVersions(id).find((one) => one.version === version);
    if (shipped !== undefined) return shipped;
    const { versions } = await this.state(id);
    return versions.find((one) => one.version === version)?.definition as Definition | undefined;
  }
}
