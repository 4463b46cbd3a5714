export { type AccountEvent } from './account.events';
export { findingText, judgeCase, type JudgedCase } from './case-file/judge-case';
export { readCases } from './case-file/read-cases';
export { evaluate, verdictOf, type Facts } from './evaluate.policy';
export { type Finding, type FindingStatus } from './finding.policy';
export { DEFAULT_RULES, type CompiledRules, type Severity } from './rule-set.policy';
export { linkOf } from './lineage.policy';
