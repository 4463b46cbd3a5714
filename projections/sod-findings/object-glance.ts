import { DEFAULT_DUTIES } from '../../src/controls/duty-mapping.policy';
import { kindAt } from '../../src/controls/identity.policy';
import { type Registers } from '../../src/controls/registers.policy';
import { DEFAULT_RULES } from '../../src/controls/rule-set.policy';
import { type ActRow } from './chain-rows';
import { type Judging } from './unit';

/** Duties that are judged whoever performs them: what executes has to be approved, and orders may be split. */
const ALWAYS: ReadonlySet<string> = new Set([
  ...DEFAULT_RULES.ofType('approval-effective').flatMap(({ config }) =>
    Object.keys(config.requires),
  ),
  ...DEFAULT_RULES.ofType('quorum').flatMap(({ config }) => config.executionDuties),
  ...DEFAULT_RULES.ofType('aggregate').map(({ config }) => config.duty),
]);

interface TypeGlance {
  readonly isAlwaysJudged: boolean;
  /** duties that approve */
  readonly approving: readonly string[];
}

const GLANCES: ReadonlyMap<string, TypeGlance> = new Map(
  DEFAULT_DUTIES.types.map((type) => {
    const duties = DEFAULT_DUTIES.possibleDuties(type);
    return [
      type,
      {
        isAlwaysJudged: duties.some((duty) => ALWAYS.has(duty)),
        approving: duties.filter(DEFAULT_RULES.isApproving),
      },
    ];
  }),
);

/**
 * False only when no rule about one object and its own acts can find anything in these: nobody acts for another, nothing
 * executes, no approval is under an authority or by somebody with a superior, and behind every account stands a person.
 */
export function mayBreakARule(rows: readonly ActRow[], judging: Judging): boolean {
  return rows.some(({ type, at, account, onBehalfOf, initiatedBy }) => {
    const glance = GLANCES.get(type);
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
