import { type CivilDate } from '../../kernel/civil-date';
import { type Definition } from '../matching/definition.policy';
import { type BudgetInput } from '../kinds/budgets';
import { type StatedBalance } from '../kinds/balances';
import { type StateSides } from '../kinds/state-input';
import { type Side, type SideName } from '../matching/line';
import { type LineInput } from './input-lines';

/** The sides of a definition up to a cut-off, from one snapshot. */
export interface Population {
  /** printed position up to which it is complete */
  readonly position: string;
  readonly a: readonly LineInput[];
  readonly b: readonly LineInput[];
  readonly c?: readonly LineInput[];
  /** hashes of the normalised files that brought lines, in order */
  readonly files: readonly string[];
  /** canonical counterparty by the hash of a spelling or account; only where a pass looks at counterparties */
  readonly aliases?: ReadonlyMap<string, string>;
  /** objects of the asked kinds that name no account, and so are in none */
  readonly leftOut?: number;
  /** of a comparison of states */
  readonly states?: StateSides;
  /** of a comparison of budgets */
  readonly budgets?: readonly BudgetInput[];
  /** of a tie-out: balances that files state */
  readonly stated?: Partial<Record<Side, readonly StatedBalance[]>>;
  /** newest day that each side with a freshness limit tells of; a side without one has told nothing */
  readonly asOf: Readonly<Partial<Record<SideName, CivilDate>>>;
}

/** Reads the lines of a definition. Implemented by the reconciliation board. */
export interface PopulationReader {
  /** Waits until everything that is recorded now can be read. @throws TieoutError `read-model-behind`, `read-model-stopped` */
  reachHead(): Promise<void>;
  read(definition: Definition, cutoff: CivilDate): Population;
}
