import { type CivilDate } from '../../kernel/civil-date';
import { type Decisions } from '../matching/decisions.policy';
import { type Definition } from '../matching/definition.policy';
import { type Matched, matchLines, type OnStep } from '../matching/engine';
import { type MatchLine } from '../matching/line';
import { type Population } from '../runs/population';
import { compareBalances } from './balances';
import { compareBudgets } from './budgets';
import { type Compared } from './comparison';
import { matchLedger } from './ledger-matching';
import { compareStates } from './states';
import { compareOrders } from './three-way';

export interface ComparisonInput {
  readonly definition: Definition;
  readonly cutoff: CivilDate;
  readonly decisions: Decisions;
  readonly seen: Population;
  /** of kinds that match line by line */
  readonly lines: { readonly a: readonly MatchLine[]; readonly b: readonly MatchLine[] };
}

const NO_STATES = { a: [], b: [], orders: {} };

/** Whether a kind matches its lines by passes. */
export const isMatched = ({ kind }: Definition): boolean =>
  kind === 'bank' || kind === 'subledger-gl' || kind === 'intercompany';

/** What a definition makes of its sides: the comparison of its kind. */
export function compareSides(
  { definition, cutoff, decisions, seen, lines }: ComparisonInput,
  onStep: OnStep = () => undefined,
): Matched | Compared {
  const both = [...lines.a, ...lines.b];
  switch (definition.kind) {
    case 'bank':
      return matchLines(definition, both, decisions, onStep);
    case 'subledger-gl':
    case 'intercompany':
      return matchLedger(definition, { a: seen.a, b: seen.b, lines: both }, decisions, onStep);
    case 'three-way':
      onStep('orders', 0, 1);
      return compareOrders(definition, seen);
    case 'source-to-target':
      onStep('states', 0, 1);
      return compareStates(definition, seen.states ?? NO_STATES, cutoff);
    case 'balance':
      onStep('balances', 0, 1);
      return compareBalances(definition, seen, cutoff);
    case 'budget':
      onStep('budgets', 0, 1);
      return compareBudgets(definition, seen.budgets ?? [], cutoff);
  }
}
