export { type AccountEvent } from './account.events';
export { evaluate, verdictOf, type Facts } from './evaluate.policy';
export { type Finding, type FindingStatus } from './finding.policy';
export { DEFAULT_RULES, type CompiledRules, type Severity } from './rule-set.policy';
export { linkOf } from './lineage.policy';
