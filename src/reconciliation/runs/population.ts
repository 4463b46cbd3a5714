import { type CivilDate } from '../../kernel/civil-date';
import { type Definition } from '../matching/definition.policy';
import { type BookInput, type StatementInput } from './input-lines';

/** Both sides of a definition up to a cut-off, from one snapshot. */
export interface Population {
  /** printed position up to which it is complete */
  readonly position: string;
  readonly a: readonly BookInput[];
  readonly b: readonly StatementInput[];
  /** hashes of the normalised files that brought side B, in order */
  readonly files: readonly string[];
}

/** Reads the lines of a definition. Implemented by the reconciliation board. */
export interface PopulationReader {
  /** Waits until everything that is recorded now can be read. @throws TieoutError `read-model-behind`, `read-model-stopped` */
  reachHead(): Promise<void>;
  read(definition: Definition, cutoff: CivilDate): Population;
}
