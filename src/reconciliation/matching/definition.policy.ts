import bank from '../definitions/bank.definition.json';
import bank2 from '../definitions/bank-2.definition.json';
import { type CivilDate } from '../../kernel/civil-date';
import { checkDefinition } from './definition-check.policy';
import { type MatchPass } from './match-pass.policy';

export { type BucketSum, type KeyKind, type MatchPass, type SubsetSum } from './match-pass.policy';

/** Finance objects of the ledger that are lines of a side. */
export interface LedgerObjects {
  /** money out is negative, money in positive, as on a statement */
  readonly sign: 'out' | 'in';
  /** canonical states in which the money is on its way or there */
  readonly states: readonly string[];
}

export interface Definition {
  readonly id: string;
  readonly version: number;
  readonly kind: 'bank';
  readonly name: string;
  readonly effectiveFrom: CivilDate;
  readonly sides: {
    readonly A: {
      readonly name: string;
      readonly objects: Readonly<Record<string, LedgerObjects>>;
    };
    readonly B: { readonly name: string; readonly status: 'booked' };
  };
  readonly passes: readonly MatchPass[];
}

const DEFINITIONS: readonly Definition[] = [bank as Definition, bank2 as Definition].map(
  checkDefinition,
);

/** The version in force on a date; `undefined` when no definition of that id is. */
export function definitionInForce(id: string, on: CivilDate): Definition | undefined {
  return DEFINITIONS.filter((d) => d.id === id && d.effectiveFrom <= on).sort(
    (a, b) => b.version - a.version,
  )[0];
}

/** One version, in force or not. */
export function definitionVersion(id: string, version: number): Definition | undefined {
  return DEFINITIONS.find((d) => d.id === id && d.version === version);
}

export const definitionIds = (): readonly string[] => [...new Set(DEFINITIONS.map((d) => d.id))];

/**
 * States in which a finance object of the ledger is a line of some definition: its money is on the way or there.
 *
 * @param object such as `payment`; an object that no definition names has none
 */
export function bookedStates(object: string): ReadonlySet<string> {
  const states = DEFINITIONS.flatMap(({ sides }) => {
    const { objects } = sides.A;
    return Object.hasOwn(objects, object) ? (objects[object]?.states ?? []) : [];
  });
  return new Set(states);
}
