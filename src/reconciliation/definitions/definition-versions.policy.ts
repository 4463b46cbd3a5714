import { type CivilDate } from '../../kernel/civil-date';
import { type Definition, shippedVersions } from '../matching/definition.policy';
import { type InForce } from './definition-coverage.policy';

/** Approved versions of a definition that the ledger holds, beside those that are shipped. */
export interface RecordedVersions {
  readonly approved: readonly Definition[];
  readonly retiredFrom?: CivilDate;
}

/** The version in force on a day: the highest that has begun; none once the definition is retired. */
export function versionInForce(
  id: string,
  on: CivilDate,
  { approved, retiredFrom }: RecordedVersions,
): Definition | undefined {
  if (retiredFrom !== undefined && on >= retiredFrom) return undefined;
  return [...shippedVersions(id), ...approved]
    .filter(({ effectiveFrom }) => effectiveFrom <= on)
    .sort((x, y) => y.version - x.version)[0];
}

/** Each version with the days on which it is in force; one that a later version covers wholly has none. */
export function periodsInForce(id: string, recorded: RecordedVersions): readonly InForce[] {
  const all = [...shippedVersions(id), ...recorded.approved];
  const days = [...new Set(all.map(({ effectiveFrom }) => effectiveFrom))].sort();
  const { retiredFrom } = recorded;
  return days.flatMap((from, at): InForce[] => {
    const definition = versionInForce(id, from, recorded);
    const next = days[at + 1];
    const until = [next, retiredFrom].filter((day) => day !== undefined).sort()[0];
    if (definition === undefined) return [];
    return [{ definition, from, ...(until === undefined ? {} : { until }) }];
  });
}
