import bank from '../definitions/bank.definition.json';
import bank2 from '../definitions/bank-2.definition.json';
import budget from '../definitions/budget.definition.json';
import balance from '../definitions/balance.definition.json';
import intercompany from '../definitions/intercompany.definition.json';
import sourceToTarget from '../definitions/source-to-target.definition.json';
import subledgerGl from '../definitions/subledger-gl.definition.json';
import threeWay from '../definitions/three-way.definition.json';
import { type CivilDate } from '../../kernel/civil-date';
import { checkDefinition } from './definition-check.policy';
import { type LineTolerances, type MatchPass } from './match-pass.policy';
import { type Sides } from './sides.policy';

export { type BucketSum, type KeyKind, type MatchPass, type SubsetSum } from './match-pass.policy';

/** What is compared, and how: one comparison for each. */
export type DefinitionKind =
  | 'bank'
  | 'subledger-gl'
  | 'intercompany'
  | 'three-way'
  | 'source-to-target'
  | 'balance'
  | 'budget';

export interface Definition {
  readonly id: string;
  readonly version: number;
  readonly kind: DefinitionKind;
  readonly name: string;
  readonly effectiveFrom: CivilDate;
  readonly sides: Sides;
  readonly passes: readonly MatchPass[];
  /** of a three-way match: how far quantities and prices may lie apart */
  readonly tolerances?: LineTolerances;
}

const DEFINITIONS: readonly Definition[] = [
  bank,
  bank2,
  subledgerGl,
  intercompany,
  threeWay,
  sourceToTarget,
  balance,
  budget,
].map((json) => checkDefinition(json as Definition));

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

/** Versions of a definition that come with the service. */
export const shippedVersions = (id: string): readonly Definition[] =>
  DEFINITIONS.filter((d) => d.id === id);

export const definitionIds = (): readonly string[] => [...new Set(DEFINITIONS.map((d) => d.id))];
