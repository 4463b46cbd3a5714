import { kindAt } from '../../src/controls/identity.policy';
import { type Registers } from '../../src/controls/registers.policy';
import { type RulesOfDay } from '../../src/controls/rule-sets/rule-book.policy';
import { type ActRow } from './chain-rows';
import { type Judging } from './unit';

/** Duties that are judged whoever performs them: what executes has to be approved, and orders may be split. */
const alwaysJudged = ({ rules }: RulesOfDay): ReadonlySet<string> =>
  new Set([
    ...rules.ofType('approval-effective').flatMap(({ config }) => Object.keys(config.requires)),
    ...rules.ofType('quorum').flatMap(({ config }) => config.executionDuties),
    ...rules.ofType('aggregate').map(({ config }) => config.duty),
  ]);

interface TypeGlance {
  readonly isAlwaysJudged: boolean;
  /** duties that approve */
  readonly approving: readonly string[];
}

type Glances = ReadonlyMap<string, TypeGlance>;

/** By the duties of a day: a glance must not cost what it spares. */
const glances = new WeakMap<RulesOfDay['duties'], Glances>();

function glancesOf(day: RulesOfDay): Glances {
  const known = glances.get(day.duties);
  if (known !== undefined) return known;
  const always = alwaysJudged(day);
  const made: Glances = new Map(
    day.duties.types.map((type) => {
      const duties = day.duties.possibleDuties(type);
      const approving = duties.filter(day.rules.isApproving);
      return [type, { isAlwaysJudged: duties.some((duty) => always.has(duty)), approving }];
    }),
  );
  glances.set(day.duties, made);
  return made;
}

/**
 * False only when no rule about one object and its own acts can find anything in these: nobody acts for another, nothing
 * executes, no approval is under an authority or by somebody with a superior, and behind every account stands a person.
 */
export function mayBreakARule(rows: readonly ActRow[], judging: Judging): boolean {
  const known = glancesOf(judging.day);
  return rows.some(({ type, at, account, onBehalfOf, initiatedBy }) => {
    const glance = known.get(type);
    if (glance === undefined) return false;
    if (onBehalfOf !== '' || glance.isAlwaysJudged) return true;
    if (glance.approving.length > 0 && isLimited(glance.approving, judging.registers()))
      return true;
    if (initiatedBy !== '') return false;
    const kind = kindAt(account, at, judging.identities);
    return kind === 'shared' || (kind === 'service' && glance.approving.length > 0);
  });
}

/** Duties that an authority table speaks of; all of them where anybody has a superior. */
const limitedIn = new WeakMap<Registers, ReadonlySet<string> | 'all'>();

function isLimited(duties: readonly string[], registers: Registers): boolean {
  let limited = limitedIn.get(registers);
  if (limited === undefined) {
    limited = registers.hasManagers ? 'all' : new Set(registers.limits.map(({ duty }) => duty));
    limitedIn.set(registers, limited);
  }
  return limited === 'all' || duties.some((duty) => limited.has(duty));
}
