import { type CivilDate } from '../../src/kernel/civil-date';
import {
  type Definition,
  definitionInForce,
  definitionVersion,
} from '../../src/reconciliation/matching/definition.policy';
import { type ReadDb } from '../read-model';

/** Later than any cut-off: the newest version. */
const EVER = '9999-12-31';

/** A version of a definition. */
export const findDefinition = (_db: ReadDb, id: string, version: number): Definition | undefined =>
  definitionVersion(id, version);

/** The version in force on a day, by default the newest one. */
export const findDefinitionOn = (
  _db: ReadDb,
  id: string,
  on: CivilDate = EVER,
): Definition | undefined => definitionInForce(id, on);
