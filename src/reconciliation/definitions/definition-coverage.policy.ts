import { type CivilDate } from '../../kernel/civil-date';
import { TieoutError } from '../../kernel/errors';
import { type Definition } from '../matching/definition.policy';
import { sidesOf } from '../matching/sides.policy';

/** A definition and the days on which it is in force. */
export interface InForce {
  readonly definition: Definition;
  readonly from: CivilDate;
  /** first day on which it is not */
  readonly until?: CivilDate;
}

/**
 * Two definitions of one kind never cover one account at the same time: a line would be explained twice.
 *
 * @throws TieoutError `state-conflict` naming the other definition and how the two can be told apart
 */
export function checkCoverage(wanted: InForce, others: readonly InForce[]): void {
  const { id, kind } = wanted.definition;
  for (const other of others) {
    if (other.definition.id === id || other.definition.kind !== kind) continue;
    if (!overlap(wanted, other) || !shareAccount(wanted.definition, other.definition)) continue;
    throw new TieoutError(
      'state-conflict',
      `${other.definition.id} is of kind ${kind} too and covers the same accounts then. Name entity or accounts on a side of both so that they differ, or retire it first.`,
      { state: 'in-force', legal: ['retire'] },
    );
  }
}

const overlap = (x: InForce, y: InForce): boolean =>
  (y.until === undefined || x.from < y.until) && (x.until === undefined || y.from < x.until);

/** Nothing in common on one side is enough: each line is then on one of the two definitions only. */
function shareAccount(x: Definition, y: Definition): boolean {
  const others = new Map(sidesOf(y.sides));
  return sidesOf(x.sides).every(([name, side]) => {
    const other = others.get(name);
    if (other === undefined) return true;
    const entitiesMeet =
      side.entity === undefined || other.entity === undefined || side.entity === other.entity;
    const { accounts } = side;
    const accountsMeet =
      accounts === undefined ||
      other.accounts === undefined ||
      accounts.some((account) => other.accounts?.includes(account));
    return entitiesMeet && accountsMeet && systemsMeet(side, other);
  });
}

const systemsMeet = (x: object, y: object): boolean =>
  !('system' in x && 'system' in y) || x.system === y.system;
