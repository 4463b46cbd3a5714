import { type JsonObject } from '../../kernel/json';
import { checkBreakRules } from '../breaks/break-rules.policy';
import { checkMateriality } from '../breaks/materiality.policy';

/** A register of the reconciliation: what an entry of it must be. */
export interface ReconRegisterKind {
  /** object type, as in streams and event types */
  readonly type: string;
  readonly path: string;
  /** what an entry is, for messages */
  readonly noun: string;
  /** @throws TieoutError `contract-violation`, `money-form` */
  check(entry: JsonObject): void;
}

export const MATERIALITY: ReconRegisterKind = {
  type: 'materiality',
  path: 'materiality',
  noun: 'materiality',
  check: checkMateriality,
};

export const BREAK_RULES: ReconRegisterKind = {
  type: 'break-rules',
  path: 'recon/break-rules',
  noun: 'set of break rules',
  check: checkBreakRules,
};
