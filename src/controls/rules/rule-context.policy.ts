import { type Identities } from '../identity.policy';
import { type Registers } from '../registers.policy';
import { type CompiledRules } from '../rule-set.policy';

/** What every rule may look up. */
export interface RuleContext {
  readonly rules: CompiledRules;
  readonly identities: Identities;
  readonly registers: Registers;
}

export const baseOf = ({ rules, registers }: RuleContext) => ({
  registers,
  baseCurrency: rules.set.ruleset.baseCurrency,
});
