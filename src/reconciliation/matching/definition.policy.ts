import bank from '../definitions/bank.definition.json';
import { type CivilDate } from '../../kernel/civil-date';

/** Kinds of key that a pass can compare. */
export type KeyKind = 'endToEnd' | 'document';

/** One way to explain lines by one another; passes run in the order of their definition, the strongest first. */
export interface MatchPass {
  readonly id: string;
  /** as a controller would say it */
  readonly name: string;
  readonly shape: '1:1';
  /** `same`: both lines name one account; `not-named-by-A`: for lines of side A that name none */
  readonly account: 'same' | 'not-named-by-A';
  readonly key: KeyKind;
  readonly amount: 'equal';
  readonly uniqueness: 'mutual';
  readonly outcome: 'confirm';
  readonly ambiguous: 'hold';
}

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

const DEFINITIONS: readonly Definition[] = [bank as Definition];

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
